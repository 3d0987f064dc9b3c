// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that go on without the terminal they were started from, and runs that another process steers.
#include "core/training/live_status.h"
#include "core/training/run_folder.h"
#include "core/training/run_lock.h"
#include "core/training/run_paths.h"
#include "core/training/run_request.h"
#include "tests/app/cli/cli_process.h"
#include "tests/core/training/run_comparison.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <csignal>
#include <fstream>

#include <sys/types.h>
#include <unistd.h>

using namespace elbo;
using namespace elbo::tests;

namespace {

QStringList trainWords(const QString& folder, int epochs)
{
    return words(
               "train --quiet --data rooms:count=40,size=32 --model fc-vae --precision float32 --device cpu "
               "--set batch_size=9 --set log_every_steps=1 --set threads=1") +
           QStringList{QStringLiteral("--epochs"), QString::number(epochs), QStringLiteral("--out"), folder};
}

QStringList resumeWords(const QString& folder, const char* more = "--detach --json")
{
    return words("train --resume") + QStringList{folder} + words(more);
}

QStringList controlWords(const QString& folder, const char* action)
{
    return {QStringLiteral("control"), folder, QString::fromLatin1(action), QStringLiteral("--json")};
}

std::filesystem::path pathOf(const QString& folder)
{
    return folder.toStdString();
}

QByteArray textOf(const QString& name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Session of a process, from the sixth word of its stat; 0 when there is no such process.
qint64 sessionOf(qint64 process)
{
    const auto text = textOf(QStringLiteral("/proc/%1/stat").arg(process));
    const auto behindName = text.mid(text.lastIndexOf(')') + 2).split(' ');
    return behindName.size() > 3 ? behindName[3].toLongLong() : 0;
}

/// A run that a test left training is ended with it.
class Leftover {
public:
    explicit Leftover(QString folder) : m_folder(std::move(folder)) {}
    ~Leftover()
    {
        if (isRunLocked(pathOf(m_folder))) {
            QFile lock(m_folder + QStringLiteral("/lock"));
            if (lock.open(QIODevice::ReadOnly))
                ::kill(lock.readAll().trimmed().toInt(), SIGKILL);
        }
    }
    Leftover(const Leftover&) = delete;
    Leftover& operator=(const Leftover&) = delete;

private:
    QString m_folder;
};

std::int64_t stepOf(const QString& folder)
{
    const auto status = readLiveStatus(pathOf(folder));
    return status.has_value() ? status->training.step : 0;
}

}  // namespace

#define TRY_VERIFY(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, 60000)

class DetachedTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] QString folder(const char* name) const { return m_folder.filePath(QLatin1String(name)); }
    /// A run of two epochs that has more before it.
    [[nodiscard]] QString begunRun(const char* name) const
    {
        const auto run = folder(name);
        const auto result = runCli(trainWords(run, 2));
        if (result.status != 0)
            qFatal("%s", result.errors.constData());
        return run;
    }

