// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/training/live_status.h"
#include "core/training/run_info.h"
#include "core/training/run_lock.h"
#include "core/training/run_paths.h"
#include "core/training/run_request.h"
#include "core/training/run_steering.h"
#include "tests/core/training/made_data.h"
#include "tests/core/training/run_comparison.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

#include <fstream>
#include <functional>
#include <optional>
#include <thread>

#include <sys/stat.h>

using namespace elbo;
using namespace elbo::tests;

Q_DECLARE_METATYPE(std::function<void(const std::filesystem::path&)>)

namespace {

using Put = std::function<void(const std::filesystem::path&)>;

void write(const std::filesystem::path& file, const std::string& text)
{
    std::ofstream(file) << text;
}

/// What may lie at the place of a file that another process reads.
void addRowsOfWhatIsNoRequest()
{
    QTest::addColumn<Put>("put");
    const auto row = [](const char* name, const Put& put) { QTest::newRow(name) << put; };
    const auto text = [&row](const char* name, const std::string& written) {
        row(name, [written](const std::filesystem::path& file) { write(file, written); });
    };
    text("empty", "");
    text("torn", R"({"format":1,"action":"st)");
    text("no JSON", "stop\n");
    text("no object", R"(["stop"])");
    text("of another version", R"({"format":2,"action":"stop","id":"1"})");
    text("a version that is no number", R"({"format":"1","action":"stop","id":"1"})");
    text("without a version", R"({"action":"stop","id":"1"})");
    text("without an id", R"({"format":1,"action":"stop"})");
    text("an id that is a number", R"({"format":1,"action":"stop","id":1})");
    text("an id that is long", R"({"format":1,"action":"stop","id":")" + std::string(1000, 'x') + R"("})");
    text("an action of a later day", R"({"format":1,"action":"hasten","id":"1"})");
    text("an action that is a list", R"({"format":1,"action":["stop"],"id":"1"})");
    text("deep", std::string(60000, '['));
    text("no UTF-8", std::string(R"({"format":1,"action":"stop","id":")") + "\xff\xfe\"}");
    text("huge", R"({"format":1,"action":"stop","id":"1"})" + std::string(2 << 20, ' '));
    row("a folder", [](const auto& file) { std::filesystem::create_directory(file); });
    row("a folder that is full", [](const auto& file) {
        std::filesystem::create_directory(file);
        write(file / "inside", "1");
    });
    row("a pipe", [](const auto& file) { QCOMPARE(::mkfifo(file.c_str(), 0600), 0); });
    row("a link", [](const auto& file) {
        write(file.parent_path() / "other", R"({"format":1,"action":"stop","id":"1"})");
        std::filesystem::create_symlink("other", file);
    });
    row("a link to itself", [](const auto& file) { std::filesystem::create_symlink(file.filename(), file); });
}

}  // namespace

class RunSteeringTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] std::filesystem::path newFolder(std::int64_t epochs = 3) const
    {
        return createRunFolder(std::filesystem::path(m_folder.path().toStdString()), madeConfig(epochs));
    }

    /// A run that trains on a thread of its own until it ends.
    struct Running {
        explicit Running(std::filesystem::path run, std::int64_t epochs)
            : folder(std::move(run)), thread([this, epochs] {
                  try {
                      trainRun(madeConfig(epochs), madeData(), folder, recording, control);
                  } catch (...) {
                      failure = currentFailure();
                  }
                  ended = true;
              })
        {
        }
        ~Running()
        {
            stop.request_stop();
            thread.join();
        }
        std::filesystem::path folder;
        Recording recording;
        std::stop_source stop;
        TrainingControl control{stop.get_token()};
        std::optional<Failure> failure;
        std::atomic<bool> ended{false};
        std::thread thread;
    };
    static LiveState stateOf(const std::filesystem::path& folder)
    {
        const auto status = readLiveStatus(folder);
        return status.has_value() ? status->state : LiveState::Running;
    }

