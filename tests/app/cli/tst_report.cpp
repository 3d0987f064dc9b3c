// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/cli_process.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <csignal>

#include <unistd.h>

using namespace elbo::tests;

/// elbo-cli report, which starts the window's program.
class ReportCommandTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] QString at(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)); }
    [[nodiscard]] QStringList reportTo(const QString& run, const QString& out) const
    {
        return words("--quiet report") + QStringList{run, QStringLiteral("--out"), out};
    }

private Q_SLOTS:
    void initTestCase()
    {
        const auto result = runCli(
            words(
                "--quiet train --model rgbd-vae --epochs 1 --data rooms:count=20,size=32 --set batch_size=8 "
                "--set encoder_filters=8 --set decoder_filters=8 --set latent_size=8 --out") +
            QStringList{at("run")});
        QVERIFY2(result.status == 0, result.errors.constData());
    }

    void filesAreWrittenAndNamed()
    {
        const auto result = runCli(reportTo(at("run"), at("report")));
        QVERIFY2(result.status == 0, result.errors.constData());
        const auto files = result.output.trimmed().split('\n');
        QCOMPARE(files.size(), 9);  // figures 3 to 6 twice, and the page
        for (const auto& file : files) {
            QVERIFY2(QFile::exists(QString::fromLocal8Bit(file)), file.constData());
        }
        QCOMPARE(files.back(), at("report/index.html").toLocal8Bit());
        QVERIFY(result.errors.isEmpty());
        const auto loud =
            runCli(words("report") + QStringList{at("run"), QStringLiteral("--out"), at("report")});
        QCOMPARE(loud.status, 0);
        QVERIFY(loud.errors.contains("paper/fc-vae-mnist"));  // what is missing
    }

    void whatCannotBeIsOneSentence()
    {
        const auto unknown = runCli(reportTo(at("absent"), at("nothing")));
        QCOMPARE(unknown.status, 1);
        QVERIFY2(unknown.sentence().contains("absent is no run folder"), unknown.errors.constData());
        QVERIFY(!QFile::exists(at("nothing")));
        QCOMPARE(runCli(words("report") + QStringList{at("run")}).status, 2);
        QCOMPARE(runCli(words("report --out") + QStringList{at("x")}).status, 2);
    }

    void aFolderThatCannotBeWrittenToIsSaid()
    {
        QVERIFY(QDir().mkpath(at("locked")));
        QVERIFY(QFile::setPermissions(at("locked"), QFileDevice::ReadOwner | QFileDevice::ExeOwner));
        // Root is stopped by no permission unless it gives that power away.
        const auto asPlainUser =
            ::geteuid() == 0 ? words("setpriv --bounding-set=-dac_override,-dac_read_search") : QStringList();
        const auto result = runCli(reportTo(at("run"), at("locked")), asPlainUser);
        QCOMPARE(result.status, 1);
        QVERIFY2(result.sentence().contains("locked"), result.errors.constData());
        QVERIFY(QDir(at("locked")).isEmpty());
    }

    void withoutTheWindowItSaysSo()
    {
        QVERIFY(QFile::copy(cliProgram(), at("elbo-cli")));
        QProcess process;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("PATH"), QStringLiteral("/nowhere"));
        process.setProcessEnvironment(environment);
        process.start(at("elbo-cli"), reportTo(at("run"), at("none")));
        QVERIFY(process.waitForFinished(60'000));
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardError().contains("window"));
        QVERIFY(!QFile::exists(at("none")));
    }

    void interruptingEndsBothPrograms()
    {
        QProcess process;
        process.start(cliProgram(),
                      words("report") + QStringList{at("run"), QStringLiteral("--out"), at("stopped")});
        QVERIFY(process.waitForStarted());
        process.setReadChannel(QProcess::StandardError);
        QByteArray said;
        while (!said.contains("Making") && process.waitForReadyRead(30'000)) {
            said += process.readAllStandardError();
        }
        QVERIFY(said.contains("Making"));
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(30'000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 130);
        QVERIFY(!QFile::exists(at("stopped/index.html")));
    }
};

QTEST_GUILESS_MAIN(ReportCommandTest)
#include "tst_report.moc"
