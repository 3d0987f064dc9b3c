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

    void rangesAreRunsToo()
    {
        const auto result = runCli(train(
            "--epochs 1 --json --quiet --sweep seed=1..2 --sweep learning_rate=0.0001..0.001*10", "ranges"));
        QVERIFY2(result.status == 0, result.errors.constData());
        QCOMPARE(QDir(path("ranges")).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(), 4);
        QVERIFY(QFile::exists(path("ranges/seed=2,learning_rate=0.001/run.json")));
    }

    // Killed without any warning in its second run: what is complete stays as it is, the second goes on and
    // the third begins.
    void aKilledSweepGoesOn()
    {
        QProcess process;
        process.start(cliProgram(),
                      train("--epochs 60 --json --set resume_seconds=0 --sweep seed=1,2,3", "killed"));
        const auto second = path("killed/seed=2/history.jsonl");
        QTRY_VERIFY_WITH_TIMEOUT(epochsIn(second) >= 5, 100'000);
        QVERIFY(process.state() == QProcess::Running);
        QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGKILL), 0);
        QVERIFY(process.waitForFinished(30'000));
        QVERIFY(!QFile::exists(path("killed/seed=3/run.json")));
        QVERIFY(epochsIn(second) < 60);
        const auto first = contents(path("killed/seed=1/history.jsonl"));
        const auto firstInfo = contents(path("killed/seed=1/run.json"));

        const auto result = resume("killed", {QStringLiteral("--json")});
        QVERIFY2(result.status == 0, result.errors.constData());
        const auto lines = result.jsonLines();
        QCOMPARE(lines.back()[QStringLiteral("event")].toString(), QStringLiteral("sweep"));
        const auto runs = lines.back()[QStringLiteral("runs")].toArray();
        QCOMPARE(runs.size(), 3);
        for (qsizetype i = 0; i < runs.size(); ++i) {
            const auto run = runs[i].toObject();
            QCOMPARE(run[QStringLiteral("state")].toString(), QStringLiteral("completed"));
            QCOMPARE(run[QStringLiteral("epochs")].toInt(), 60);
            QCOMPARE(run[QStringLiteral("values")].toObject()[QStringLiteral("seed")].toInt(), i + 1);
            QVERIFY(run[QStringLiteral("seconds")].toDouble() > 0);
            QCOMPARE(
                epochsIn(path("killed/seed=") + QString::number(i + 1) + QStringLiteral("/history.jsonl")),
                60);
        }
        QCOMPARE(contents(path("killed/seed=1/history.jsonl")), first);
        QCOMPARE(contents(path("killed/seed=1/run.json")), firstInfo);
        // The run that was cut in two is the run that was not, to the last digit.
        const auto alone = runCli(train("--epochs 60 --quiet --seed 2", "unbroken"));
        QVERIFY2(alone.status == 0, alone.errors.constData());
        QCOMPARE(withoutSeconds(contents(second)), withoutSeconds(contents(path("unbroken/history.jsonl"))));
        // Again: nothing is left, and only the table comes.
        const auto again = resume("killed", {QStringLiteral("--json")});
        QVERIFY2(again.status == 0, again.errors.constData());
        QCOMPARE(again.jsonLines().size(), 1);
        QCOMPARE(contents(path("killed/seed=1/history.jsonl")), first);
    }

    void aStoppedSweepGoesOn()
    {
        QProcess process;
        process.start(cliProgram(), train("--epochs 300 --json --sweep seed=1,2", "stopped"));
        QVERIFY(process.waitForReadyRead(60'000));
        QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
        QVERIFY(process.waitForFinished(30'000));
        QCOMPARE(process.exitCode(), 130);
        const auto result = resume("stopped");
        QVERIFY2(result.status == 0, result.errors.constData());
        QCOMPARE(epochsIn(path("stopped/seed=1/history.jsonl")), 300);
        QCOMPARE(epochsIn(path("stopped/seed=2/history.jsonl")), 300);
    }

    void whatCannotGoOnIsSaid()
    {
        QVERIFY(QDir().mkpath(path("damaged")));
        QFile file(path("damaged/queue.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("no queue");
        file.close();
        auto result = resume("damaged");
        QCOMPARE(result.status, 1);
        QVERIFY2(result.sentence().contains("holds no run"), result.errors.constData());
        QVERIFY2(result.errors.contains("queue-damaged.json"), result.errors.constData());
        QCOMPARE(contents(path("damaged/queue-damaged.json")), QByteArray("no queue"));

        result = runCli(train("--epochs 1 --quiet --sweep seed=1,2", "whole"));
        QVERIFY2(result.status == 0, result.errors.constData());
        result = resume("whole", {QStringLiteral("--epochs"), QStringLiteral("3")});
        QCOMPARE(result.status, 1);
        QVERIFY2(result.sentence().contains("--epochs extends one run"), result.errors.constData());
        // A run that was deleted since is said and left out of the table.
        QVERIFY(QDir(path("whole/seed=1")).removeRecursively());
        result = resume("whole", {QStringLiteral("--json")});
        QCOMPARE(result.status, 0);
        QVERIFY2(result.errors.contains("seed=1"), result.errors.constData());
        QCOMPARE(result.json()[QStringLiteral("runs")].toArray().size(), 1);
        // The same folder again: it is not written over.
        result = runCli(train("--epochs 1 --quiet --sweep seed=1,2", "whole"));
        QCOMPARE(result.status, 1);
        QVERIFY2(result.sentence().contains("--resume"), result.errors.constData());
    }

private:
    [[nodiscard]] CliResult resume(const char* folder, const QStringList& more = {}) const
    {
        return runCli(QStringList{QStringLiteral("train"), QStringLiteral("--resume"), path(folder)} + more);
    }
    [[nodiscard]] static QByteArray contents(const QString& name)
    {
        QFile file(name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    /// How many epochs have ended in a history, each counted as often as it stands there.
    [[nodiscard]] static qsizetype epochsIn(const QString& history)
    {
        return contents(history).count("\"kind\":\"epoch\"");
    }
    /// The epochs of a history without their times.
    [[nodiscard]] static QList<QJsonObject> withoutSeconds(const QByteArray& history)
    {
        QList<QJsonObject> epochs;
        for (const auto& line : history.trimmed().split('\n')) {
            auto record = QJsonDocument::fromJson(line).object();
            if (record[QStringLiteral("kind")].toString() == QStringLiteral("epoch")) {
                record.remove(QStringLiteral("seconds"));
                epochs.push_back(record);
            }
        }
        return epochs;
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(SweepTest)
#include "tst_sweep.moc"
