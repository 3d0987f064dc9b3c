// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/training/run_folder.h"
#include "core/training/run_info.h"
#include "core/training/run_notes.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <filesystem>
#include <fstream>

namespace {

std::filesystem::path makeRun(const QTemporaryDir& folder)
{
    elbo::RunInfo info;
    info.folder = std::filesystem::path(folder.path().toStdString()) / "run";
    info.name = "run";
    info.state = elbo::RunState::Completed;
    info.notes = "of run.json";
    std::filesystem::create_directories(info.folder);
    elbo::writeRunInfo(info);
    return info.folder;
}

template <typename Call>
std::string sentenceOf(Call call)
{
    try {
        call();
    } catch (const elbo::Error& error) {
        return error.what();
    }
    return {};
}

}  // namespace

class RunNotesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenIsRead()
    {
        const QTemporaryDir folder;
        const auto run = makeRun(folder);
        QVERIFY(!elbo::readRunNotes(run));
        QCOMPARE(elbo::readRunInfo(run).notes, std::string("of run.json"));
        const elbo::RunNotes said{"a \"note\"\nof two lines, äöü", {"good", "for the paper"}};
        elbo::writeRunNotes(run, said);
        QVERIFY(elbo::readRunNotes(run) == said);
        // And as part of what is known of the run.
        QCOMPARE(elbo::readRunInfo(run).notes, said.notes);
        QVERIFY(elbo::readRunInfo(run).tags == said.tags);
    }

    // The process that trains the run writes run.json again and again.
    void theProcessThatTrainsDoesNotOverwriteThem()
    {
        const QTemporaryDir folder;
        const auto run = makeRun(folder);
        auto before = elbo::readRunInfo(run);
        elbo::writeRunNotes(run, {"said meanwhile", {}});
        before.epochsDone = 7;
        elbo::writeRunInfo(before);
        QCOMPARE(elbo::readRunInfo(run).notes, std::string("said meanwhile"));
        QCOMPARE(elbo::readRunInfo(run).epochsDone, std::int64_t{7});
    }

    void aDamagedFileIsSaidAndCostsNothingElse()
    {
        const QTemporaryDir folder;
        const auto run = makeRun(folder);
        for (const auto* text : {"", "{", "[1]", "{\"notes\": 3, \"tags\": []}", "{\"notes\": \"x\"}"}) {
            std::ofstream(run / "notes.json") << text;
            std::string problem;
            QVERIFY(!elbo::readRunNotes(run, &problem));
            QVERIFY2(problem.find("notes.json") != std::string::npos, text);
            QCOMPARE(elbo::readRunInfo(run).name, std::string("run"));
        }
    }

    void whatCannotBeKeptIsRefused()
    {
        const QTemporaryDir folder;
        const auto run = makeRun(folder);
        const auto tooLong = sentenceOf([&] { elbo::writeRunNotes(run, {std::string(40000, 'x'), {}}); });
        QVERIFY(tooLong.find("30,000") != std::string::npos);
        QVERIFY(!std::filesystem::exists(run / "notes.json"));
        const auto gone = sentenceOf([&] { elbo::writeRunNotes(run.parent_path() / "gone", {"x", {}}); });
        QVERIFY(gone.find("no longer a run") != std::string::npos);
        QVERIFY(!std::filesystem::exists(run.parent_path() / "gone"));
    }

    void tags()
    {
        using Tags = std::vector<std::string>;
        QVERIFY(elbo::tagsFromText("") == Tags{});
        QVERIFY(elbo::tagsFromText(" , ,,\t") == Tags{});
        QVERIFY((elbo::tagsFromText("a, b c ,,a, d") == Tags{"a", "b c", "d"}));
    }

    void bytesOnDisk()
    {
        const QTemporaryDir folder;
        const std::filesystem::path run(folder.path().toStdString());
        QCOMPARE(elbo::runBytes(run), std::uint64_t{0});
        std::ofstream(run / "one") << std::string(1000, 'x');
        std::filesystem::create_directory(run / "kept");
        std::ofstream(run / "kept" / "two") << std::string(234, 'x');
        std::filesystem::create_symlink(run / "one", run / "link");
        std::filesystem::create_directory_symlink("/", run / "everything");
        QCOMPARE(elbo::runBytes(run), std::uint64_t{1234});
        QCOMPARE(elbo::runBytes(run / "gone"), std::uint64_t{0});
    }
};

QTEST_GUILESS_MAIN(RunNotesTest)
#include "tst_run_notes.moc"
