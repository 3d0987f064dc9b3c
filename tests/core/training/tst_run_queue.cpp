// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/training/queue_file.h"
#include "core/training/run_info.h"
#include "core/training/run_lock.h"
#include "core/training/sweep.h"
#include "tests/core/training/made_data.h"
#include "tests/support/plain_user.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

#include <fstream>
#include <functional>

using namespace elbo;
namespace fs = std::filesystem;

namespace {

RunQueue threeRuns()
{
    RunQueue queue;
    queue.add(planSweep(tests::madeConfig(2), {"seed=1..3"}), "/weights/w.safetensors");
    return queue;
}

std::vector<std::int64_t> ids(const RunQueue& queue)
{
    std::vector<std::int64_t> found;
    for (const auto& entry : queue.entries)
        found.push_back(entry.id);
    return found;
}

std::optional<Error> errorOf(const std::function<void()>& work)
{
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    return std::nullopt;
}

}  // namespace

class RunQueueTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    fs::path folder() const { return m_folder->path().toStdString(); }
    void write(const std::string& text) const { std::ofstream(queueFile(folder())) << text; }
    nlohmann::json stored() const { return nlohmann::json::parse(readTextFile(queueFile(folder()))); }
    /// What reading says; the queue in `queue`.
    std::vector<std::string> read(RunQueue& queue) const
    {
        std::vector<std::string> problems;
        queue = readQueue(folder(), problems);
        return problems;
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void runsWaitInTheirOrder()
    {
        auto queue = threeRuns();
        QCOMPARE(ids(queue), (std::vector<std::int64_t>{1, 2, 3}));
        QCOMPARE(queue.next()->id, 1);
        QCOMPARE(queue.next()->title, std::string("seed=1"));
        QCOMPARE(queue.next()->config.integer("seed"), 1);
        queue.move(3, 0);
        QCOMPARE(ids(queue), (std::vector<std::int64_t>{3, 1, 2}));
        queue.move(3, 2);
        QCOMPARE(ids(queue), (std::vector<std::int64_t>{1, 2, 3}));
        queue.move(1, 99);
        QCOMPARE(ids(queue), (std::vector<std::int64_t>{2, 3, 1}));
        queue.remove(3);
        QCOMPARE(ids(queue), (std::vector<std::int64_t>{2, 1}));
        QCOMPARE(queue.add({.title = "more", .config = {}}), 4);  // numbers are not given again
        QVERIFY(errorOf([&] { queue.move(3, 0); })->code() == ErrorCode::NotFound);
        QVERIFY(errorOf([&] { queue.remove(3); })->code() == ErrorCode::NotFound);
    }

    void theRunningOneComesFirstAndStays()
    {
        auto queue = threeRuns();
        queue.find(2)->state = QueueState::Running;
        QCOMPARE(queue.next()->id, 2);
        QVERIFY(errorOf([&] { queue.remove(2); })->code() == ErrorCode::Busy);
        queue.find(2)->state = QueueState::Done;
        QCOMPARE(queue.next()->id, 1);
        queue.find(1)->state = QueueState::Failed;
        QCOMPARE(queue.next()->id, 3);
        queue.find(3)->state = QueueState::Done;
        QVERIFY(queue.next() == nullptr);
        QCOMPARE(queue.count(QueueState::Done), 2U);
        queue.removeDone();
        QCOMPARE(ids(queue), std::vector<std::int64_t>{1});
    }

    void theFileGivesTheSameQueue()
    {
        auto queue = threeRuns();
        queue.paused = true;
        queue.find(1)->state = QueueState::Done;
        queue.find(1)->runFolder = folder() / "seed=1";
        queue.find(2)->state = QueueState::Failed;
        queue.find(2)->runFolder = "/elsewhere/run";
        queue.find(2)->ending = "The loss became NaN.";
        queue.find(3)->title = "\xC3\xA4 \"quoted\"";
        writeQueue(folder(), queue);
        RunQueue found;
        QVERIFY(read(found).empty());
        // JSON names every field, the defaults too.
        for (std::size_t i = 0; i < queue.entries.size(); ++i) {
            QCOMPARE(toJson(found.entries.at(i).config), toJson(queue.entries[i].config));
            found.entries[i].config = queue.entries[i].config;
        }
        QVERIFY(found == queue);
        QCOMPARE(stored()["entries"][0]["run"].get<std::string>(), std::string("seed=1"));
        // Moved as a whole, it finds its runs.
        const auto moved = folder() / "moved";
        fs::create_directories(moved);
        fs::rename(queueFile(folder()), queueFile(moved));
        std::vector<std::string> problems;
        QCOMPARE(readQueue(moved, problems).find(1)->runFolder, moved / "seed=1");
    }

    void withoutAFileItIsEmpty()
    {
        RunQueue found = threeRuns();
        QVERIFY(read(found).empty());
        QVERIFY(found == RunQueue{});
        std::vector<std::string> problems;
        QVERIFY(readQueue(folder() / "not/there", problems) == RunQueue{});
        writeQueue(folder() / "made/for/it", threeRuns());
        QCOMPARE(readQueue(folder() / "made/for/it", problems).entries.size(), 3U);
        QVERIFY(problems.empty());
    }

    void damagedEntriesAreNamedAndKept()
    {
        writeQueue(folder(), threeRuns());
        auto json = stored();
        json["entries"][0]["config"]["training"]["wings"] = 2;
        json["entries"][2].erase("state");
        json["entries"].push_back(7);
        json["entries"].push_back(json["entries"][1]);
        const auto text = json.dump();
        write(text);
        RunQueue found;
        const auto problems = read(found);
        QCOMPARE(ids(found), std::vector<std::int64_t>{2});
        QCOMPARE(problems.size(), 5U);
        QVERIFY2(problems[0].find("run 1 (seed=1)") != std::string::npos, problems[0].c_str());
        QVERIFY2(problems[0].find("wings") != std::string::npos, problems[0].c_str());
        QVERIFY2(problems[1].find("run 3 (seed=3)") != std::string::npos, problems[1].c_str());
        QVERIFY2(problems[4].find("queue-damaged.json") != std::string::npos, problems[4].c_str());
        QCOMPARE(readTextFile(folder() / "queue-damaged.json"), text);
        QVERIFY(read(found).empty());  // said once
        QCOMPARE(ids(found), std::vector<std::int64_t>{2});
        QCOMPARE(found.add({.title = "next", .config = {}}), 4);
    }

    void aForeignFileIsPutAside_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << QString();
        QTest::newRow("no JSON") << QStringLiteral("hello");
        QTest::newRow("a list") << QStringLiteral("[1, 2]");
        QTest::newRow("another program's") << QStringLiteral("{\"queue\": []}");
        QTest::newRow("no entries") << QStringLiteral(
            "{\"format\": \"elbo queue\", \"version\": 1, \"entries\": 3}");
        QTest::newRow("no version") << QStringLiteral("{\"format\": \"elbo queue\", \"entries\": []}");
        QTest::newRow("cut short") << QStringLiteral("{\"format\": \"elbo queue\", \"version\": 1, \"entr");
        QTest::newRow("deep") << QString(100000, QLatin1Char('['));
        QTest::newRow("too large") << QString((16 << 20) + 1, QLatin1Char(' '));
    }
    void aForeignFileIsPutAside()
    {
        QFETCH(QString, text);
        write(text.toStdString());
        std::ofstream(folder() / "queue-damaged.json") << "an earlier one";
        RunQueue found;
        const auto problems = read(found);
        QCOMPARE(problems.size(), 2U);
        QVERIFY2(problems[0].find("queue.json cannot be used") != std::string::npos, problems[0].c_str());
        QCOMPARE(fs::file_size(folder() / "queue-damaged-2.json"), static_cast<std::uintmax_t>(text.size()));
        QCOMPARE(readTextFile(folder() / "queue-damaged.json"), std::string("an earlier one"));
        QVERIFY(found.entries.empty());
    }

    void hostileNumbersAreRefused()
    {
        writeQueue(folder(), threeRuns());
        auto json = stored();
        json["next_id"] = std::numeric_limits<std::int64_t>::max();
        json["entries"][0]["id"] = std::numeric_limits<std::int64_t>::max();
        json["entries"][1]["id"] = -4;
        write(json.dump());
        RunQueue found;
        QCOMPARE(read(found).size(), 3U);
        QCOMPARE(ids(found), std::vector<std::int64_t>{3});
        QVERIFY(found.add({.title = "one", .config = {}}) > 0);
    }

    void aNewerFileStays()
    {
        const std::string text = "{\"format\": \"elbo queue\", \"version\": 2, \"entries\": []}";
        write(text);
        RunQueue found;
        const auto error = errorOf([&] { static_cast<void>(read(found)); });
        QVERIFY(error && std::string(error->what()).find("newer version") != std::string::npos);
        QCOMPARE(readTextFile(queueFile(folder())), text);
    }

    void whereItCannotBeWrittenIsSaid()
    {
        const tests::PlainUser user;
        QVERIFY(user.isPlain());
        const auto closed = folder() / "closed";
        fs::create_directories(closed);
        writeQueue(closed, threeRuns());
        std::ofstream(queueFile(closed)) << "damaged";
        fs::permissions(closed, fs::perms::owner_read | fs::perms::owner_exec);
        const auto written = errorOf([&] { writeQueue(closed, threeRuns()); });
        std::vector<std::string> problems;
        const auto aside = errorOf([&] { static_cast<void>(readQueue(closed, problems)); });
        fs::permissions(closed, fs::perms::owner_all);
        QVERIFY(written && written->code() == ErrorCode::NoPermission);
        QVERIFY(aside && aside->code() == ErrorCode::NoPermission);
        QCOMPARE(readTextFile(queueFile(closed)), std::string("damaged"));
    }

    // What an entry needs next is read from its run folder.
    void theRunFolderTellsTheNextStep()
    {
        QueueEntry entry;
        QVERIFY(nextStep(entry) == QueueStep::Begin);
        entry.runFolder = folder() / "run";
        QVERIFY(nextStep(entry) == QueueStep::Begin);
        fs::create_directories(entry.runFolder);
        QVERIFY(nextStep(entry) == QueueStep::Begin);
        RunInfo info;
        info.config = tests::madeConfig(2);
        info.folder = entry.runFolder;
        const auto stepIn = [&](RunState state) {
            info.state = state;
            writeRunInfo(info);
            return nextStep(entry);
        };
        QVERIFY(stepIn(RunState::Completed) == QueueStep::Finished);
        QVERIFY(stepIn(RunState::Stopped) == QueueStep::Resume);
        QVERIFY(stepIn(RunState::Failed) == QueueStep::Resume);
        QVERIFY(stepIn(RunState::Running) == QueueStep::Resume);  // nobody holds it: interrupted
        {
            const RunLock lock(entry.runFolder);
            QVERIFY(stepIn(RunState::Running) == QueueStep::Elsewhere);
        }
        std::ofstream(entry.runFolder / "run.json") << "{";
        QVERIFY(errorOf([&] { static_cast<void>(nextStep(entry)); })->code() == ErrorCode::BadFile);
    }
};

QTEST_GUILESS_MAIN(RunQueueTest)
#include "tst_run_queue.moc"
