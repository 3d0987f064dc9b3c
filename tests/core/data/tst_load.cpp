// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/data/load.h"
#include "core/data/prepare_protocol.h"
#include "core/data/prepared_cache.h"
#include "core/store/safetensors.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>

#include <sys/wait.h>
#include <unistd.h>

using namespace elbo;
namespace fs = std::filesystem;

namespace {

DataConfig roomsOf(std::int64_t count)
{
    DataConfig config;
    config.fields.set("count", count);
    config.fields.set("size", std::string("16"));
    return config;
}

LoadHooks hooksWith(const char* program)
{
    LoadHooks hooks;
    hooks.helper = program;
    return hooks;
}

std::string sentenceOf(const std::function<void()>& work, ErrorCode code)
{
    try {
        work();
    } catch (const Error& error) {
        return error.code() == code ? error.what() : std::string("another code: ") + error.what();
    }
    return "no error";
}

std::ptrdiff_t filesIn(const fs::path& folder)
{
    return std::distance(fs::directory_iterator(folder), fs::directory_iterator{});
}

}  // namespace

class LoadTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_cache;

private Q_SLOTS:
    void init()
    {
        m_cache = std::make_unique<QTemporaryDir>();
        qputenv("XDG_CACHE_HOME", m_cache->path().toUtf8());
        fs::create_directories(preparedCacheFolder());
    }

    void theSecondStartNeedsNoHelper()
    {
        std::int64_t most = 0;
        auto hooks = hooksWith(ELBO_FAKE_HELPER);
        hooks.progress = [&most](const Progress& progress) { most = std::max(most, progress.done); };
        const auto first = loadDataset(roomsOf(40), computeReaders(), hooks);
        QCOMPARE(first->size(), 40);
        QCOMPARE(most, 40);
        QCOMPARE(first->config, roomsOf(40));
        QCOMPARE(first->fingerprint, dataFingerprint(roomsOf(40), computeReaders()));
        QVERIFY(first->labels.defined() && first->labelNames.size() >= 4);
        const auto second = loadDataset(roomsOf(40), computeReaders(), hooksWith("/no/such/program"));
        QVERIFY(at::equal(first->color, second->color));
        QCOMPARE(filesIn(preparedCacheFolder()), 1);
        // Other options are another set.
        QVERIFY(!sentenceOf(
                     [] { (void)loadDataset(roomsOf(41), computeReaders(), hooksWith("/no/such/program")); },
                     ErrorCode::HelperFailed)
                     .starts_with("another"));
    }

    void aPreparedFileIsMappedAsItIs()
    {
        const auto first = loadDataset(roomsOf(5), computeReaders(), hooksWith(ELBO_FAKE_HELPER));
        DataConfig config{"prepared", {}};
        config.fields.set("path", first->file.string());
        const auto again = loadDataset(config, {}, hooksWith("/no/such/program"));
        QVERIFY(at::equal(first->color, again->color));
        QCOMPARE(again->config, config);
        QCOMPARE(again->fingerprint, first->fingerprint);
    }

    void aDamagedCacheFileIsMadeAnew()
    {
        const auto file = loadDataset(roomsOf(5), computeReaders(), hooksWith(ELBO_FAKE_HELPER))->file;
        fs::resize_file(file, 100);
        QCOMPARE(loadDataset(roomsOf(5), computeReaders(), hooksWith(ELBO_FAKE_HELPER))->size(), 5);
    }

    void aCacheFileOfAnotherVersionIsMadeAnew()
    {
        const auto file = loadDataset(roomsOf(5), computeReaders(), hooksWith(ELBO_FAKE_HELPER))->file;
        auto stored = readSafetensors(file);
        for (auto& [name, tensor] : stored.tensors) {
            if (name != "info")
                continue;
            const auto* text = tensor.const_data_ptr<std::uint8_t>();
            auto info = nlohmann::json::parse(text, text + tensor.numel());
            info["config"]["fields"]["wings"] = 2;
            const auto changed = info.dump();
            tensor = at::empty({static_cast<std::int64_t>(changed.size())}, at::kByte);
            std::copy(changed.begin(), changed.end(), tensor.data_ptr<std::uint8_t>());
        }
        writeSafetensors(file, stored.tensors, stored.metadata);
        const auto sentence = sentenceOf([&] { (void)readPrepared(file); }, ErrorCode::BadFile);
        QVERIFY2(sentence.find("not ones of this version") != std::string::npos, sentence.c_str());
        QCOMPARE(loadDataset(roomsOf(5), computeReaders(), hooksWith(ELBO_FAKE_HELPER))->size(), 5);
        QCOMPARE(readPrepared(file).size(), 5);
    }

    // Whoever asks for the official split hears that there is none: from the helper, and from the cache.
    void anOfficialSplitThatIsMissingIsSaid()
    {
        const auto hooks = hooksWith(ELBO_FAKE_HELPER);
        QCOMPARE(loadDataset(roomsOf(12), computeReaders(), hooks)->splitNote, std::string());
        const auto asked = parseDataSpec("rooms:count=12,size=16,split=official,split-seed=1");
        const auto cached = loadDataset(asked, computeReaders(), hooksWith("/no/such/program"));
        QVERIFY2(cached->splitNote.find("brings no official split") != std::string::npos,
                 cached->splitNote.c_str());
        const auto other = parseDataSpec("rooms:count=13,size=16,split=official");
        QCOMPARE(loadDataset(other, computeReaders(), hooks)->splitNote, cached->splitNote);
        QCOMPARE(readPrepared(loadDataset(other, computeReaders(), hooks)->file).splitNote,
                 cached->splitNote);
        const auto seeded = parseDataSpec("rooms:count=12,size=16,split=seeded");
        QCOMPARE(loadDataset(seeded, computeReaders(), hooks)->splitNote, std::string());
    }

    void refusingIsAnotherSetThanLeavingOut()
    {
        DataConfig config{"rgbd-folder", {}};
        config.fields.set("path", m_cache->path().toStdString());
        DataReaders readers;
        readers["rgbd-folder"].inputFiles = [](const DataConfig&) { return std::vector<fs::path>{}; };
        const auto before = dataFingerprint(config, readers);
        config.fields.set("unusable", std::string("leave-out"));
        QCOMPARE(dataFingerprint(config, readers), before);
        config.fields.set("unusable", std::string("refuse"));
        QVERIFY(dataFingerprint(config, readers) != before);
    }

    void aHelperThatDiesCostsOneSentence_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<QString>("how");
        QTest::newRow("crashed") << 901 << "it crashed";
        QTest::newRow("killed") << 902 << "it was killed";
        QTest::newRow("silent") << 904 << "it ended without an answer";
    }
    void aHelperThatDiesCostsOneSentence()
    {
        QFETCH(int, count);
        QFETCH(QString, how);
        const auto sentence = sentenceOf(
            [&] { (void)loadDataset(roomsOf(count), computeReaders(), hooksWith(ELBO_FAKE_HELPER)); },
            ErrorCode::HelperFailed);
        QVERIFY2(QString::fromStdString(sentence).contains(how), sentence.c_str());
        QCOMPARE(filesIn(preparedCacheFolder()), 0);
    }

    void cancelLeavesNothing()
    {
        auto stop =
            std::make_unique<std::stop_source>();  // on the heap: g++ 12 warns wrongly of one on the stack
        auto hooks = hooksWith(ELBO_FAKE_HELPER);
        hooks.stop = stop->get_token();
        hooks.progress = [&stop](const Progress&) {
            stop->request_stop();
        };  // the helper waits for ever then
        QVERIFY_EXCEPTION_THROWN((void)loadDataset(roomsOf(903), computeReaders(), hooks), Cancelled);
        QCOMPARE(filesIn(preparedCacheFolder()), 0);
    }

    void whatThisBuildCannotReadIsSaid()
    {
        DataConfig config{"mnist", {}};
        config.fields.set("path", m_cache->path().toStdString());
        const auto sentence =
            sentenceOf([&] { (void)loadDataset(config, computeReaders(), hooksWith(ELBO_FAKE_HELPER)); },
                       ErrorCode::Unsupported);
        QVERIFY2(sentence.find("This build cannot read mnist: prepare the set elsewhere") == 0,
                 sentence.c_str());
    }

    void wrongOptionsNeverReachTheHelper()
    {
        DataConfig config;
        config.fields.set("size", std::string("big"));
        QVERIFY(
            sentenceOf([&] { (void)loadDataset(config, computeReaders(), hooksWith("/no/such/program")); },
                       ErrorCode::BadSetting)
                .find("size must be") == 0);
    }

    void fingerprintsFollowFilesAndOptions()
    {
        const auto file = fs::path(m_cache->path().toStdString()) / "input";
        DataReaders readers;
        readers["rooms"].inputFiles = [&file](const DataConfig&) { return std::vector<fs::path>{file}; };
        std::ofstream(file) << "one";
        const auto first = dataFingerprint(roomsOf(3), readers);
        QCOMPARE(first.size(), std::size_t{32});
        QCOMPARE(dataFingerprint(roomsOf(3), readers), first);
        QVERIFY(dataFingerprint(roomsOf(4), readers) != first);
        std::ofstream(file) << "longer";
        QVERIFY(dataFingerprint(roomsOf(3), readers) != first);
        const auto second = dataFingerprint(roomsOf(3), readers);
        fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(1));
        QVERIFY(dataFingerprint(roomsOf(3), readers) != second);
    }

    void trimmingKeepsWhatIsUsed()
    {
        const auto folder = preparedCacheFolder();
        auto used = loadDataset(roomsOf(5), computeReaders(), hooksWith(ELBO_FAKE_HELPER));
        const auto old = loadDataset(roomsOf(6), computeReaders(), hooksWith(ELBO_FAKE_HELPER))->file;
        const auto fresh = loadDataset(roomsOf(7), computeReaders(), hooksWith(ELBO_FAKE_HELPER))->file;
        const auto now = fs::file_time_type::clock::now();
        fs::last_write_time(used->file, now - std::chrono::hours(3));
        fs::last_write_time(old, now - std::chrono::hours(2));
        trimPreparedCache(fs::file_size(used->file) + fs::file_size(fresh));
        QVERIFY(fs::exists(used->file));  // the oldest, but mapped
        QVERIFY(!fs::exists(old));
        QVERIFY(fs::exists(fresh));
        const auto file = used->file;
        used.reset();
        trimPreparedCache(0);
        QVERIFY(!fs::exists(file));
        QCOMPARE(filesIn(folder), 0);
    }

    void partsOfTheDeadAreRemoved()
    {
        const auto folder = preparedCacheFolder();
        const auto pid = fork();
        if (pid == 0)
            _exit(0);
        waitpid(pid, nullptr, 0);
        std::ofstream(folder / ("a.safetensors.part-" + std::to_string(pid) + "-0")) << "x";
        std::ofstream(folder / ("b.safetensors.part-" + std::to_string(getpid()) + "-0")) << "x";
        removeAbandonedParts(folder);
        QCOMPARE(filesIn(folder), 1);
    }

    void eventsSurviveTheLine()
    {
        for (const PrepareEvent& event :
             {PrepareEvent(Progress{"Reading \"images\"", 3, 9}),
              PrepareEvent(ImageProblem{"a\nb", "is empty", false}), PrepareEvent(fs::path("/x/y z")),
              PrepareEvent(Failure{ErrorCode::DiskFull, "No space.", "ENOSPC"})}) {
            const auto line = prepareEventLine(event);
            QVERIFY(line.find('\n') == std::string::npos);
            QVERIFY(parsePrepareEvent(line) == event);
        }
        for (const char* line : {"", "text", "[1]", "{}", "{\"event\":3}", "{\"event\":\"end\"}",
                                 "{\"event\":\"progress\",\"done\":\"x\",\"total\":1}"})
            QVERIFY(!parsePrepareEvent(line).has_value());
        QCOMPARE(prepareArguments(roomsOf(3), "/o"),
                 (std::vector<std::string>{"prepare", "--json", "--data", "rooms:count=3,size=16", "--out",
                                           "/o"}));
    }
};

QTEST_GUILESS_MAIN(LoadTest)
#include "tst_load.moc"
