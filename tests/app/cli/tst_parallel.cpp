// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that several processes train together, as mpirun starts them.
#include "tests/app/cli/cli_process.h"
#include "tests/support/mpirun.h"

#include <QtCore/QDir>
#include <QtCore/QDirIterator>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <cmath>
#include <csignal>

#include <sys/types.h>

using namespace elbo::tests;

namespace {

/// Batch norm, batches that do not divide by 2 or 4, a record of every step, a save after every epoch.
QStringList trainWords(const QString& folder, int epochs)
{
    return words(
               "train --quiet --data rooms:count=60,size=32 --model rgbd-vae --precision float32 "
               "--device cpu --set encoder_filters=8 --set decoder_filters=8 --set latent_size=16 "
               "--set batch_size=11 --set log_every_steps=1 --set resume_seconds=0 --set threads=1") +
           QStringList{QStringLiteral("--epochs"), QString::number(epochs), QStringLiteral("--out"), folder};
}

QList<QJsonObject> history(const QString& run, const QString& kind)
{
    QFile file(run + QStringLiteral("/history.jsonl"));
    QList<QJsonObject> records;
    if (!file.open(QIODevice::ReadOnly))
        return records;
    while (!file.atEnd()) {
        const auto record = QJsonDocument::fromJson(file.readLine()).object();
        if (record[QLatin1String("kind")].toString() == kind)
            records.push_back(record);
    }
    return records;
}

QString stateOf(const QString& run)
{
    QFile file(run + QStringLiteral("/run.json"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QJsonDocument::fromJson(file.readAll()).object()[QLatin1String("state")].toString();
}

QStringList filesIn(const QString& folder)
{
    QStringList files;
    QDirIterator all(folder, QDir::Files, QDirIterator::Subdirectories);
    while (all.hasNext())
        files.push_back(QDir(folder).relativeFilePath(all.next()));
    files.sort();
    return files;
}

/// The process of that rank that this mpirun started; 0 when there is none.
pid_t processOf(const QProcess& mpirun, int rank)
{
    QFile children(QStringLiteral("/proc/%1/task/%1/children").arg(mpirun.processId()));
    if (!children.open(QIODevice::ReadOnly))
        return 0;
    for (const auto& child : children.readAll().split(' ')) {
        QFile environment(QStringLiteral("/proc/%1/environ").arg(QString::fromLatin1(child.trimmed())));
        if (!child.trimmed().isEmpty() && environment.open(QIODevice::ReadOnly) &&
            environment.readAll().split('\0').contains("OMPI_COMM_WORLD_RANK=" + QByteArray::number(rank)))
            return child.trimmed().toInt();
    }
    return 0;
}

/// Waits until the run has done more epochs than that. (Not by what it prints: mpirun does not read while it
/// ends its processes, and a full pipe would hold them.)
bool waitForMoreEpochs(const QString& run, qsizetype epochs)
{
    return QTest::qWaitFor([&] { return history(run, QStringLiteral("epoch")).size() > epochs; }, 60'000);
}

/// The training terms, which all come from the loss; of the test images the ELBO. (Biases before a batch norm
/// have no gradient but rounding, which Adam makes steps of; running means follow them late, and the small KL
/// of test images shows it, as it shows another number of threads.)
void compareTerms(const QJsonObject& shared, const QJsonObject& alone, const char* which)
{
    const auto terms = alone[QLatin1String(which)].toObject();
    QVERIFY(!terms.isEmpty());
    for (const auto& key : terms.keys()) {
        if (key != u"elbo" && QLatin1String(which) == QLatin1String("test"))
            continue;
        const auto expected = terms[key].toDouble();
        const auto got = shared[QLatin1String(which)].toObject()[key].toDouble();
        QVERIFY2(std::abs(got - expected) <= 1e-3 * std::abs(expected),
                 qPrintable(QStringLiteral("%1: %2 instead of %3").arg(key).arg(got).arg(expected)));
    }
}

}  // namespace

class ParallelTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] QString folder(const char* name) const { return m_folder.filePath(QLatin1String(name)); }

private Q_SLOTS:
    void initTestCase()
    {
        if (!hasMpirun())
            QSKIP("mpirun is not installed");
        QCOMPARE(runCli(trainWords(folder("alone"), 5)).status, 0);
        QVERIFY(history(folder("alone"), QStringLiteral("step")).size() >= 20);
    }

    void theLossesOfOneProcess_data()
    {
        QTest::addColumn<int>("processes");
        QTest::newRow("2") << 2;
        QTest::newRow("4") << 4;
    }
    void theLossesOfOneProcess()
    {
        QFETCH(int, processes);
        const auto run = m_folder.filePath(QStringLiteral("of-%1").arg(processes));
        const auto result = runParallel(processes, cliProgram(), trainWords(run, 5) + words("--json"));
        QVERIFY2(result.status == 0, result.errors.constData());

        const auto steps = history(run, QStringLiteral("step"));
        const auto stepsAlone = history(folder("alone"), QStringLiteral("step"));
        QCOMPARE(steps.size(), stepsAlone.size());
        for (int i = 0; i < 20; ++i)
            compareTerms(steps[i], stepsAlone[i], "train");
        const auto epochs = history(run, QStringLiteral("epoch"));
        const auto epochsAlone = history(folder("alone"), QStringLiteral("epoch"));
        QCOMPARE(epochs.size(), 5);
        for (int i = 0; i < 4; ++i) {
            compareTerms(epochs[i], epochsAlone[i], "train");
            compareTerms(epochs[i], epochsAlone[i], "test");
        }

        // One process alone writes and prints: the same files, each line once.
        QCOMPARE(filesIn(run), filesIn(folder("alone")));
        QCOMPARE(result.output.count("\"event\":\"epoch\""), 5);
        QCOMPARE(result.output.count("\"event\":\"end\""), 1);
        QCOMPARE(result.output.trimmed().split('\n').size(), 6);
        QCOMPARE(result.errors, QByteArray());
    }

    void aDeadProcessEndsTheRun_data()
    {
        QTest::addColumn<int>("rank");
        QTest::newRow("one that computes") << 1;
        QTest::newRow("the one that writes") << 0;
    }
    void aDeadProcessEndsTheRun()
    {
        QFETCH(int, rank);
        const auto run = m_folder.filePath(QStringLiteral("killed-%1").arg(rank));
        QProcess mpirun;
        startParallel(mpirun, 2, cliProgram(), trainWords(run, 5000));
        QVERIFY(waitForMoreEpochs(run, 0));
        const auto process = processOf(mpirun, rank);
        QVERIFY(process > 0);
        QCOMPARE(::kill(process, SIGKILL), 0);
        const auto killed = endOf(mpirun, 30'000);
        QVERIFY2(killed.status > 0, killed.errors.constData());
        const auto sentence =
            "elbo-cli: Process " + QByteArray::number(rank) +
            " of the 2 of this run has died, so the run ends: go on from its last save with "
            "elbo-cli train --resume.";
        QVERIFY2(killed.errors.contains(sentence), killed.errors.constData());
        QCOMPARE(killed.errors.count("elbo-cli: "), 1);

        // What was saved goes on, also in several processes.
        const auto state = stateOf(run);
        QVERIFY2(state == (rank == 0 ? u"running" : u"failed"), qPrintable(state));
        const auto before = history(run, QStringLiteral("epoch")).size();
        QVERIFY(before > 0);
        QProcess again;
        startParallel(again, 2, cliProgram(), words("train --quiet --resume") + QStringList{run},
                      /*patience=*/2);
        QVERIFY(waitForMoreEpochs(run, before));
        // The launcher is asked to end, as by Ctrl-C: all stop after the same step, and what was learned is
        // saved.
        again.terminate();
        const auto stopped = endOf(again);
        QVERIFY2(stopped.status > 0, stopped.errors.constData());
        QCOMPARE(stateOf(run), QStringLiteral("stopped"));
        const auto epochs = history(run, QStringLiteral("epoch"));
        QVERIFY(!epochs.isEmpty());
        for (int i = 0; i < epochs.size(); ++i)
            QCOMPARE(epochs[i][QLatin1String("epoch")].toInt(), i + 1);
    }

    // A signal to one of them is enough, and the run goes on with any number of processes.
    void oneThatIsStoppedStopsAll()
    {
        const auto run = folder("stopped");
        QProcess mpirun;
        startParallel(mpirun, 3, cliProgram(), trainWords(run, 5000));
        QVERIFY(waitForMoreEpochs(run, 0));
        QCOMPARE(::kill(processOf(mpirun, 2), SIGINT), 0);
        const auto result = endOf(mpirun);
        QCOMPARE(result.status, 130);
        QCOMPARE(result.errors.count("Stopped."), 1);
        QCOMPARE(stateOf(run), QStringLiteral("stopped"));

        const auto before = history(run, QStringLiteral("epoch")).size();
        QProcess alone;
        alone.start(cliProgram(), words("train --quiet --resume") + QStringList{run});
        QVERIFY(waitForMoreEpochs(run, before));
        alone.terminate();
        QCOMPARE(endOf(alone).status, 130);
        QCOMPARE(stateOf(run), QStringLiteral("stopped"));
    }

    // The first process hears the request, and the others hold and end with it.
    void oneRequestSteersAll()
    {
        const auto run = folder("asked");
        QProcess mpirun;
        startParallel(mpirun, 2, cliProgram(), trainWords(run, 5000));
        QVERIFY(waitForMoreEpochs(run, 0));
        const auto state = [&](const char* action) {
            const auto result = runCli(QStringList{QStringLiteral("control"), run} + words(action));
            return result.status == 0 ? result.output.trimmed() : result.errors;
        };
        QCOMPARE(state("pause"), QByteArray("paused"));
        const auto held = history(run, QStringLiteral("step")).size();
        QCOMPARE(state("resume"), QByteArray("running"));
        QVERIFY(QTest::qWaitFor([&] { return history(run, QStringLiteral("step")).size() > held; }, 60'000));
        QCOMPARE(state("pause"), QByteArray("paused"));
        QCOMPARE(state("stop"), QByteArray("stopped"));
        QCOMPARE(endOf(mpirun).status, 130);
        QCOMPARE(stateOf(run), QStringLiteral("stopped"));
    }

    void oneSentenceForAll_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("sentence");
        QTest::newRow("a setting that cannot be")
            << trainWords(folder("refused"), 0) << QByteArray("elbo-cli: epochs must be");
        QTest::newRow("a process of its own")
            << words("train --detach --resume") + QStringList{folder("alone")}
            << QByteArray("elbo-cli: --detach starts one process");
        QTest::newRow("a run that is not there")
            << words("train --resume") + QStringList{folder("nowhere")} << QByteArray("elbo-cli: ");
        QTest::newRow("a sweep") << trainWords(folder("refused"), 1) + words("--sweep seed=1,2")
                                 << QByteArray("elbo-cli: A sweep trains one run after the other");
        QTest::newRow("a model without steps")
            << words("train --quiet --data rooms:count=60,size=32 --model pca --out") +
                   QStringList{folder("refused")}
            << QByteArray("elbo-cli: The model pca is computed at once");
        QTest::newRow("a folder that is in use")
            << trainWords(folder("alone"), 1) << QByteArray("elbo-cli: The folder ");
        QTest::newRow("a benchmark of one process")
            << words("bench decode") << QByteArray("elbo-cli: Several processes cannot measure decode");
    }
    void oneSentenceForAll()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, sentence);
        const auto result = runParallel(2, cliProgram(), arguments);
        QVERIFY2(result.status > 0, result.errors.constData());
        QVERIFY2(result.errors.contains(sentence), result.errors.constData());
        QCOMPARE(result.errors.count("elbo-cli: "), 1);
        QVERIFY(!QFile::exists(folder("refused")));
    }

    void wrongUsageIsSaidOnce()
    {
        const auto result = runParallel(2, cliProgram(), words("train --no-such-option"));
        QCOMPARE(result.status, 2);
        QCOMPARE(result.errors.count("--no-such-option"), 1);
    }
};

QTEST_GUILESS_MAIN(ParallelTest)
#include "tst_parallel.moc"
