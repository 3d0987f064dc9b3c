// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/training/device_data.h"
#include "core/training/run_paths.h"
#include "core/training/training_snapshot.h"
#include "tests/core/training/prepared_data.h"
#include "tests/core/training/run_comparison.h"

#include <QtTest/QtTest>

#include <ATen/Functions.h>

#include <filesystem>
#include <map>

using namespace elbo;
using namespace elbo::tests;

namespace {

constexpr std::int64_t kTrain = 50;
constexpr std::int64_t kTest = 12;
constexpr std::int64_t kValidation = 6;
constexpr std::int64_t kSide = 64;
constexpr std::int64_t kStepsPerEpoch = kTrain / 2;
/// Below the 1.4 MB of the set.
constexpr std::int64_t kLimitMegabytes = 1;

}  // namespace

/// Sets that are streamed, against the same sets held.
class DeviceDataTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::shared_ptr<const Dataset> m_made = madeData({kTrain, kTest, kValidation, kSide});
    std::map<QString, std::filesystem::path> m_heldRuns;

    [[nodiscard]] std::filesystem::path folder() const { return m_folder.path().toStdString(); }
    [[nodiscard]] std::shared_ptr<const Dataset> prepared() const
    {
        return preparedData(*m_made, folder() / "set.safetensors");
    }

    static RunConfig configOf(const QString& kind, bool streamed)
    {
        const bool depth = kind == QLatin1String("depth network");
        auto config = madeConfig(3, kind == QLatin1String("pca") ? "pca"
                                    : depth                      ? "bts-mobilenetv2"
                                                                 : "rgbd-vae");
        if (depth)
            config.model.fields.set("decoder_width", std::string("64"));
        auto& fields = config.training.fields;
        fields.set("batch_size", std::int64_t{2});
        if (kind == QLatin1String("pca"))
            config.model.fields.set("latent_size", std::int64_t{7});
        if (kind == QLatin1String("augmented")) {
            fields.set("flip", true);
            fields.set("crop", 0.2);
            fields.set("brightness", 0.3);
        }
        if (streamed)
            fields.set("memory_limit", kLimitMegabytes);
        return config;
    }

    [[nodiscard]] std::filesystem::path trained(const RunConfig& config) const
    {
        const auto run = createRunFolder(folder(), config);
        Recording recording;
        TrainingControl control;
        trainRun(config, prepared(), run, recording, control);
        return run;
    }

    /// An unbroken run with the set in memory.
    const std::filesystem::path& heldRun(const QString& kind)
    {
        if (!m_heldRuns.contains(kind))
            m_heldRuns[kind] = trained(configOf(kind, false));
        return m_heldRuns[kind];
    }

    void resume(const std::filesystem::path& run) const
    {
        Recording recording;
        TrainingControl control;
        QVERIFY(resumeRun(run, prepared(), std::nullopt, recording, control) == TrainingEnd::Completed);
    }

    /// Bytes of the prepared file up to the colour of that image.
    [[nodiscard]] std::uintmax_t bytesBefore(std::int64_t image) const
    {
        const auto header = readSafetensorsHeader(folder() / "set.safetensors");
        for (const auto& tensor : header.tensors)
            if (tensor.name == "color")
                return header.dataOffset + tensor.begin +
                       static_cast<std::uintmax_t>(image * 3 * kSide * kSide);
        return 0;
    }

