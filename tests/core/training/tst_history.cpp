// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/training/history.h"
#include "core/training/history_file.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <fstream>

namespace {

using namespace elbo;

StepRecord stepRecord(std::int64_t step, std::int64_t epoch)
{
    return {step, epoch, static_cast<double>(step) / 4.0,
            1e-3, 0.5,   {{"elbo", -100.0 / 3.0 - static_cast<double>(step)}}};
}

EpochRecord epochRecord(std::int64_t epoch)
{
    return {epoch, epoch * 4, 1e-3, 0.5, 0.25, {{"elbo", -90.1}}, {{"elbo", -91.7}, {"mse_mean", 0.1 + 0.2}},
            {},    epoch == 1};
}

void appendText(const std::filesystem::path& file, const std::string& text)
{
    std::ofstream(file, std::ios::app) << text;
}

}  // namespace

class HistoryTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path fileWith(const std::string& text)
    {
        const auto file = std::filesystem::path(m_folder.path().toStdString()) / QTest::currentTestFunction();
        appendText(file, text);
        return file;
    }

private Q_SLOTS:
    void readsWhatWasWritten()
    {
        const auto file = fileWith("");
        {
            HistoryWriter writer(file);
            writer.append(historyLine(stepRecord(1, 1)) + historyLine(stepRecord(2, 1)));
            writer.append(historyLine(epochRecord(1)));
            writer.flush();
        }
        const auto history = readHistory(file);
        QCOMPARE(history.steps.size(), std::size_t{2});
        QVERIFY(history.steps[1] == stepRecord(2, 1));
        QCOMPARE(history.epochs.size(), std::size_t{1});
        QVERIFY(history.epochs[0] == epochRecord(1));
    }

    void aTornLastLineIsIgnored()
    {
        const auto torn = historyLine(stepRecord(2, 1)).substr(0, 20);
        const auto history = readHistory(fileWith(historyLine(stepRecord(1, 1)) + torn));
        QCOMPARE(history.steps.size(), std::size_t{1});
    }

    void aDamagedLineIsNamed()
    {
        const auto file =
            fileWith(historyLine(stepRecord(1, 1)) + "{\"kind\":\"step\"}\n" + historyLine(stepRecord(3, 1)));
        try {
            static_cast<void>(readHistory(file));
            QFAIL("a damaged line was read");
        } catch (const Error& error) {
            QVERIFY(error.code() == ErrorCode::BadFile);
            QVERIFY(std::string_view(error.what()).starts_with("Line 2 of"));
        }
    }

    void aMissingFileIsAnError()
    {
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(readHistory("/nowhere/history.jsonl")), Error);
    }

    void aReaderFollowsWhatIsAppended()
    {
        const auto file = fileWith(historyLine(stepRecord(1, 1)));
        HistoryReader reader(file);
        bool restarted = true;
        QCOMPARE(reader.readNew(restarted).steps.size(), std::size_t{1});
        QVERIFY(!restarted);
        QVERIFY(reader.readNew(restarted).steps.empty());

        const auto line = historyLine(stepRecord(2, 1));
        appendText(file, line.substr(0, 10));
        QVERIFY(reader.readNew(restarted).steps.empty());  // half a line waits for its end
        appendText(file, line.substr(10) + historyLine(epochRecord(1)));
        const auto more = reader.readNew(restarted);
        QCOMPARE(more.steps.size(), std::size_t{1});
        QVERIFY(more.steps[0] == stepRecord(2, 1));
        QCOMPARE(more.epochs.size(), std::size_t{1});
        QVERIFY(!restarted);
    }

    void aReaderBeginsAgainAfterACut()
    {
        std::string text;
        for (std::int64_t step = 1; step <= 8; ++step)
            text += historyLine(stepRecord(step, (step + 3) / 4));
        const auto file = fileWith(text);
        HistoryReader reader(file);
        bool restarted = false;
        QCOMPARE(reader.readNew(restarted).steps.size(), std::size_t{8});
        cutHistory(file, 5, 1);
        appendText(file, historyLine(stepRecord(6, 2)) + historyLine(stepRecord(7, 2)) +
                             historyLine(stepRecord(8, 2)));
        QCOMPARE(reader.readNew(restarted).steps.size(), std::size_t{8});
        QVERIFY(restarted);
    }

    void aReaderOfARunThatHasNotBegunFindsNothing()
    {
        HistoryReader reader("/nowhere/history.jsonl");
        bool restarted = true;
        QVERIFY(reader.readNew(restarted).epochs.empty());
        QVERIFY(!restarted);
    }

    void cutsBackToAPosition()
    {
        std::string text;
        for (std::int64_t epoch = 1; epoch <= 3; ++epoch) {
            text += historyLine(stepRecord(epoch * 4 - 1, epoch)) + historyLine(stepRecord(epoch * 4, epoch));
            text += historyLine(epochRecord(epoch));
        }
        const auto file = fileWith(text + "{\"kind\":\"ste");
        cutHistory(file, 11, 2);
        const auto history = readHistory(file);
        QCOMPARE(history.epochs.size(), std::size_t{2});
        QCOMPARE(history.steps.size(), std::size_t{5});
        QCOMPARE(history.steps.back().step, std::int64_t{11});
        cutHistory(file, 0, 0);
        QCOMPARE(std::filesystem::file_size(file), std::uintmax_t{0});
        cutHistory("/nowhere/history.jsonl", 0, 0);  // nothing there, nothing to cut
    }
};

QTEST_GUILESS_MAIN(HistoryTest)
#include "tst_history.moc"
