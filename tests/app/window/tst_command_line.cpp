// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/command_line.h"

#include <QtTest/QTest>

using elbo::parseCommandLine;

class CommandLineTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pathsPageAndThemeAreTaken()
    {
        const auto line = parseCommandLine({QStringLiteral("elbo"), QStringLiteral("--page"),
                                            QStringLiteral("train"), QStringLiteral("--theme=dark"),
                                            QStringLiteral("run-1"), QStringLiteral("x.png")});
        QVERIFY(!line.exitStatus);
        QCOMPARE(line.options.page, QStringLiteral("train"));
        QCOMPARE(line.options.scheme, QStringLiteral("dark"));
        QCOMPARE(line.options.paths, (QStringList{QStringLiteral("run-1"), QStringLiteral("x.png")}));
    }

    void aReportIsMadeFromRuns()
    {
        const auto line =
            parseCommandLine({QStringLiteral("elbo"), QStringLiteral("--report"), QStringLiteral("run-1"),
                              QStringLiteral("run-2"), QStringLiteral("--out"), QStringLiteral("folder")});
        QVERIFY(!line.exitStatus);
        QVERIFY(line.options.report);
        QCOMPARE(line.options.paths, (QStringList{QStringLiteral("run-1"), QStringLiteral("run-2")}));
        QCOMPARE(line.options.reportFolder, QStringLiteral("folder"));
        const auto nowhere =
            parseCommandLine({QStringLiteral("elbo"), QStringLiteral("--report"), QStringLiteral("run-1")});
        QCOMPARE(nowhere.exitStatus.value_or(-1), 2);
        QVERIFY(nowhere.text.contains(QStringLiteral("--out DIR")));
    }

    void helpAndVersionEndWithZero()
    {
        const auto help = parseCommandLine({QStringLiteral("elbo"), QStringLiteral("--help")});
        QCOMPARE(help.exitStatus.value_or(-1), 0);
        QVERIFY(help.text.contains(QStringLiteral("--page")));
        const auto version = parseCommandLine({QStringLiteral("elbo"), QStringLiteral("--version")});
        QCOMPARE(version.exitStatus.value_or(-1), 0);
        QVERIFY(version.text.startsWith(QStringLiteral("elbo ")));
    }

    void wrongUsageEndsWithTwo_data()
    {
        QTest::addColumn<QString>("argument");
        QTest::newRow("page") << QStringLiteral("--page=settings");
        QTest::newRow("theme") << QStringLiteral("--theme=pink");
        QTest::newRow("option") << QStringLiteral("--no-such-option");
        QTest::newRow("report without runs") << QStringLiteral("--report");
        QTest::newRow("out without report") << QStringLiteral("--out=folder");
    }

    void wrongUsageEndsWithTwo()
    {
        QFETCH(QString, argument);
        const auto line = parseCommandLine({QStringLiteral("elbo"), argument});
        QCOMPARE(line.exitStatus.value_or(-1), 2);
        QVERIFY(line.text.startsWith(QStringLiteral("elbo: ")));
    }
};

QTEST_GUILESS_MAIN(CommandLineTest)
#include "tst_command_line.moc"
