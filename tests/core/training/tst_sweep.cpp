// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/training/sweep.h"
#include "core/training/sweep_values.h"

#include <QtCore/QDir>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

using namespace elbo;

namespace {

RunConfig base()
{
    RunConfig config;
    config.data.key = "rooms";
    config.model.key = "fc-vae";
    return config;
}

std::string sentenceOf(const std::vector<std::string>& sweeps)
{
    try {
        static_cast<void>(planSweep(base(), sweeps));
    } catch (const Error& error) {
        return error.code() == ErrorCode::BadSetting ? error.what() : "wrong code";
    }
    return "no error";
}

}  // namespace

class SweepTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void valuesAreWrittenOut_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("values");
        const auto row = [](const char* text, const std::vector<const char*>& values) {
            QStringList list;
            for (const auto* value : values)
                list << QString::fromLatin1(value);
            QTest::newRow(text) << QString::fromLatin1(text) << list;
        };
        row("f=a", {"a"});
        row("f=1e-3,1e-4", {"1e-3", "1e-4"});
        row(" f = 1 ,\t2 ", {"1", "2"});
        row("f=1..4", {"1", "2", "3", "4"});
        row("f=3..3", {"3"});
        row("f=-1..1", {"-1", "0", "1"});
        row("f=1..3,10", {"1", "2", "3", "10"});
        row("f=0.5..2+0.5", {"0.5", "1", "1.5", "2"});
        row("f=0.1..0.5+0.1", {"0.1", "0.2", "0.3", "0.4", "0.5"});
        row("f=1..10+4", {"1", "5", "9"});
        row("f=3..1+-1", {"3", "2", "1"});
        row("f=0.001..0.1*10", {"0.001", "0.01", "0.1"});
        row("f=4..64*2", {"4", "8", "16", "32", "64"});
        row("f=1e-5..1e-3*10", {"1e-05", "0.0001", "0.001"});
        row("f=1e+1..1e+3*10", {"10", "100", "1000"});
        row("f=1e+1..3e+1+1e+1", {"10", "20", "30"});
        row("f=8..1*0.5", {"8", "4", "2", "1"});
        row("f=../a,../b", {"../a", "../b"});
        row("f=/data/1..2/x", {"/data/1..2/x"});
        row("f=a..b", {"a..b"});
    }
    void valuesAreWrittenOut()
    {
        QFETCH(QString, text);
        QFETCH(QStringList, values);
        const auto axis = parseSweepAxis(text.toStdString());
        QCOMPARE(axis.field, std::string("f"));
        QStringList found;
        for (const auto& value : axis.values)
            found << QString::fromStdString(value);
        QCOMPARE(found, values);
    }

    void everyCombinationOnce()
    {
        const auto sweep = planSweep(base(), {"seed=1..2", "learning_rate=0.001..0.1*10"});
        QCOMPARE(sweep.fields, (std::vector<std::string>{"seed", "learning_rate"}));
        QCOMPARE(sweep.runs.size(), 6U);
        QCOMPARE(sweep.runs[0].name, std::string("seed=1,learning_rate=0.001"));
        QCOMPARE(sweep.runs[1].name, std::string("seed=1,learning_rate=0.01"));
        QCOMPARE(sweep.runs[5].name, std::string("seed=2,learning_rate=0.1"));
        QCOMPARE(sweep.runs[5].config.integer("seed"), 2);
        QCOMPARE(sweep.runs[5].config.real("learning_rate"), 0.1);
        QCOMPARE(sweep.runs[5].values, (std::vector<std::string>{"2", "0.1"}));
    }

    void whatCannotBeUsedIsSaid_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("part");
        const auto row = [](const char* text, const char* part) {
            QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(part);
        };
        row("", "name the field");
        row("seed", "name the field");
        row("=1", "name the field");
        row("seed=", "a value is missing");
        row("seed=1,,2", "a value is missing");
        row("seed=1,2,1", "1 is given twice");
        row("seed=1..3,2", "2 is given twice");
        row("seed=3..1", "no step of 3..1");
        row("beta=0..1", "no error");
        row("beta=0.5..1", "needs a step");
        row("beta=1..2+0", "no step of");
        row("beta=1..2*1", "no step of");
        row("beta=1..2+-1", "no step of");
        row("beta=0..2*2", "needs a factor");
        row("beta=-1..2*2", "needs a factor");
        row("beta=1..2*-2", "needs a factor");
        row("seed=1..1000000000", "more than 1000 values");
        row("beta=0..1+1e-300", "more than 1000 values");
        row("seed=1..nan", "seed");
        row("seed=1..1e999", "seed");
        row("wings=1,2", "wings");
        row("learning_rate=0.1,5", "learning_rate");
    }
    void whatCannotBeUsedIsSaid()
    {
        QFETCH(QString, text);
        QFETCH(QString, part);
        const auto sentence = QString::fromStdString(sentenceOf({text.toStdString()}));
        QVERIFY2(sentence.contains(part), qPrintable(sentence));
    }

    void tooManyRunsAreRefused()
    {
        QCOMPARE(planSweep(base(), {"seed=1..1000"}).runs.size(), kMostSweptRuns);
        QVERIFY(sentenceOf({"seed=1..100", "beta=1..11"}).find("more than 1000 runs") != std::string::npos);
        QVERIFY(sentenceOf({"seed=1,2", "seed=3"}).find("twice") != std::string::npos);
    }

    // Names are folders: none leads elsewhere, none is given twice.
    void namesCanNameFolders()
    {
        auto config = base();
        config.data.key = "rgbd-folder";
        const QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("a/b")));
        QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("a-b")));
        const auto base = folder.path().toStdString();
        const auto sweep = planSweep(config, {"path=" + base + "/a/b," + base + "/a-b"});
        QCOMPARE(sweep.runs.size(), 2U);
        for (const auto& run : sweep.runs)
            QVERIFY(run.name.find('/') == std::string::npos);
        QVERIFY(sweep.runs[0].name != sweep.runs[1].name);
    }
};

QTEST_GUILESS_MAIN(SweepTest)
#include "tst_sweep.moc"