private Q_SLOTS:
    void aDetachedRunGoesOnToTheSameBits()
    {
        QCOMPARE(runCli(trainWords(folder("unbroken"), 60)).status, 0);
        const auto run = folder("detached");
        const Leftover leftover(run);
        // Stopped somewhere in the middle of an epoch, as a window stops it.
        QProcess first;
        first.start(cliProgram(), trainWords(run, 60));
        TRY_VERIFY(isRunLocked(pathOf(run)));
        static_cast<void>(sendRunRequest(pathOf(run), RunAction::Stop));
        QVERIFY(first.waitForFinished(60'000));
        const auto detached = runCli(resumeWords(run));
        QVERIFY2(detached.status == 0, detached.errors.constData());
        QCOMPARE(detached.json()[QStringLiteral("event")].toString(), QStringLiteral("detached"));
        QCOMPARE(detached.json()[QStringLiteral("run")].toString(), run);
        TRY_VERIFY(!isRunLocked(pathOf(run)));
        const auto info = readRunInfo(pathOf(run));
        QVERIFY(info.state == RunState::Completed);
        QCOMPARE(runDifference(pathOf(folder("unbroken")), pathOf(run)), QString());
        QVERIFY(textOf(run + QStringLiteral("/detached.log")).contains("The run is complete."));
        QVERIFY(!QFile::exists(run + QStringLiteral("/status.json")));
    }

    void itOutlivesItsTerminalAndEndsByRequest()
    {
        const auto run = begunRun("outlives");
        const Leftover leftover(run);
        // The leader of the session from which it is started, as a terminal's shell, is hung up.
        QProcess shell;
        shell.setChildProcessModifier([] { ::setsid(); });
        shell.start(QStringLiteral("/bin/sh"),
                    QStringList{QStringLiteral("-c"), QStringLiteral("\"$@\"; read wait"),
                                QStringLiteral("sh"), cliProgram()} +
                        resumeWords(run, "--detach --json --epochs 1000000"));
        QByteArray line;
        TRY_VERIFY((line += shell.readAllStandardOutput()).endsWith("}\n"));
        const auto process = QJsonDocument::fromJson(line).object()[QStringLiteral("process")].toInteger();
        QVERIFY(process > 0);
        QVERIFY(isRunLocked(pathOf(run)));
        QCOMPARE(sessionOf(process), process);
        QCOMPARE(::kill(static_cast<pid_t>(-shell.processId()), SIGHUP), 0);
        QVERIFY(shell.waitForFinished(60'000));
        const auto before = stepOf(run);
        TRY_VERIFY(stepOf(run) > before);
        QVERIFY(readRunInfo(pathOf(run)).state == RunState::Running);
        QCOMPARE(readRunInfo(pathOf(run)).config.integer("epochs"), 1000000);

        const auto stopped = runCli(controlWords(run, "stop"));
        QVERIFY2(stopped.status == 0, stopped.errors.constData());
        QCOMPARE(stopped.json()[QStringLiteral("state")].toString(), QStringLiteral("stopped"));
        TRY_VERIFY(sessionOf(process) == 0);
        const auto info = readRunInfo(pathOf(run));
        QVERIFY(info.state == RunState::Stopped);
        QCOMPARE(info.ending, std::string("stopped by request"));
        QVERIFY(info.epochsDone >= 2);
        QCOMPARE(readHistory(RunPaths{pathOf(run)}.history()).epochs.size(),
                 static_cast<std::size_t>(info.epochsDone));
        QVERIFY(textOf(run + QStringLiteral("/detached.log")).contains("The run was stopped."));
    }

    /// Also one that was started in the usual way.
    void aRunIsPausedResumedAndStoppedFromElsewhere()
    {
        const auto run = folder("steered");
        const Leftover leftover(run);
        QProcess training;
        training.start(cliProgram(), trainWords(run, 1000000));
        TRY_VERIFY(stepOf(run) > 0);
        const auto answer = [&](const char* action) {
            const auto result = runCli(controlWords(run, action));
            return result.status == 0 ? result.json()[QStringLiteral("state")].toString()
                                      : QString::fromUtf8(result.errors);
        };
        QCOMPARE(answer("pause"), QStringLiteral("paused"));
        const auto held = stepOf(run);
        QCOMPARE(answer("pause"), QStringLiteral("paused"));  // again changes nothing
        QCOMPARE(stepOf(run), held);
        // What was learned until the pause is saved.
        QVERIFY(QFile::exists(run + QStringLiteral("/resume.safetensors")));
        QCOMPARE(answer("resume"), QStringLiteral("running"));
        TRY_VERIFY(stepOf(run) > held);
        QCOMPARE(answer("stop"), QStringLiteral("stopped"));
        QVERIFY(training.waitForFinished(60'000));
        QCOMPARE(training.exitCode(), 130);
        QVERIFY(training.readAllStandardError().contains("Stopped."));
        QCOMPARE(readRunInfo(pathOf(run)).ending, std::string("stopped by request"));
    }

    void aRunThatCannotGoOnSaysWhy()
    {
        const auto set = folder("set.safetensors");
        QCOMPARE(
            runCli(words("prepare --quiet --data rooms:count=40,size=32 --out") + QStringList{set}).status,
            0);
        const auto run = folder("without-data");
        auto arguments = trainWords(run, 1);
        arguments[arguments.indexOf(QStringLiteral("rooms:count=40,size=32"))] =
            QStringLiteral("prepared:") + set;
        QCOMPARE(runCli(arguments).status, 0);
        QVERIFY(QFile::remove(set));
        const auto result = runCli(resumeWords(run, "--detach --json --epochs 2"));
        QCOMPARE(result.status, 1);
        QVERIFY(result.output.isEmpty());
        QVERIFY2(result.sentence().contains("set.safetensors"), result.errors.constData());
        // Where the next window shows it.
        const auto info = readRunInfo(pathOf(run));
        QVERIFY(info.state == RunState::Failed);
        QCOMPARE(QByteArray::fromStdString(info.ending), result.sentence());
        QCOMPARE(info.epochsDone, 1);
        QVERIFY(textOf(run + QStringLiteral("/detached.log")).contains(result.sentence()));
        QVERIFY(!isRunLocked(pathOf(run)));
    }

    void oneThatIsTrainedElsewhereIsLeftAlone()
    {
        const auto run = folder("busy");
        const Leftover leftover(run);
        QProcess training;
        training.start(cliProgram(), trainWords(run, 1000000));
        TRY_VERIFY(stepOf(run) > 0);
        const auto result = runCli(resumeWords(run));
        QCOMPARE(result.status, 1);
        QVERIFY2(result.sentence().contains("is being written by process " +
                                            QByteArray::number(training.processId())),
                 result.errors.constData());
        QVERIFY(readRunInfo(pathOf(run)).state == RunState::Running);
        const auto before = stepOf(run);
        TRY_VERIFY(stepOf(run) > before);
        QCOMPARE(runCli(controlWords(run, "stop")).status, 0);
        QVERIFY(training.waitForFinished(60'000));
    }

    void wrongUsage_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::newRow("a new run") << words("train --detach --model fc-vae") << 2;
        QTest::newRow("an unknown action") << controlWords(folder("nowhere"), "hasten") << 2;
        QTest::newRow("no action") << words("control run") << 2;
        QTest::newRow("control of no run") << controlWords(folder("nowhere"), "stop") << 1;
        QTest::newRow("detaching no run") << resumeWords(folder("nowhere")) << 1;
    }
    void wrongUsage()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        const auto result = runCli(arguments);
        QVERIFY2(result.status == status, result.errors.constData());
        QVERIFY(result.output.isEmpty());
        QVERIFY(!QFile::exists(folder("nowhere")));
    }

    void aRunThatHasEndedIsNotSteered()
    {
        const auto run = begunRun("ended");
        const auto result = runCli(controlWords(run, "pause"));
        QCOMPARE(result.status, 1);
        QVERIFY2(result.sentence().startsWith("No process trains the run"), result.errors.constData());
        QVERIFY(!QFile::exists(run + QStringLiteral("/request.json")));
    }
};

QTEST_GUILESS_MAIN(DetachedTest)
#include "tst_detached.moc"
