// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/device.h"
#include "core/base/error.h"
#include "core/store/safetensors.h"
#include "core/training/run_paths.h"
#include "core/training/trainer.h"
#include "core/training/training_snapshot.h"
#include "tests/core/training/made_data.h"
#include "tests/core/training/run_comparison.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

#include <fstream>

using namespace elbo;
using namespace elbo::tests;

namespace {

/// Asks a run to stop at a moment.
struct StopAt {
    std::stop_source source;
    Recording recording;
    TrainingControl control{source.get_token()};

    void afterEpoch(std::int64_t epoch)
    {
        recording.epoch = [this, epoch](const EpochRecord& record) {
            if (record.epoch == epoch)
                source.request_stop();
        };
    }
    /// Once so many steps of an epoch are done: between two steps, and before the test images.
    void inEpoch(std::int64_t epoch, std::int64_t steps, const char* what = "training")
    {
        recording.status = [this, epoch, steps, what](const TrainingStatus& status) {
            if (status.epoch == epoch && status.stepInEpoch >= steps && status.what == what)
                source.request_stop();
        };
    }
};

}  // namespace

class ResumeTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] std::filesystem::path newRun(const RunConfig& config) const
    {
        return createRunFolder(std::filesystem::path(m_folder.path().toStdString()), config);
    }

    [[nodiscard]] std::filesystem::path unbrokenRun(const RunConfig& config,
                                                    const std::shared_ptr<const Dataset>& data) const
    {
        const auto folder = newRun(config);
        Recording recording;
        TrainingControl control;
        trainRun(config, data, folder, recording, control);
        return folder;
    }

    static void addModels()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("side");
        QTest::addColumn<QString>("precision");
        QTest::addColumn<int>("threads");
        QTest::newRow("fc-vae") << "fc-vae" << 8 << "float32" << 1;
        QTest::newRow("fc-vae bf16") << "fc-vae" << 8 << "bf16" << 1;
        QTest::newRow("fc-vae 2 threads") << "fc-vae" << 8 << "float32" << 2;
        // Batch statistics are part of the state.
        QTest::newRow("rgbd-vae") << "rgbd-vae" << 32 << "float32" << 1;
        // As programs run it. Without instructions for bf16 a convolution is emulated and takes minutes.
        const bool fast = deviceInfo(c10::Device(c10::kCPU)).fastBFloat16;
        QTest::newRow("rgbd-vae 2 threads") << "rgbd-vae" << 32 << (fast ? "bf16" : "float32") << 2;
    }

    static RunConfig fetchedConfig(std::int64_t epochs)
    {
        QFETCH(QString, model);
        QFETCH(QString, precision);
        QFETCH(int, threads);
        auto config = madeConfig(epochs, model.toStdString());
        config.training.fields.set("precision", precision.toStdString());
        config.training.fields.set("threads", std::int64_t{threads});
        return config;
    }

    static void refusedAndUntouched(const std::filesystem::path& folder,
                                    const std::shared_ptr<const Dataset>& data)
    {
        Recording recording;
        TrainingControl control;
        try {
            resumeRun(folder, data, 2, recording, control);
            QFAIL("went on from a foreign file");
        } catch (const Error& error) {
            QVERIFY2(error.code() == ErrorCode::BadFile, error.what());
            const QByteArray sentence = error.what();
            QVERIFY2(sentence.endsWith('.') && !sentence.contains('\n'), sentence.constData());
            QVERIFY2(sentence.contains("resume.safetensors"), sentence.constData());
        }
        QVERIFY(std::filesystem::exists(RunPaths{folder}.last()));
        QCOMPARE(readHistory(RunPaths{folder}.history()).epochs.size(), std::size_t{1});
    }

