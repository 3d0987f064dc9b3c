// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/store/safetensors.h"
#include "core/training/run_lock.h"
#include "core/training/run_paths.h"
#include "core/training/trainer.h"
#include "core/training/weights.h"
#include "tests/core/training/made_data.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <cmath>
#include <fstream>
#include <limits>

using namespace elbo;
using namespace elbo::tests;

namespace {

std::optional<Failure> failureOf(const std::function<void()>& work)
{
    try {
        work();
        return std::nullopt;
    } catch (...) {
        return currentFailure();
    }
}

}  // namespace

class TrainerTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] std::filesystem::path newRun(const RunConfig& config) const
    {
        return createRunFolder(std::filesystem::path(m_folder.path().toStdString()), config);
    }

private Q_SLOTS:
    void aRunLearnsAndIsComplete()
    {
        auto config = madeConfig(22);
        config.training.fields.set("learning_rate", 3e-3);
        config.training.fields.set("keep_weights_every", std::int64_t{10});
        const auto data = madeData();
        const auto folder = newRun(config);
        Recording recording;
        TrainingControl control;
        QVERIFY(trainRun(config, data, folder, recording, control) == TrainingEnd::Completed);

        const auto info = readRunInfo(folder);
        QVERIFY(info.state == RunState::Completed);
        QCOMPARE(info.epochsDone, std::int64_t{22});
        QCOMPARE(info.trainImages, std::int64_t{22});
        QCOMPARE(info.precision, std::string("float32"));
        QCOMPARE(info.threads, 1);
        QVERIFY(info.bestChosenOnTest);
        QVERIFY(info.parameters > 0);

        const auto history = readHistory(RunPaths{folder}.history());
        QVERIFY(history.epochs == recording.epochs);
        QVERIFY(history.steps == recording.steps);
        QCOMPARE(history.epochs.size(), std::size_t{22});
        QCOMPARE(history.steps.size(),
                 std::size_t{22 * 5 / 3});  // 22 images: batches of 5, 5, 5, 5, 2; a record each 3 steps
        QVERIFY(history.epochs.back().test.at("mse") < history.epochs.front().test.at("mse") / 2);
        QVERIFY(history.epochs.back().test.at("mse_mean") < history.epochs.front().test.at("mse_mean") / 2);
        QVERIFY(history.epochs.back().validation.empty());

        // Best by ELBO on the test images.
        std::int64_t best = 0;
        double highest = -std::numeric_limits<double>::infinity();
        for (const auto& epoch : history.epochs) {
            QCOMPARE(epoch.best, epoch.test.at("elbo") > highest);
            if (epoch.best) {
                best = epoch.epoch;
                highest = epoch.test.at("elbo");
            }
        }
        QCOMPARE(info.bestEpoch, best);
        const RunPaths paths{folder};
        QCOMPARE(readSafetensorsHeader(paths.best()).metadata.at("epoch"), std::to_string(best));
        QCOMPARE(readSafetensorsHeader(paths.last()).metadata.at("epoch"), std::string("22"));
        QVERIFY(std::filesystem::exists(paths.weights(10)) && std::filesystem::exists(paths.weights(20)));

        // Kept: 1 to 20, then every fifth, and the best.
        std::vector<std::int64_t> expected;
        for (std::int64_t epoch = 1; epoch <= 20; ++epoch)
            expected.push_back(epoch);
        if (best > 20)
            expected.push_back(best);
        QVERIFY(keptEpochs(folder) == expected);
        QVERIFY(recording.kept.size() >= expected.size());
    }

    // A set that was prepared before, a label, a path: none of them needs to be UTF-8.
    void namesNeedNotBeUtf8()
    {
        auto data = std::make_shared<Dataset>(*madeData());
        for (auto& name : data->names)
            name += "-caf\xE9";
        data->labelNames = {"caf\xE9"};
        auto config = madeConfig(1);
        const auto folder = newRun(config);
        std::ofstream(folder.parent_path() / "caf\xE9") << "image,type\n";
        config.data.fields.set("labels", (folder.parent_path() / "caf\xE9").string());
        Recording recording;
        TrainingControl control;
        QVERIFY(trainRun(config, data, folder, recording, control) == TrainingEnd::Completed);
        QVERIFY(readKeptStrip(folder, 1).names.at(0).ends_with("-caf\xEF\xBF\xBD"));
        QVERIFY(readRunInfo(folder).state == RunState::Completed);
        const auto loaded = loadModel(folder, "last", c10::Device(c10::kCPU));
        QCOMPARE(loaded.labelNames, std::vector<std::string>{"caf\xEF\xBF\xBD"});
    }

    void theStripShowsTheSameImagesAsTheyWere()
    {
        const auto config = madeConfig(2);
        const auto data = madeData();
        const auto folder = newRun(config);
        Recording recording;
        TrainingControl control;
        trainRun(config, data, folder, recording, control);
        const auto first = readKeptStrip(folder, 1);
        const auto second = readKeptStrip(folder, 2);
        QCOMPARE(first.names.size(), std::size_t{6});
        QVERIFY(first.names == second.names && first.truthColor == second.truthColor &&
                first.truthDepth == second.truthDepth);
        QVERIFY(first.color != second.color);
        QVERIFY(first.metric);
        QCOMPARE(first.names[0], data->names[22]);
        // Colours span 0..255 there, so that codes are the colours themselves.
        QCOMPARE(int{first.truthColor[0].pixels[3 * 9 + 1]}, data->color[22][1][1][1].item<int>());
        const auto code = data->depth[22][0][7][7].to(at::kInt).item<int>();
        const auto high = data->ranges[22][3][1].item<float>();
        QVERIFY(std::abs(first.truthDepth[0].values[63] -
                         (1 + static_cast<float>(code - 1) / 65534 * (high - 1))) < 1e-5F);
        const auto kept = readSafetensors(RunPaths{folder}.kept(2));
        QCOMPARE(kept.at("posterior_mean").size(0), std::int64_t{6});
        QVERIFY(kept.at("posterior_std").min().item<float>() > 0);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(readKeptStrip(folder, 7)), Error);
    }

    void validationImagesChooseTheBest()
    {
        const auto config = madeConfig(3);
        const auto data = madeData({22, 6, 4, 8});
        const auto folder = newRun(config);
        Recording recording;
        TrainingControl control;
        trainRun(config, data, folder, recording, control);
        QVERIFY(!readRunInfo(folder).bestChosenOnTest);
        double highest = -std::numeric_limits<double>::infinity();
        for (const auto& epoch : recording.epochs) {
            const auto elbo = epoch.validation.at("elbo");
            QCOMPARE(epoch.best, elbo > highest);
            highest = std::max(highest, elbo);
        }
    }

    void runsWithoutTestImages()
    {
        const auto config = madeConfig(2);
        const auto folder = newRun(config);
        Recording recording;
        TrainingControl control;
        QVERIFY(trainRun(config, madeData({10, 0, 0, 8}), folder, recording, control) ==
                TrainingEnd::Completed);
        QVERIFY(recording.epochs.back().test.empty());
        QCOMPARE(readRunInfo(folder).bestEpoch, std::int64_t{0});
        QCOMPARE(readKeptStrip(folder, 2).names.size(), std::size_t{8});
    }

    void stopsWithinAStepAndSaves()
    {
        const auto config = madeConfig(1000);
        const auto folder = newRun(config);
        std::stop_source stop;
        Recording recording;
        recording.step = [&](const StepRecord& record) {
            if (record.step >= 12)
                stop.request_stop();
        };
        TrainingControl control{stop.get_token()};
        QVERIFY(trainRun(config, madeData(), folder, recording, control) == TrainingEnd::Stopped);
        const auto info = readRunInfo(folder);
        QVERIFY(info.state == RunState::Stopped);
        QVERIFY(info.epochsDone >= 2 && info.epochsDone < 1000);
        QVERIFY(std::filesystem::exists(RunPaths{folder}.resume()));
        QVERIFY(!isRunLocked(folder));
    }

    void aPauseHoldsAndSaves()
    {
        const auto config = madeConfig(4);
        const auto folder = newRun(config);
        TrainingControl control;
        Recording recording;
        bool paused = false;
        recording.epoch = [&](const EpochRecord& record) { control.pause = record.epoch == 2; };
        recording.status = [&](const TrainingStatus& status) {
            if (!status.paused)
                return;
            paused = true;
            QTRY_VERIFY(std::filesystem::exists(RunPaths{folder}.last()) &&
                        readSafetensorsHeader(RunPaths{folder}.last()).metadata.at("epoch") == "2");
            control.pause = false;
        };
        QVERIFY(trainRun(config, madeData(), folder, recording, control) == TrainingEnd::Completed);
        QVERIFY(paused);
        QCOMPARE(recording.epochs.size(), std::size_t{4});
    }

    void aLossThatIsNotFiniteEndsTheRunAndKeepsTheLastGoodEpoch()
    {
        auto config = madeConfig(3);
        const auto data = madeData();
        const auto folder = newRun(config);
        Recording recording;
        TrainingControl control;
        trainRun(config, data, folder, recording, control);
        const auto good = readSafetensors(RunPaths{folder}.last());
        // The weights of epoch 3 as they are, but with an optimiser whose next update throws them far away.
        auto resume = readSafetensors(RunPaths{folder}.resume());
        for (auto& [name, tensor] : resume.tensors) {
            if (name.find("/first/") != std::string::npos)
                tensor.fill_(1e30);
        }
        writeSafetensors(RunPaths{folder}.resume(), resume.tensors, resume.metadata);

        const auto failure = failureOf([&] { resumeRun(folder, data, 6, recording, control); });
        QVERIFY(failure.has_value());
        QVERIFY(failure->code == ErrorCode::NotFinite);
        QVERIFY2(failure->sentence.find("epoch 3 is kept") != std::string::npos, failure->sentence.c_str());
        QVERIFY2(failure->sentence.find("learning rate below") != std::string::npos,
                 failure->sentence.c_str());
        const auto info = readRunInfo(folder);
        QVERIFY(info.state == RunState::Failed);
        QCOMPARE(info.ending, failure->sentence);
        QCOMPARE(info.epochsDone, std::int64_t{3});
        const auto kept = readSafetensors(RunPaths{folder}.last());
        for (const auto& [name, tensor] : good.tensors)
            QVERIFY(at::equal(tensor, kept.at(name)));
    }

    void aDiskThatFailsEndsTheRunWithItsSentence_data()
    {
        QTest::addColumn<int>("code");
        QTest::newRow("full") << static_cast<int>(ErrorCode::DiskFull);
        QTest::newRow("no permission") << static_cast<int>(ErrorCode::NoPermission);
    }
    void aDiskThatFailsEndsTheRunWithItsSentence()
    {
        QFETCH(int, code);
        const auto config = madeConfig(50);
        const auto data = madeData();
        const auto folder = newRun(config);
        Recording recording;
        TrainingControl control;
        std::atomic<int> saves{0};
        TrainingOptions options;
        options.writeObserver = [&](const std::filesystem::path& file, std::uint64_t, bool finished) {
            if (file.filename() == "resume.safetensors" && finished && ++saves == 4)
                throw Error(static_cast<ErrorCode>(code),
                            "The disk is as the test wants it: this is the sentence.");
        };
        const auto failure = failureOf([&] { trainRun(config, data, folder, recording, control, options); });
        QVERIFY(failure.has_value());
        QCOMPARE(static_cast<int>(failure->code), code);
        QCOMPARE(failure->sentence, std::string("The disk is as the test wants it: this is the sentence."));
        QVERIFY(readRunInfo(folder).state == RunState::Failed);
        QCOMPARE(readSafetensorsHeader(RunPaths{folder}.last()).metadata.at("epoch"), std::string("3"));

        // What was saved stays, and the run goes on from there once the disk is well again.
        Recording again;
        QVERIFY(resumeRun(folder, data, std::nullopt, again, control) == TrainingEnd::Completed);
        QCOMPARE(again.epochs.front().epoch, std::int64_t{4});
        QCOMPARE(readHistory(RunPaths{folder}.history()).epochs.size(), std::size_t{50});
    }

    void aFolderThatIsNotThereIsOneSentence()
    {
        Recording recording;
        TrainingControl control;
        const auto failure =
            failureOf([&] { trainRun(madeConfig(1), madeData(), "/nowhere/at/all", recording, control); });
        QVERIFY(failure.has_value());
        QVERIFY(failure->code == ErrorCode::NotFound);
    }

    void oneWriterAtATime()
    {
        const auto config = madeConfig(1);
        const auto data = madeData();
        const auto folder = newRun(config);
        Recording recording;
        TrainingControl control;
        trainRun(config, data, folder, recording, control);
        QVERIFY(failureOf([&] { trainRun(config, data, folder, recording, control); })->code ==
                ErrorCode::BadSetting);
        const RunLock lock(folder);
        QVERIFY(failureOf([&] { resumeRun(folder, data, 2, recording, control); })->code == ErrorCode::Busy);
    }

    void whatCannotBeTrainedIsRefused()
    {
        Recording recording;
        TrainingControl control;
        const auto refusal = [&](const RunConfig& config, const std::shared_ptr<const Dataset>& data) {
            const auto folder = newRun(config);
            const auto failure = failureOf([&] { trainRun(config, data, folder, recording, control); });
            const auto before = failureOf([&] { checkRun(config, *data); });
            // The folder is free for the corrected run, and what checkRun says is what trainRun would.
            return before == failure && !std::filesystem::exists(folder) ? failure->code
                                                                         : ErrorCode::Internal;
        };
        auto holes = std::make_shared<Dataset>(*madeData());
        holes->holes = true;
        QVERIFY(refusal(madeConfig(1), holes) == ErrorCode::BadData);
        QVERIFY(refusal(madeConfig(1), madeData({0, 6, 0, 8})) == ErrorCode::BadData);
        auto config = madeConfig(0);
        QVERIFY(refusal(config, madeData()) == ErrorCode::BadSetting);
        config = madeConfig(1);
        config.training.fields.set("device", std::string("cuda:63"));
        QVERIFY(
            failureOf([&] { trainRun(config, madeData(), newRun(config), recording, control); }).has_value());
        QVERIFY(refusal(madeConfig(1, "rgbd-vae"), madeData()) ==
                ErrorCode::BadSetting);  // 8 pixels a side are too few
    }

    void anotherModelsWeightsAreRefused()
    {
        Recording recording;
        TrainingControl control;
        const auto small = newRun(madeConfig(1));
        trainRun(madeConfig(1), madeData({10, 2, 0, 4}), small, recording, control);
        TrainingOptions options;
        options.initialWeights = small;
        const auto folder = newRun(madeConfig(1));
        const auto failure =
            failureOf([&] { trainRun(madeConfig(1), madeData(), folder, recording, control, options); });
        QVERIFY(failure.has_value());
        QVERIFY(failure->code == ErrorCode::BadSetting);
        QVERIFY(failure->sentence.find("images of 4x4") != std::string::npos);
        QVERIFY(!std::filesystem::exists(folder));
    }

    void aRunThatCannotWriteItsFirstFileLeavesNothing()
    {
        const auto config = madeConfig(1);
        const auto folder = newRun(config);
        Recording recording;
        TrainingControl control;
        TrainingOptions options;
        options.writeObserver = [](const std::filesystem::path&, std::uint64_t, bool) {
            throw Error(ErrorCode::DiskFull, "The disk is as the test wants it: this is the sentence.");
        };
        const auto failure =
            failureOf([&] { trainRun(config, madeData(), folder, recording, control, options); });
        QVERIFY(failure.has_value());
        QVERIFY(failure->code == ErrorCode::DiskFull);
        QVERIFY(!std::filesystem::exists(folder));
    }

    // What somebody else keeps there stays.
    void aFolderWithOtherFilesIsLeftAlone()
    {
        const auto config = madeConfig(0);
        const auto folder = newRun(config);
        writeTextFile(folder / "notes.txt", "mine");
        Recording recording;
        TrainingControl control;
        QVERIFY(failureOf([&] { trainRun(config, madeData(), folder, recording, control); }).has_value());
        QCOMPARE(readTextFile(folder / "notes.txt"), std::string("mine"));
    }

    void givenWeightsAreTheStart()
    {
        auto config = madeConfig(3);
        const auto data = madeData();
        Recording first;
        TrainingControl control;
        const auto folder = newRun(config);
        trainRun(config, data, folder, first, control);
        TrainingOptions options;
        options.initialWeights = RunPaths{folder}.last();
        Recording second;
        trainRun(config, data, newRun(config), second, control, options);
        QVERIFY(second.epochs.front().train.at("mse") < first.epochs.front().train.at("mse"));
    }

    void bfloat16Trains()
    {
        auto config = madeConfig(8);
        config.training.fields.set("precision", std::string("bf16"));
        config.training.fields.set("learning_rate", 3e-3);
        const auto folder = newRun(config);
        Recording recording;
        TrainingControl control;
        QVERIFY(trainRun(config, madeData(), folder, recording, control) == TrainingEnd::Completed);
        QCOMPARE(readRunInfo(folder).precision, std::string("bf16"));
        QVERIFY(recording.epochs.back().test.at("mse") < recording.epochs.front().test.at("mse"));
    }
};

QTEST_GUILESS_MAIN(TrainerTest)
#include "tst_trainer.moc"