private Q_SLOTS:
    void aRequestIsTakenOnce()
    {
        const auto folder = newFolder();
        const RunLock lock(folder);
        RunRequestBox box(folder);
        for (const auto action : {RunAction::Pause, RunAction::Resume, RunAction::Stop}) {
            QVERIFY(!isRunRequestWaiting(folder));
            const auto id = sendRunRequest(folder, action);
            QVERIFY(isRunRequestWaiting(folder));
            const auto request = box.take();
            QVERIFY(request.has_value() && request->action == action);
            QCOMPARE(request->id, id);
            QVERIFY(isRunRequestWaiting(folder));  // taken, not answered
            box.answered();
            QVERIFY(!isRunRequestWaiting(folder));
            QVERIFY(!box.take().has_value());
            QVERIFY(runActionFromString(toString(action)) == action);
        }
    }

    void theLastOfSeveralRequestsCounts()
    {
        const auto folder = newFolder();
        const RunLock lock(folder);
        const auto first = sendRunRequest(folder, RunAction::Pause);
        const auto second = sendRunRequest(folder, RunAction::Stop);
        QVERIFY(first != second);
        RunRequestBox box(folder);
        QCOMPARE(box.take()->id, second);
        QVERIFY(!box.take().has_value());
    }

    void nothingIsAskedOfARunThatNobodyTrains()
    {
        const auto folder = newFolder();
        try {
            static_cast<void>(sendRunRequest(folder, RunAction::Stop));
            QFAIL("it was sent");
        } catch (const Error& error) {
            QVERIFY(error.code() == ErrorCode::NotFound);
        }
        QVERIFY(!isRunRequestWaiting(folder));
    }

    void whatIsNoRequestIsNotTaken_data() { addRowsOfWhatIsNoRequest(); }
    void whatIsNoRequestIsNotTaken()
    {
        QFETCH(Put, put);
        const auto folder = newFolder();
        put(RunPaths{folder}.request());
        RunRequestBox box(folder);
        QVERIFY(!box.take().has_value());
        QVERIFY(!box.take().has_value());
        // A folder, which may hold somebody's files, stays; anything else makes room.
        const auto isFolder = std::filesystem::is_directory(RunPaths{folder}.request());
        QCOMPARE(isRunRequestWaiting(folder), isFolder);
        if (!isFolder) {
            const RunLock lock(folder);
            const auto id = sendRunRequest(folder, RunAction::Pause);
            QCOMPARE(box.take()->id, id);
        }
    }

    /// Before the run and in the middle of it, at all three places.
    void whatIsNoRequestDoesNotDisturbARun_data() { addRowsOfWhatIsNoRequest(); }
    void whatIsNoRequestDoesNotDisturbARun()
    {
        QFETCH(Put, put);
        const auto folder = newFolder();
        const RunPaths paths{folder};
        const auto asked = folder / "asked";  // where the rows that make a second file put it
        std::filesystem::create_directory(asked);
        for (const auto& file : {paths.request(), paths.takenRequest(), paths.status()}) {
            put(asked / file.filename());
            std::filesystem::rename(asked / file.filename(), file);
        }
        Recording recording;
        TrainingControl control;
        recording.epoch = [&](const EpochRecord& record) {
            if (record.epoch == 2 && !std::filesystem::exists(paths.request()))
                put(paths.request());
        };
        QVERIFY(trainRun(madeConfig(3), madeData(), folder, recording, control) == TrainingEnd::Completed);
        QCOMPARE(readRunInfo(folder).ending, std::string("completed"));
        QCOMPARE(recording.epochs.size(), std::size_t{3});
        QVERIFY(!control.pause);
    }

    void whatIsNoStatusIsNotRead_data() { addRowsOfWhatIsNoRequest(); }
    void whatIsNoStatusIsNotRead()
    {
        QFETCH(Put, put);
        const auto folder = newFolder();
        put(RunPaths{folder}.status());
        const RunLock lock(folder);
        QVERIFY(!readLiveStatus(folder).has_value());
    }

    void aStatusIsReadAsItWasWritten()
    {
        const auto folder = newFolder();
        LiveStatus status;
        status.state = LiveState::Paused;
        status.answered = "7-8-9";
        status.training = {3, 20, 123, 50, 23, 812.5, 61.25, true, "training"};
        writeLiveStatus(folder, status);
        QVERIFY(!readLiveStatus(folder).has_value());  // left by a process that was killed
        const RunLock lock(folder);
        const auto read = readLiveStatus(folder);
        QVERIFY(read.has_value());
        QVERIFY(read->state == LiveState::Paused && read->training.paused);
        QCOMPARE(read->answered, status.answered);
        QCOMPARE(read->training.epoch, 3);
        QCOMPARE(read->training.epochs, 20);
        QCOMPARE(read->training.step, 123);
        QCOMPARE(read->training.stepsPerEpoch, 50);
        QCOMPARE(read->training.stepInEpoch, 23);
        QCOMPARE(read->training.imagesPerSecond, 812.5);
        QCOMPARE(read->training.secondsLeft, 61.25);
        QCOMPARE(read->training.what, std::string("training"));
    }

    void numbersThatCannotBeAreZero()
    {
        const auto folder = newFolder();
        const RunLock lock(folder);
        write(
            RunPaths{folder}.status(),
            R"({"format":1,"state":"running","epoch":-3,"epochs":1e300,"step":"many","seconds_left":null})");
        const auto read = readLiveStatus(folder);
        QVERIFY(read.has_value());
        QCOMPARE(read->training.epoch, 0);
        QVERIFY(read->training.epochs > 0);
        QCOMPARE(read->training.step, 0);
        QCOMPARE(read->training.secondsLeft, 0.0);
    }

    void aRunIsPausedResumedAndStopped()
    {
        const auto folder = newFolder();
        {
            Running run(folder, 1000000);
            QTRY_VERIFY(readLiveStatus(folder).has_value() && readLiveStatus(folder)->training.step > 0);
            const auto pause = sendRunRequest(folder, RunAction::Pause);
            QTRY_VERIFY(stateOf(folder) == LiveState::Paused);
            QCOMPARE(readLiveStatus(folder)->answered, pause);
            QTRY_VERIFY(!isRunRequestWaiting(folder));
            QVERIFY(run.control.pause);
            const auto resume = sendRunRequest(folder, RunAction::Resume);
            QTRY_VERIFY(readLiveStatus(folder)->answered == resume);
            QVERIFY(stateOf(folder) == LiveState::Running);
            QVERIFY(!run.control.pause);
            // Also one that holds is stopped.
            sendRunRequest(folder, RunAction::Pause);
            QTRY_VERIFY(stateOf(folder) == LiveState::Paused);
            sendRunRequest(folder, RunAction::Stop);
            QTRY_VERIFY(run.ended);
            QVERIFY(!run.failure.has_value());
            QVERIFY(!run.control.stop.stop_requested());  // its owner did not
        }
        const auto info = readRunInfo(folder);
        QVERIFY(info.state == RunState::Stopped);
        QCOMPARE(info.ending, std::string("stopped by request"));
        QVERIFY(!std::filesystem::exists(RunPaths{folder}.status()));
        QVERIFY(!isRunRequestWaiting(folder));

        // What was learned is saved, and goes on to the bits of a run that nobody steered.
        const auto epochs = info.epochsDone + 2;
        Recording recording;
        TrainingControl control;
        const auto unbroken = newFolder();
        trainRun(madeConfig(epochs), madeData(), unbroken, recording, control);
        auto run = readRunInfo(folder);
        run.config.training.fields.set("epochs", epochs);
        std::ofstream(RunPaths{folder}.info()) << toJson(run).dump();
        resumeRun(folder, madeData(), std::nullopt, recording, control);
        QCOMPARE(runDifference(unbroken, folder), QString());
    }

    void theOwnersStopIsTheUsers()
    {
        const auto folder = newFolder();
        {
            Running run(folder, 1000000);
            QTRY_VERIFY(readLiveStatus(folder).has_value() && readLiveStatus(folder)->training.step > 0);
            run.control.pause = true;  // its own pause is told too
            QTRY_VERIFY(stateOf(folder) == LiveState::Paused);
            run.stop.request_stop();
            QTRY_VERIFY(run.ended);
        }
        QCOMPARE(readRunInfo(folder).ending, std::string("stopped by the user"));
    }

    void aRequestOfAnEarlierDayIsNotFollowed()
    {
        const auto folder = newFolder();
        Recording recording;
        TrainingControl control;
        trainRun(madeConfig(2), madeData(), folder, recording, control);
        for (const auto& file : {RunPaths{folder}.request(), RunPaths{folder}.takenRequest()})
            write(file, R"({"format":1,"action":"stop","id":"1"})");
        QVERIFY(resumeRun(folder, madeData(), 4, recording, control) == TrainingEnd::Completed);
        QCOMPARE(readRunInfo(folder).epochsDone, 4);
        QVERIFY(!isRunRequestWaiting(folder));
    }
};

QTEST_GUILESS_MAIN(RunSteeringTest)
#include "tst_run_steering.moc"