private Q_SLOTS:
    void streamsWhatDoesNotFit()
    {
        const auto data = prepared();
        const c10::Device cpu(c10::kCPU);
        const auto bytes = static_cast<std::int64_t>(data->color.nbytes() + data->depth.nbytes());
        QVERIFY(!DeviceData(*data, cpu).isStreamed());
        QVERIFY(!DeviceData(*data, cpu, bytes).isStreamed());
        QVERIFY(DeviceData(*data, cpu, bytes - 1).isStreamed());
        QVERIFY(DeviceData(*data, cpu, kLimitMegabytes * 1'000'000).isStreamed());
    }

    void givesTheSameBatches()
    {
        auto labelled = *prepared();
        labelled.labels = at::arange(labelled.size(), at::kLong).remainder(3);
        const c10::Device cpu(c10::kCPU);
        const DeviceData held(labelled, cpu);
        const DeviceData streamed(labelled, cpu, 1);
        const auto order = streamed.indices({9, 40, 3, 67, 0, 1, 2});
        streamed.expect(order, {{0, 3}, {3, 2}});
        // The first two are expected, the others are not.
        for (const auto& [first, count] : {std::pair{0, 3}, {3, 2}, {2, 4}, {6, 1}})
            for (const auto range : {ValueRange::Unit, ValueRange::Symmetric}) {
                const auto indices = order.narrow(0, first, count);
                const auto one = held.batch(indices, range, first > 2);
                const auto other = streamed.batch(indices, range, first > 2);
                QVERIFY(at::equal(one.x, other.x));
                QCOMPARE(one.x.strides().vec(), other.x.strides().vec());
                QVERIFY(at::equal(one.labels, other.labels));
            }
        QVERIFY(at::equal(held.codes({5, 61}).color, streamed.codes({5, 61}).color));
        QVERIFY(at::equal(held.codes({5, 61}).depth, streamed.codes({5, 61}).depth));
        QVERIFY(!streamed.hasFailed());
    }

    void aStreamedRunIsTheHeldOne_data()
    {
        QTest::addColumn<QString>("kind");
        for (const auto* kind : {"plain", "augmented", "pca", "depth network"})
            QTest::newRow(kind) << QString::fromLatin1(kind);
    }
    void aStreamedRunIsTheHeldOne()
    {
        QFETCH(QString, kind);
        QCOMPARE(runDifference(heldRun(kind), trained(configOf(kind, true))), QString());
    }

    void goesOnInTheMiddleOfAnEpoch()
    {
        const auto config = configOf(QStringLiteral("augmented"), true);
        const auto run = createRunFolder(folder(), config);
        std::stop_source stop;
        Recording recording;
        TrainingControl control{stop.get_token()};
        recording.status = [&](const TrainingStatus& status) {
            if (status.epoch == 2 && status.what == "training" && status.stepInEpoch > 0)
                stop.request_stop();
        };
        QVERIFY(trainRun(config, prepared(), run, recording, control) == TrainingEnd::Stopped);
        const auto position = readSnapshot(RunPaths{run}.resume()).position;
        QCOMPARE(position.epoch, std::int64_t{2});
        QVERIFY(position.stepInEpoch > 0 && position.stepInEpoch < kStepsPerEpoch);
        resume(run);
        QCOMPARE(runDifference(heldRun(QStringLiteral("augmented")), run), QString());
    }

    void aFileThatBecomesShorterEndsTheRun_data()
    {
        QTest::addColumn<qint64>("imagesLeft");
        QTest::addColumn<bool>("inTheTest");
        QTest::newRow("while training") << qint64{kTrain - 1} << false;
        QTest::newRow("while testing") << qint64{kTrain + 3} << true;
    }
    void aFileThatBecomesShorterEndsTheRun()
    {
        QFETCH(qint64, imagesLeft);
        QFETCH(bool, inTheTest);
        const auto config = configOf(QStringLiteral("plain"), true);
        const auto file = folder() / "set.safetensors";
        const auto run = createRunFolder(folder(), config);
        Recording recording;
        TrainingControl control;
        recording.epoch = [&](const EpochRecord&) {
            std::filesystem::resize_file(file, bytesBefore(imagesLeft));
        };
        const auto data = prepared();
        auto code = ErrorCode::Internal;
        std::string sentence;
        try {
            trainRun(config, data, run, recording, control);
        } catch (const Error& error) {
            code = error.code();
            sentence = error.what();
        }
        QVERIFY2(code == ErrorCode::BadFile && sentence.find(file.string()) != std::string::npos,
                 sentence.c_str());
        QVERIFY(readRunInfo(run).state == RunState::Failed);
        // All that was learned is kept, up to the step before.
        const auto position = readSnapshot(RunPaths{run}.resume()).position;
        QCOMPARE(position.epoch, std::int64_t{2});
        QVERIFY(position.stepInEpoch > 0);
        QCOMPARE(position.stepInEpoch == kStepsPerEpoch, inTheTest);
        resume(run);
        QCOMPARE(runDifference(heldRun(QStringLiteral("plain")), run), QString());
    }

    void aDeletedFileIsReadToTheEnd()
    {
        const auto config = configOf(QStringLiteral("plain"), true);
        const auto run = createRunFolder(folder(), config);
        Recording recording;
        TrainingControl control;
        recording.epoch = [&](const EpochRecord&) { std::filesystem::remove(folder() / "set.safetensors"); };
        QVERIFY(trainRun(config, prepared(), run, recording, control) == TrainingEnd::Completed);
        QCOMPARE(runDifference(heldRun(QStringLiteral("plain")), run), QString());
    }
};

QTEST_GUILESS_MAIN(DeviceDataTest)
#include "tst_device_data.moc"
