// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/training/run_folder.h"
#include "core/training/run_info.h"
#include "core/training/run_lock.h"
#include "core/training/run_paths.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

#include <fstream>

using namespace elbo;

namespace {

RunInfo someInfo(const std::filesystem::path& folder, const std::string& created)
{
    RunInfo info;
    info.name = folder.filename().string();
    info.folder = folder;
    info.state = RunState::Stopped;
    info.ending = "stopped by the user";
    info.device = "cpu";
    info.precision = "float32";
    info.threads = 2;
    info.dataFingerprint = "abc";
    info.trainImages = 22;
    info.epochsDone = 4;
    info.bestEpoch = 3;
    info.bestChosenOnTest = true;
    info.createdUtc = created;
    info.notes = "a \"note\"";
    info.tags = {"first", "zweite"};
    return info;
}

}  // namespace

class RunFolderTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] std::filesystem::path runs() const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / QTest::currentTestFunction();
    }

private Q_SLOTS:
    void everyRunGetsAFolderOfItsOwn()
    {
        RunConfig config;
        const auto first = createRunFolder(runs(), config);
        const auto second = createRunFolder(runs(), config);
        QVERIFY(first != second);
        QVERIFY(std::filesystem::is_directory(first) && std::filesystem::is_directory(second));
        const QRegularExpression form(QStringLiteral("^rgbd-vae-rooms-\\d{4}-\\d\\d-\\d\\d-\\d{4}(-\\d+)?$"));
        QVERIFY(form.match(QString::fromStdString(first.filename().string())).hasMatch());
        QVERIFY(form.match(QString::fromStdString(second.filename().string())).hasMatch());
    }

    void aFolderOfImagesNamesTheRun()
    {
        RunConfig config;
        config.data.key = "rgbd-folder";
        config.data.fields.set("path", std::string("/some/where/my kitchen/"));
        const auto name = createRunFolder(runs(), config).filename().string();
        QVERIFY2(name.starts_with("rgbd-vae-my-kitchen-"), name.c_str());
    }

    void aPlaceThatCannotHoldRunsIsOneSentence()
    {
        const auto file = std::filesystem::path(m_folder.path().toStdString()) / "a-file";
        std::ofstream(file) << "text";
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(createRunFolder(file / "runs", RunConfig{})), Error);
    }

    void infoSurvivesItsFile()
    {
        const auto folder = createRunFolder(runs(), RunConfig{});
        const auto info = someInfo(folder, "2026-11-23T15:42:00Z");
        writeRunInfo(info);
        const auto again = readRunInfo(folder);
        QVERIFY(toJson(again) == toJson(info));
        QVERIFY(again.folder == folder);
    }

    void aRunWithoutItsWriterWasInterrupted()
    {
        const auto folder = createRunFolder(runs(), RunConfig{});
        auto info = someInfo(folder, "2026-11-23T15:42:00Z");
        info.state = RunState::Running;
        writeRunInfo(info);
        QVERIFY(readRunInfo(folder).state == RunState::Interrupted);
        const RunLock lock(folder);
        QVERIFY(readRunInfo(folder).state == RunState::Running);
    }

    void aSecondWriterIsRefusedAndToldWhoWrites()
    {
        const auto folder = createRunFolder(runs(), RunConfig{});
        {
            const RunLock lock(folder);
            QVERIFY(isRunLocked(folder));
            try {
                const RunLock second(folder);
                QFAIL("two writers at once");
            } catch (const Error& error) {
                QVERIFY(error.code() == ErrorCode::Busy);
                QVERIFY(QString::fromUtf8(error.what())
                            .contains(QString::number(QCoreApplication::applicationPid())));
            }
        }
        QVERIFY(!isRunLocked(folder));
        const RunLock afterwards(folder);
    }

    void listsTheNewestFirstAndNamesTheDamaged()
    {
        const auto old = createRunFolder(runs(), RunConfig{});
        const auto recent = createRunFolder(runs(), RunConfig{});
        const auto damaged = createRunFolder(runs(), RunConfig{});
        std::filesystem::create_directory(runs() / "no run at all");
        writeRunInfo(someInfo(old, "2026-11-22T10:00:00Z"));
        writeRunInfo(someInfo(recent, "2026-11-23T10:00:00Z"));
        std::ofstream(RunPaths{damaged}.info()) << "{\"config\":";
        std::vector<std::string> problems;
        const auto found = listRuns(runs(), &problems);
        QCOMPARE(found.size(), std::size_t{2});
        QVERIFY(found[0].folder == recent && found[1].folder == old);
        QCOMPARE(problems.size(), std::size_t{1});
        QVERIFY(problems[0].find(damaged.string()) != std::string::npos);
        QVERIFY(listRuns("/nowhere").empty());
    }

    void whatIsNoRunIsRefused()
    {
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(readRunInfo("/nowhere")), Error);
        const auto folder = createRunFolder(runs(), RunConfig{});
        std::ofstream(RunPaths{folder}.info()) << "[]";
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(readRunInfo(folder)), Error);
    }

    void aRunOfANewerVersionIsSaidSo()
    {
        const auto folder = createRunFolder(runs(), RunConfig{});
        auto json = toJson(someInfo(folder, "2026-11-23T15:42:00Z"));
        const auto sentence = [&](const char* version) {
            json["elbo_version"] = version;
            std::ofstream(RunPaths{folder}.info()) << json.dump();
            try {
                static_cast<void>(readRunInfo(folder));
            } catch (const Error& error) {
                return QByteArray(error.what());
            }
            return QByteArray("no error");
        };
        QCOMPARE(sentence("99.0.0"), QByteArray("no error"));  // what is known of it suffices
        json["config"]["training"]["setting_of_tomorrow"] = 1;
        for (const char* version : {"99.0.0", "0.100", "0.100.3-rc1", "1"})
            QVERIFY2(sentence(version).contains("run.json was written by a newer version of Elbo"), version);
        for (const char* version : {"0.0.1", "", "x"})
            QVERIFY2(sentence(version).contains("There is no setting named \"setting_of_tomorrow\""),
                     version);
    }

    void epochsComeFromFileNames()
    {
        const RunPaths paths{createRunFolder(runs(), RunConfig{})};
        QCOMPARE(paths.kept(80).filename().string(), std::string("epoch-0080.safetensors"));
        QCOMPARE(paths.kept(12345).filename().string(), std::string("epoch-12345.safetensors"));
        std::filesystem::create_directory(paths.keptFolder());
        for (const auto& file : {paths.kept(80), paths.kept(3), paths.keptFolder() / "epoch-x.safetensors",
                                 paths.keptFolder() / "epoch-0004.safetensors.part-1-2"})
            std::ofstream(file) << "x";
        QVERIFY(keptEpochs(paths.folder) == (std::vector<std::int64_t>{3, 80}));
        QVERIFY(keptEpochs("/nowhere").empty());
    }
};

QTEST_GUILESS_MAIN(RunFolderTest)
#include "tst_run_folder.moc"
