// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/training/estimate.h"
#include "core/training/run_paths.h"
#include "tests/core/training/made_data.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

using namespace elbo;
using namespace elbo::tests;

namespace {

std::int64_t bytesIn(const std::filesystem::path& folder)
{
    std::int64_t bytes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && entry.path().filename() != "run.json")
            bytes += static_cast<std::int64_t>(entry.file_size());
    return bytes;
}

void train(const RunConfig& config, const std::shared_ptr<const Dataset>& data,
           const std::filesystem::path& folder)
{
    std::filesystem::create_directories(folder);
    TrainingObserver observer;
    TrainingControl control;
    QVERIFY(trainRun(config, data, folder, observer, control) == TrainingEnd::Completed);
}

}  // namespace

class EstimateTest : public QObject {
    Q_OBJECT

    [[nodiscard]] std::filesystem::path path(const char* name) const
    {
        return m_folder.filePath(QString::fromUtf8(name)).toStdString();
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }

    void whatARunTakes_data()
    {
        QTest::addColumn<QString>("model");
        for (const auto* model : {"fc-vae", "rgbd-vae", "pca"})
            QTest::newRow(model) << QString::fromUtf8(model);
    }
    void whatARunTakes()
    {
        QFETCH(const QString, model);
        const auto data = madeData({.train = 40, .test = 12, .validation = 0, .side = 32});
        auto config = madeConfig(3, model.toStdString());
        config.training.fields.set("keep_weights_every", std::int64_t{1});
        std::int64_t done = 0;
        EstimateHooks hooks;
        hooks.runsFolder = path("not there/yet");
        hooks.progress = [&](const Progress& progress) {
            QVERIFY(progress.done >= done && progress.done <= progress.total);
            done = progress.done;
        };
        const auto estimate = estimateRun(config, data, {}, hooks);
        QVERIFY(done > 0);
        QVERIFY(!std::filesystem::exists(path("not there")));
        const bool solved = model == QLatin1String("pca");
        QCOMPARE(estimate.epochs, std::int64_t{solved ? 1 : 3});
        QCOMPARE(estimate.stepsPerEpoch, std::int64_t{solved ? 0 : 8});
        QVERIFY(estimate.time.has_value());
        QVERIFY(estimate.time->epoch > 0);
        QVERIFY(solved || estimate.time->step > 0);
        QVERIFY(estimate.time->run >= estimate.time->epoch * static_cast<double>(estimate.epochs));
        // Gradients and moments beside the weights, and something for the images of a batch.
        QVERIFY(estimate.memory.weights >= estimate.parameters * 4 * (solved ? 1 : 4));
        QVERIFY(estimate.memory.activations > 5 * data->shape().values() * 4);
        QVERIFY(estimate.memory.available > 0);
        QVERIFY(estimate.disk.available > 0);
        QVERIFY(estimate.warnings.empty());

        const auto run = path(qPrintable(QStringLiteral("run-") + model));
        train(config, data, run);
        const auto written = static_cast<double>(bytesIn(run));
        const auto expected = static_cast<double>(estimate.disk.total());
        QVERIFY2(expected > 0.9 * written && expected < 1.1 * written,
                 qPrintable(QStringLiteral("%1 expected, %2 written").arg(expected).arg(written)));
    }

    void itLeavesNoTraceInTheRunsAfterIt()
    {
        const auto data = madeData();
        const auto config = madeConfig(2);
        train(config, data, path("before"));
        static_cast<void>(estimateRun(config, data, {}));
        train(config, data, path("after"));
        QVERIFY(readTextFile(RunPaths{path("before")}.last()) ==
                readTextFile(RunPaths{path("after")}.last()));
    }

    void itStops()
    {
        std::stop_source source;
        EstimateHooks hooks;
        hooks.stop = source.get_token();
        std::int64_t told = 0;
        hooks.progress = [&](const Progress&) {
            ++told;
            source.request_stop();
        };
        QVERIFY_THROWS_EXCEPTION(Cancelled,
                                 static_cast<void>(estimateRun(madeConfig(2), madeData(), {}, hooks)));
        QCOMPARE(told, std::int64_t{1});
    }

    void whatARunWouldBeRefusedForIsSaid()
    {
        auto config = madeConfig(2);
        config.training.fields.set("batch_size", std::int64_t{0});
        QVERIFY_THROWS_EXCEPTION(Error, static_cast<void>(estimateRun(config, madeData(), {})));
    }

    void theSentence()
    {
        RunEstimate estimate;
        estimate.modelTitle = "RGB-D VAE";
        estimate.width = estimate.height = 128;
        estimate.time = RunEstimate::Time{.step = 1, .epoch = 1512, .run = 151200};
        estimate.memory.weights = 1'900'000'000;
        estimate.disk.weights = 240'000'000;
        QCOMPARE(estimateSentence(estimate),
                 std::string("RGB-D VAE at 128x128: about 42 hours here, 1.9 GB of memory, 240 MB on disk"));
        estimate.time.reset();
        QCOMPARE(estimateSentence(estimate),
                 std::string("RGB-D VAE at 128x128: 1.9 GB of memory, 240 MB on disk"));
        QVERIFY(toJson(estimate)["seconds"].is_null());
    }

    void whatThereIsNotEnoughOfIsSaid()
    {
        RunEstimate estimate;
        estimate.memory.weights = 2000;
        estimate.memory.available = 3000;
        estimate.disk.resume = 2000;
        estimate.disk.available = 5000;
        QVERIFY(estimateWarnings(estimate, "/runs").empty());
        estimate.memory.available = 1000;
        estimate.disk.available = 3000;  // less than the file that is replaced and the one beside it
        const auto warnings = estimateWarnings(estimate, "/runs");
        QCOMPARE(warnings.size(), std::size_t{2});
        QVERIFY(warnings[0].find("1.0 KB are free") != std::string::npos);
        QVERIFY(warnings[1].find("/runs") != std::string::npos);
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(EstimateTest)
#include "tst_estimate.moc"
