// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/store/torch_file.h"
#include "core/training/run_paths.h"
#include "core/training/weights_summary.h"
#include "tests/core/training/made_data.h"

#include <QtTest/QtTest>

using namespace elbo;
using namespace elbo::tests;

class WeightsSummaryTest : public QObject {
    Q_OBJECT

    [[nodiscard]] std::filesystem::path path(const char* name) const
    {
        return m_folder.filePath(QString::fromUtf8(name)).toStdString();
    }
    void train(const RunConfig& config, const std::shared_ptr<const Dataset>& data, const char* name,
               const std::filesystem::path& initial = {}) const
    {
        std::filesystem::create_directories(path(name));
        TrainingObserver observer;
        TrainingControl control;
        TrainingOptions options;
        options.initialWeights = initial;
        static_cast<void>(trainRun(config, data, path(name), observer, control, options));
    }
    /// What checkRun says of a run of that configuration that begins with the weights of "run".
    [[nodiscard]] std::string refusal(const RunConfig& config,
                                      const std::shared_ptr<const Dataset>& data) const
    {
        TrainingOptions options;
        options.initialWeights = path("run");
        try {
            checkRun(config, *data, options);
        } catch (const Error& error) {
            return error.what();
        }
        return {};
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        train(madeConfig(2), madeData(), "run");
    }

    void whatARunsWeightsAre()
    {
        const auto summary = summariseWeights(path("run"));
        QCOMPARE(summary.file, RunPaths{path("run")}.last());
        QCOMPARE(summary.modelTitle, std::string("FC-VAE"));
        QVERIFY(summary.described);
        QCOMPARE(summary.epoch, std::int64_t{2});
        QCOMPARE(summary.trainedImages, std::int64_t{22});
        QCOMPARE(summary.shape.width, std::int64_t{8});
        QCOMPARE(summary.parameters, readRunInfo(path("run")).parameters);
        QVERIFY(summary.format == WeightsFormat::Safetensors);
    }

    void whatAFileWithoutAWordOfOursIs()
    {
        const auto file = path("elsewhere.pth");
        writeTorch(file, readSafetensors(RunPaths{path("run")}.last()).tensors, {});
        const auto summary = summariseWeights(file);
        QVERIFY(summary.format == WeightsFormat::TorchZip);
        QVERIFY(!summary.described);
        QCOMPARE(summary.model, std::string("fc-vae"));
        QCOMPARE(summary.epoch, std::int64_t{0});
    }

    void aRunTellsWhatItStartedFrom()
    {
        QVERIFY(readRunInfo(path("run")).initialWeights.empty());
        train(madeConfig(1), madeData(), "tuned", path("run"));
        QCOMPARE(readRunInfo(path("tuned")).initialWeights, std::string("run"));
        train(madeConfig(1), madeData(), "tuned-2", RunPaths{path("run")}.last());
        QCOMPARE(readRunInfo(path("tuned-2")).initialWeights, std::string("last.safetensors"));
    }

    void weightsThatDoNotFitAreRefusedInTheUsersTerms()
    {
        QCOMPARE(refusal(madeConfig(1), madeData()), std::string());
        const auto larger = madeData({.train = 22, .test = 6, .validation = 0, .side = 32});
        const auto size = refusal(madeConfig(1), larger);
        QVERIFY2(size.find("8x8 with 4 channels, and those of the set are 32x32") != std::string::npos,
                 size.c_str());
        const auto model = refusal(madeConfig(1, "rgbd-vae"), larger);
        QVERIFY2(model.find("weights of FC-VAE, and the run trains RGB-D VAE") != std::string::npos,
                 model.c_str());
        auto config = madeConfig(1);
        config.model.fields.set("latent_size", std::int64_t{3});
        const auto settings = refusal(config, madeData());
        QVERIFY2(settings.find("with other settings") != std::string::npos, settings.c_str());
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(WeightsSummaryTest)
#include "tst_weights_summary.moc"