private Q_SLOTS:
    void stoppedAfterAnEpoch_data() { addModels(); }
    void stoppedAfterAnEpoch()
    {
        QFETCH(int, side);
        const auto data = madeData({22, 6, 3, side});
        const auto config = fetchedConfig(5);
        const auto folder = newRun(config);
        StopAt stop;
        stop.afterEpoch(3);
        QVERIFY(trainRun(config, data, folder, stop.recording, stop.control) == TrainingEnd::Stopped);
        const auto info = readRunInfo(folder);
        QCOMPARE(info.epochsDone, std::int64_t{3});
        QCOMPARE(info.precision, config.text("precision"));
        QCOMPARE(std::int64_t{info.threads}, config.integer("threads"));
        Recording recording;
        TrainingControl control;
        QVERIFY(resumeRun(folder, data, std::nullopt, recording, control) == TrainingEnd::Completed);
        QCOMPARE(recording.epochs.front().epoch, std::int64_t{4});
        QCOMPARE(runDifference(unbrokenRun(config, data), folder), QString());
    }

    void stoppedInTheMiddleOfAnEpoch_data() { addModels(); }
    void stoppedInTheMiddleOfAnEpoch()
    {
        QFETCH(int, side);
        // A status comes at most 30 times a second: an epoch must have more steps than fit between two.
        const auto many = side < 32;
        const auto data = madeData({many ? 400 : 42, 6, 3, side});
        auto config = fetchedConfig(4);
        config.training.fields.set("batch_size", std::int64_t{many ? 1 : 2});
        const auto folder = newRun(config);
        StopAt stop;
        stop.inEpoch(3, 1);
        QVERIFY(trainRun(config, data, folder, stop.recording, stop.control) == TrainingEnd::Stopped);
        const auto position = readSnapshot(RunPaths{folder}.resume()).position;
        QCOMPARE(position.epoch, std::int64_t{3});
        QVERIFY(position.stepInEpoch > 0);
        QVERIFY(position.stepInEpoch < (many ? 400 : 21));
        Recording recording;
        TrainingControl control;
        QVERIFY(resumeRun(folder, data, std::nullopt, recording, control) == TrainingEnd::Completed);
        QCOMPARE(recording.epochs.front().epoch, std::int64_t{3});
        QCOMPARE(runDifference(unbrokenRun(config, data), folder), QString());
    }

    void stoppedBeforeTheTestImages()
    {
        const auto data = madeData();
        const auto config = madeConfig(4);
        const auto folder = newRun(config);
        StopAt stop;
        stop.inEpoch(3, 5, "testing");
        QVERIFY(trainRun(config, data, folder, stop.recording, stop.control) == TrainingEnd::Stopped);
        QCOMPARE(readRunInfo(folder).epochsDone, std::int64_t{2});
        Recording recording;
        TrainingControl control;
        QVERIFY(resumeRun(folder, data, std::nullopt, recording, control) == TrainingEnd::Completed);
        QCOMPARE(recording.epochs.front().epoch, std::int64_t{3});
        QCOMPARE(runDifference(unbrokenRun(config, data), folder), QString());
    }

    void extendedEqualsLonger()
    {
        const auto data = madeData();
        const auto folder = unbrokenRun(madeConfig(2), data);
        Recording recording;
        TrainingControl control;
        QVERIFY(resumeRun(folder, data, 5, recording, control) == TrainingEnd::Completed);
        QCOMPARE(readRunInfo(folder).config.integer("epochs"), std::int64_t{5});
        QCOMPARE(runDifference(unbrokenRun(madeConfig(5), data), folder), QString());
        QVERIFY_EXCEPTION_THROWN(resumeRun(folder, data, 3, recording, control), Error);
    }

    void savingLessOftenChangesNoBit()
    {
        const auto data = madeData();
        auto config = madeConfig(4);
        const auto often = unbrokenRun(config, data);
        config.training.fields.set("resume_seconds", 1000.0);
        QCOMPARE(runDifference(often, unbrokenRun(config, data)), QString());
    }

    void whatIsNewerThanTheSaveIsCutBack()
    {
        const auto data = madeData();
        const auto config = madeConfig(4);
        const auto folder = newRun(config);
        StopAt stop;
        stop.afterEpoch(2);
        static_cast<void>(trainRun(config, data, folder, stop.recording, stop.control));
        // As a run leaves it that was killed in epoch 4 before its next save.
        const RunPaths paths{folder};
        std::ofstream(paths.history(), std::ios::app)
            << R"({"kind":"epoch","epoch":3,"step":15,"learning_rate":1,"seconds":1,"train":{},"test":{},"validation":{},"best":true})"
            << "\n{\"kind\":\"st";
        std::filesystem::copy_file(paths.kept(2), paths.kept(3));
        std::filesystem::copy_file(paths.last(), paths.weights(3));
        std::filesystem::copy_file(paths.best(), paths.nextBest());
        std::ofstream(paths.keptFolder() / "epoch-0004.safetensors.part-1-1") << "half";
        Recording recording;
        TrainingControl control;
        QVERIFY(resumeRun(folder, data, std::nullopt, recording, control) == TrainingEnd::Completed);
        QCOMPARE(runDifference(unbrokenRun(config, data), folder), QString());
        QVERIFY(!std::filesystem::exists(paths.weights(3)));
        QVERIFY(!std::filesystem::exists(paths.nextBest()));
        QVERIFY(!std::filesystem::exists(paths.keptFolder() / "epoch-0004.safetensors.part-1-1"));
    }

    void aRunThatWasNeverSavedBeginsAnew()
    {
        const auto data = madeData();
        const auto config = madeConfig(2);
        const auto folder = unbrokenRun(config, data);
        std::filesystem::remove(RunPaths{folder}.resume());
        std::filesystem::remove(RunPaths{folder}.last());  // the first save writes both
        Recording recording;
        TrainingControl control;
        QVERIFY(resumeRun(folder, data, std::nullopt, recording, control) == TrainingEnd::Completed);
        QCOMPARE(recording.epochs.front().epoch, std::int64_t{1});
        QCOMPARE(runDifference(unbrokenRun(config, data), folder), QString());
    }

    // Beginning anew would replace what the run has learned.
    void aRunThatLostItsSaveIsNotBegunAnew()
    {
        const auto data = madeData();
        const auto folder = unbrokenRun(madeConfig(2), data);
        std::filesystem::remove(RunPaths{folder}.resume());
        const auto weights = readSafetensors(RunPaths{folder}.last());
        Recording recording;
        TrainingControl control;
        try {
            resumeRun(folder, data, 3, recording, control);
            QFAIL("began anew");
        } catch (const Error& error) {
            QVERIFY(error.code() == ErrorCode::NotFound);
            QVERIFY2(std::string_view(error.what()).find("resume.safetensors is not there") !=
                         std::string_view::npos,
                     error.what());
        }
        QVERIFY(recording.epochs.empty());
        QCOMPARE(readHistory(RunPaths{folder}.history()).epochs.size(), std::size_t{2});
        const auto after = readSafetensors(RunPaths{folder}.last());
        for (std::size_t i = 0; i < weights.tensors.size(); ++i)
            QVERIFY(at::equal(weights.tensors[i].tensor, after.tensors[i].tensor));
    }

    void hostileSavesAreOneSentence_data()
    {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QString>("value");
        QTest::newRow("version is a text") << "/version" << "\"one\"";
        QTest::newRow("no position") << "/position" << "null";
        QTest::newRow("position is a list") << "/position" << "[1]";
        QTest::newRow("epoch 0") << "/position/epoch" << "0";
        QTest::newRow("epoch is a text") << "/position/epoch" << "\"2\"";
        QTest::newRow("a negative step") << "/position/step" << "-1";
        QTest::newRow("more steps in the epoch than in all") << "/position/step_in_epoch" << "1000000";
        QTest::newRow("negative images") << "/position/epoch_images" << "-5";
        QTest::newRow("best is to come") << "/position/best_epoch" << "77";
        QTest::newRow("fingerprint is a number") << "/data_fingerprint" << "4";
        QTest::newRow("the fingerprint of other images") << "/data_fingerprint" << "\"other\"";
    }
    void hostileSavesAreOneSentence()
    {
        QFETCH(QString, pointer);
        QFETCH(QString, value);
        const auto data = madeData();
        const auto folder = unbrokenRun(madeConfig(1), data);
        const auto file = RunPaths{folder}.resume();
        auto saved = readSafetensors(file);
        auto json = nlohmann::json::parse(saved.metadata.at("elbo_resume"));
        json[nlohmann::json::json_pointer(pointer.toStdString())] =
            nlohmann::json::parse(value.toStdString());
        saved.metadata["elbo_resume"] = json.dump();
        writeSafetensors(file, saved.tensors, saved.metadata);
        refusedAndUntouched(folder, data);
    }

    void savesOfOtherTensorsAreOneSentence_data()
    {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"none", "one fewer", "another shape", "weights in its place"})
            QTest::newRow(kind) << QString::fromUtf8(kind);
    }
    void savesOfOtherTensorsAreOneSentence()
    {
        QFETCH(QString, kind);
        const auto data = madeData();
        const auto folder = unbrokenRun(madeConfig(1), data);
        const auto file = RunPaths{folder}.resume();
        auto saved = readSafetensors(file);
        auto& first = saved.tensors.front().tensor;
        if (kind == QLatin1String("none"))
            saved.tensors.clear();
        else if (kind == QLatin1String("one fewer"))
            saved.tensors.erase(saved.tensors.begin());
        else if (kind == QLatin1String("another shape"))
            first = at::zeros({3});
        else
            saved = readSafetensors(RunPaths{folder}.last());
        writeSafetensors(file, saved.tensors, saved.metadata);
        refusedAndUntouched(folder, data);
    }

    void otherImagesAreRefused()
    {
        const auto folder = unbrokenRun(madeConfig(1), madeData());
        Recording recording;
        TrainingControl control;
        try {
            resumeRun(folder, madeData({21, 6, 0, 8}), 2, recording, control);
            QFAIL("went on with other images");
        } catch (const Error& error) {
            QVERIFY(error.code() == ErrorCode::BadData);
        }
    }

    void aDamagedSaveIsOneSentence_data()
    {
        QTest::addColumn<int>("keepBytes");
        QTest::newRow("empty") << 0;
        QTest::newRow("header only") << 200;
        QTest::newRow("truncated") << -1;
    }
    void aDamagedSaveIsOneSentence()
    {
        QFETCH(int, keepBytes);
        const auto data = madeData();
        const auto folder = unbrokenRun(madeConfig(1), data);
        const auto file = RunPaths{folder}.resume();
        const auto size = std::filesystem::file_size(file);
        std::filesystem::resize_file(file, keepBytes < 0 ? size - 1 : static_cast<std::uintmax_t>(keepBytes));
        Recording recording;
        TrainingControl control;
        try {
            resumeRun(folder, data, 2, recording, control);
            QFAIL("went on from a damaged file");
        } catch (const Error& error) {
            QVERIFY(error.code() == ErrorCode::BadFile);
            QVERIFY(std::string_view(error.what()).find("resume.safetensors") != std::string_view::npos);
        }
        QVERIFY(std::filesystem::exists(RunPaths{folder}.last()));  // nothing else was touched
        QCOMPARE(readHistory(RunPaths{folder}.history()).epochs.size(), std::size_t{1});
    }

    void aSaveOfANewerVersionIsSaidSo()
    {
        const auto data = madeData();
        const auto folder = unbrokenRun(madeConfig(1), data);
        const auto file = RunPaths{folder}.resume();
        auto saved = readSafetensors(file);
        auto json = nlohmann::json::parse(saved.metadata.at("elbo_resume"));
        json["version"] = 2;
        saved.metadata["elbo_resume"] = json.dump();
        writeSafetensors(file, saved.tensors, saved.metadata);
        Recording recording;
        TrainingControl control;
        try {
            resumeRun(folder, data, 2, recording, control);
            QFAIL("went on from the save of a newer version");
        } catch (const Error& error) {
            QVERIFY(std::string_view(error.what()).find("newer version") != std::string_view::npos);
        }
        QVERIFY(std::filesystem::exists(file) && std::filesystem::exists(RunPaths{folder}.last()));
        QCOMPARE(readHistory(RunPaths{folder}.history()).epochs.size(), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(ResumeTest)
#include "tst_resume.moc"
