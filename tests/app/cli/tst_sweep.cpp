// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/cli_process.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <csignal>

using namespace elbo::tests;

/// `train --sweep`: a run for each value.
class SweepTest : public QObject {
    Q_OBJECT

    [[nodiscard]] QString path(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)); }

    [[nodiscard]] QStringList train(const char* line, const char* out) const
    {
        return words("train --model fc-vae --device cpu --precision float32 --set batch_size=8 --out") +
               QStringList{path(out)} + kTinyData + words(line);
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }

    void everyCombinationIsARunOfItsOwn()
    {
        const auto result = runCli(train(
            "--epochs 2 --json --quiet --sweep learning_rate=1e-3,1e-4 --sweep latent_size=4,8", "product"));
        QVERIFY2(result.status == 0, result.errors.constData());
        const auto lines = result.jsonLines();
        QCOMPARE(lines.size(), 4 * 3 + 1);  // two epochs and an end each, and the table
        QStringList ended;
        for (const auto& line : lines)
            if (line[QStringLiteral("event")].toString() == QStringLiteral("end"))
                ended.push_back(line[QStringLiteral("run")].toString());
        QCOMPARE(ended.size(), 4);
        QCOMPARE(ended.front(), path("product/learning_rate=1e-3,latent_size=4"));
        QCOMPARE(ended.back(), path("product/learning_rate=1e-4,latent_size=8"));

        QCOMPARE(lines.back()[QStringLiteral("event")].toString(), QStringLiteral("sweep"));
        const auto runs = lines.back()[QStringLiteral("runs")].toArray();
        QCOMPARE(runs.size(), 4);
        for (qsizetype i = 0; i < runs.size(); ++i) {
            const auto run = runs[i].toObject();
            QCOMPARE(run[QStringLiteral("run")].toString(), ended[i]);
            QCOMPARE(run[QStringLiteral("state")].toString(), QStringLiteral("completed"));
            QVERIFY(run[QStringLiteral("test")].toObject().contains(QStringLiteral("elbo")));
            const auto info = runCli({QStringLiteral("info"), ended[i], QStringLiteral("--json")}).json();
            const auto config = info[QStringLiteral("config")].toObject();
            const auto values = run[QStringLiteral("values")].toObject();
            QCOMPARE(
                config[QStringLiteral("training")].toObject()[QStringLiteral("learning_rate")].toDouble(),
                values[QStringLiteral("learning_rate")].toDouble());
            QCOMPARE(config[QStringLiteral("model")]
                         .toObject()[QStringLiteral("fields")]
                         .toObject()[QStringLiteral("latent_size")]
                         .toInt(),
                     values[QStringLiteral("latent_size")].toInt());
        }
    }

    // The run of a sweep is the run that its values alone would give.
    void aRunOfASweepIsTheRunAlone()
    {
        auto result = runCli(train("--epochs 1 --quiet --sweep seed=5,6", "seeds"));
        QVERIFY2(result.status == 0, result.errors.constData());
        result = runCli(train("--epochs 1 --quiet --seed 6", "alone"));
        QVERIFY2(result.status == 0, result.errors.constData());
        const auto mse = [](const QString& run) {
            return runCli({QStringLiteral("evaluate"), run, QStringLiteral("--json")})
                .json()[QStringLiteral("mse_mean")]
                .toDouble();
        };
        QCOMPARE(mse(path("seeds/seed=6")), mse(path("alone")));
        QVERIFY(mse(path("seeds/seed=5")) != mse(path("alone")));
    }

    void aTableClosesIt()
    {
        const auto result = runCli(train("--epochs 1 --quiet --sweep beta=0.5,1", "table"));
        QVERIFY2(result.status == 0, result.errors.constData());
        const auto lines = result.output.trimmed().split('\n');
        QCOMPARE(lines.size(), 2 + 3);  // each run's folder, then the table with its heading
        QCOMPARE(lines[0], path("table/beta=0.5").toUtf8());
        QVERIFY2(lines[2].startsWith("beta "), lines[2].constData());
        QVERIFY2(lines[2].contains("elbo"), lines[2].constData());
        QVERIFY2(lines[3].startsWith("0.5 ") && lines[3].endsWith("beta=0.5"), lines[3].constData());
        QVERIFY2(lines[4].startsWith("1 ") && lines[4].endsWith("beta=1"), lines[4].constData());
    }

    // Nothing is trained before every value is known to be usable, by the model too.
    void aWrongValueIsRefusedBeforeTheFirstRun_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("part");
        QTest::newRow("out of range") << words("--sweep learning_rate=1e-3,5") << QByteArray("learning_rate");
        QTest::newRow("no number") << words("--sweep epochs=1,many") << QByteArray("many");
        QTest::newRow("unknown field") << words("--sweep wings=1,2") << QByteArray("wings");
        QTest::newRow("no values") << words("--sweep beta") << QByteArray("beta");
        QTest::newRow("a missing value") << words("--sweep beta=1,") << QByteArray("missing");
        QTest::newRow("a value twice") << words("--sweep beta=1,2,1") << QByteArray("twice");
        QTest::newRow("a field twice") << words("--sweep beta=1,2 --sweep beta=3") << QByteArray("twice");
        QTest::newRow("absent GPU") << words("--sweep device=cpu,cuda:99") << QByteArray("cuda:99");
        QTest::newRow("a size the model refuses")
            << words("--model rgbd-vae --sweep size=32,40") << QByteArray("multiples of 32");
    }
    void aWrongValueIsRefusedBeforeTheFirstRun()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, part);
        if (!arguments.contains(QStringLiteral("--model")))
            arguments += words("--model fc-vae");
        const auto result = runCli(words("train --epochs 1 --json --quiet --out") +
                                   QStringList{path("never")} + kTinyData + arguments);
        QVERIFY2(result.status == 1, result.errors.constData());
        QVERIFY2(result.sentence().contains(part), result.errors.constData());
        QVERIFY(result.output.isEmpty());
        QVERIFY(!QFile::exists(path("never")));
    }

    // Ctrl-C ends the sweep, not only the run under way; that one is saved.
    void interruptEndsTheWholeSweep()
    {
        QProcess process;
        process.start(cliProgram(), train("--epochs 100000 --json --sweep seed=1,2,3", "interrupted"));
        QVERIFY(process.waitForReadyRead(60'000));
        QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
        QVERIFY(process.waitForFinished(30'000));
        QCOMPARE(process.exitCode(), 130);
        QCOMPARE(QDir(path("interrupted")).entryList(QDir::Dirs | QDir::NoDotAndDotDot),
                 QStringList{QStringLiteral("seed=1")});
        const auto info =
            runCli({QStringLiteral("info"), path("interrupted/seed=1"), QStringLiteral("--json")}).json();
        QCOMPARE(info[QStringLiteral("state")].toString(), QStringLiteral("stopped"));
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(SweepTest)
#include "tst_sweep.moc"
