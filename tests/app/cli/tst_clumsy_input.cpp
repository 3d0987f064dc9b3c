// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/cli_process.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

using namespace elbo::tests;

/// Slips of the hand: a name that is nearly right, a variable of a script that is not set, a path to
/// something else.
class ClumsyInputTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] QString path(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)); }
    [[nodiscard]] QString run() const { return path("run"); }

    QString write(const char* name, const QByteArray& bytes) const
    {
        QFile target(path(name));
        if (target.open(QIODevice::WriteOnly))
            target.write(bytes);
        return target.fileName();
    }

    [[nodiscard]] QStringList train(const QStringList& more) const
    {
        return words("train --model fc-vae --device cpu --quiet --epochs 1 --out") +
               QStringList{path("never")} + more;
    }

    void verifyNothingWasWritten() const
    {
        for (const char* name : {"never", "x.png", "x.jpg", "x.safetensors"})
            QVERIFY2(!QFileInfo::exists(path(name)), name);
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        const auto result =
            runCli(words("train --model fc-vae --epochs 1 --device cpu --quiet --set latent_size=12 --out") +
                   QStringList{run()} + kTinyData);
        QVERIFY2(result.status == 0, result.errors.constData());
    }

    void namesThatAreNearlyRightAreTold_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("part");
        const auto row = [](const char* name, const QStringList& arguments, int status, const char* part) {
            QTest::newRow(name) << arguments << status << QByteArray(part);
        };
        row("command", words("trian --model fc-vae"), 2, "no command \"trian\" (nearest: train)");
        row("command behind a flag", words("--quiet evalaute run"), 2, "(nearest: evaluate)");
        row("command unlike any", words("fly"), 2, "no command \"fly\": use one of list, info");
        row("option", words("train --epoch 3"), 2, "train has no option --epoch (nearest: --epochs)");
        row("option with its value", words("evaluate run --wieghts=best"), 2,
            "--wieghts (nearest: --weights)");
        row("model", words("train --model fc-vea --quiet") + kTinyData, 1, "(nearest: fc-vae)");
        row("preset", words("train --preset quick/fc-va --quiet"), 1, "(nearest: quick/fc-vae)");
        row("setting", train(kTinyData + words("--set learning_rat=1")), 1, "(nearest: learning_rate)");
        row("setting of a part", train(kTinyData + words("--set model.latent_siz=4")), 1,
            "(nearest: model.latent_size)");
        row("swept setting", train(kTinyData + words("--sweep latentsize=2,3")), 1, "(nearest: latent_size)");
        row("data set", train(words("--data room")), 1, "(nearest: rooms)");
        row("data option", train(words("--data rooms:coutn=3")), 1, "(nearest: count)");
        row("split", train(words("--data rooms:count=10,split=offical")), 1, "(nearest: official)");
        row("setting in a file",
            train({QStringLiteral("--config"), write("a.json", R"({"training": {"epochz": 2}})")}), 1,
            "(nearest: epochs)");
        row("part of a file",
            train({QStringLiteral("--config"),
                   write("b.json", R"({"model": {"key": "fc-vae", "field": {}}})")}),
            1, "(nearest: fields)");
        row("to fetch", words("fetch --quiet minst"), 1, "mnist, fashion-mnist");
    }
    void namesThatAreNearlyRightAreTold()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        QFETCH(QByteArray, part);
        const auto result = runCli(arguments);
        QCOMPARE(result.status, status);
        QVERIFY2(result.sentence().contains(part), result.errors.constData());
        QVERIFY2(result.sentence().endsWith('.'), result.errors.constData());
        QVERIFY(result.output.isEmpty());
        verifyNothingWasWritten();
    }

    // --data "$DATA" of a script without DATA must not train on rooms.
    void emptyValuesAreWrongUsage_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("option");
        const auto row = [](const QStringList& arguments, const char* option) {
            QTest::addRow("%s %s", qPrintable(arguments.front()), option)
                << arguments + QStringList{QString::fromUtf8(option), QString()} << QByteArray(option);
        };
        for (const char* option :
             {"--data", "--preset", "--config", "--set", "--init", "--precision", "--seed"})
            row(train({}), option);
        row(words("train --model fc-vae"), "--out");
        row({QStringLiteral("train")}, "--resume");
        for (const char* option : {"--data", "--weights", "--split", "--device"})
            row({QStringLiteral("evaluate"), run()}, option);
        for (const char* option : {"--index", "--data", "--class"})
            row({QStringLiteral("reconstruct"), run(), QStringLiteral("--out"), path("x.png")}, option);
        row(words("prepare --data rooms"), "--out");
        QTest::newRow("info") << QStringList{QStringLiteral("info"), QString()} << QByteArray("empty");
    }
    void emptyValuesAreWrongUsage()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, option);
        const auto result = runCli(arguments);
        QVERIFY2(result.status == 2, result.errors.constData());
        QVERIFY2(result.errors.contains(option), result.errors.constData());
        QVERIFY(result.output.isEmpty());
        verifyNothingWasWritten();
    }

    void pathsToSomethingElseAreTold_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("part");
        const auto row = [](const char* name, const QStringList& arguments, const char* part) {
            QTest::newRow(name) << arguments << QByteArray(part);
        };
        const auto folder = m_folder.path();
        const auto file = write("a-file", "x");
        const auto evaluate = [](const QString& what) {
            return QStringList{QStringLiteral("evaluate"), what, QStringLiteral("--quiet")};
        };
        row("weights of a folder that is no run", evaluate(folder), "is no run folder");
        row("weights of a run.json", evaluate(run() + QStringLiteral("/run.json")), "no safetensors file");
        row("weights of a history", evaluate(run() + QStringLiteral("/history.jsonl")),
            "no safetensors file");
        row("weights of a save", evaluate(run() + QStringLiteral("/resume.safetensors")),
            "cannot be used as weights");
        row("weights of kept pictures", evaluate(run() + QStringLiteral("/kept/epoch-0001.safetensors")),
            "cannot be used as weights");
        row("weights of a device", evaluate(QStringLiteral("/dev/zero")), "is not a file");
        row("start from a folder that is no run",
            train(kTinyData + QStringList{QStringLiteral("--init"), folder}), "is no run folder");
        row("start from nothing", train(kTinyData + QStringList{QStringLiteral("--init"), path("absent")}),
            "absent is not there");
        row("a folder as settings", train({QStringLiteral("--config"), folder}),
            "it is a folder; give a file");
        row("settings that are not there", train({QStringLiteral("--config"), path("absent.json")}),
            "absent.json: it is not there");
        row("a run in a file",
            words("train --model fc-vae --quiet --epochs 1 --out") + QStringList{file} + kTinyData,
            "is a file, not a folder");
        row("a run below a file",
            words("train --model fc-vae --quiet --epochs 1 --out") +
                QStringList{file + QStringLiteral("/run")} + kTinyData,
            "is a file, not a folder");
        row("going on with a file", {QStringLiteral("train"), QStringLiteral("--resume"), file},
            "is no run folder");
        row("a sheet of another kind",
            {QStringLiteral("reconstruct"), run(), QStringLiteral("--quiet"), QStringLiteral("--out"),
             path("x.jpg")},
            "end its name in .png");
        row("pictures into a file",
            {QStringLiteral("reconstruct"), run(), QStringLiteral("--quiet"), QStringLiteral("--out"), file},
            "is a file, not a folder");
        row("a folder as a picture",
            {QStringLiteral("reconstruct"), run(), folder, QStringLiteral("--quiet"), QStringLiteral("--out"),
             path("x.png")},
            "is a folder, not a picture");
        row("digits in a file", train({QStringLiteral("--data"), QStringLiteral("mnist:") + file}),
            "is a file: give the folder");
        row("a folder as a split",
            train({QStringLiteral("--data"), QStringLiteral("rooms:count=20,size=32,split=") + folder}),
            "it is a folder; give a file");
        row("labels of other images",
            train({QStringLiteral("--data"), QStringLiteral("rooms:count=20,size=32,labels=") +
                                                 write("labels.csv", "image,type\nother,x\n")}),
            "has a label for none of the images");
        row("labels cut short",
            train({QStringLiteral("--data"), QStringLiteral("rooms:count=20,size=32,labels=") +
                                                 write("cut.csv", "image,type\n0,\"x\n")}),
            "its line 2 leaves a quotation mark open");
        row("a seed beyond all", train(kTinyData + words("--seed 99999999999999999999999")),
            "not \"99999999999999999999999\"");
        row("a seed below zero", train(kTinyData + words("--seed -1")), "not \"-1\"");
        row("prepared into a folder", words("prepare --quiet --out") + QStringList{folder} + kTinyData,
            "it is a folder; give a file");
    }
    void pathsToSomethingElseAreTold()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, part);
        const auto result = runCli(arguments);
        QVERIFY2(result.status == 1, result.errors.constData());
        QVERIFY2(result.sentence().contains(part), result.errors.constData());
        QVERIFY2(result.sentence().endsWith('.'), result.errors.constData());
        QVERIFY(result.output.isEmpty());
        verifyNothingWasWritten();
        QFile file(path("a-file"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("x"));
    }

    // Whatever is damaged of a run: no crash, one sentence, and the weights that are whole stay as they were.
    void damagedRunsAreToldAndKept_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("content");
        const auto row = [](const char* file, const QByteArray& content) {
            QTest::addRow("%s: %s", file, content.left(30).constData()) << QString::fromUtf8(file) << content;
        };
        for (const char* content : {"", "{", "[]", "{}", "null", "\"text\"", R"({"config": 3})"})
            row("run.json", content);
        row("run.json", QByteArray(100'000, '['));
        for (const char* content : {"", "text", "\x02\0\0\0\0\0\0\0{}"})
            row("resume.safetensors", content);
        row("resume.safetensors", QByteArray(4096, '\0'));
    }
    void damagedRunsAreToldAndKept()
    {
        QFETCH(QString, file);
        QFETCH(QByteArray, content);
        QFile target(run() + QLatin1Char('/') + file);
        QVERIFY(target.open(QIODevice::ReadOnly));
        const auto whole = target.readAll();
        target.close();
        const auto put = [&](const QByteArray& bytes) {
            return target.open(QIODevice::WriteOnly | QIODevice::Truncate) &&
                   target.write(bytes) == bytes.size() && (target.close(), true);
        };
        QVERIFY(put(content));
        const auto resumed =
            runCli({QStringLiteral("train"), QStringLiteral("--resume"), run(), QStringLiteral("--epochs"),
                    QStringLiteral("2"), QStringLiteral("--quiet")});
        const auto evaluated =
            runCli({QStringLiteral("evaluate"), run(), QStringLiteral("--json"), QStringLiteral("--quiet")});
        QVERIFY(put(whole));
        QVERIFY2(resumed.status == 1, resumed.errors.constData());
        QVERIFY2(resumed.sentence().contains(file.toUtf8()), resumed.errors.constData());
        QVERIFY2(resumed.sentence().endsWith('.'), resumed.errors.constData());
        QVERIFY2(evaluated.status == 0, evaluated.errors.constData());
        QCOMPARE(evaluated.json()[QStringLiteral("images")].toInt(), 4);
    }

    void aSaveThatIsLostIsNotReplaced()
    {
        const auto save = run() + QStringLiteral("/resume.safetensors");
        QVERIFY(QFile::rename(save, path("elsewhere")));
        const auto result =
            runCli({QStringLiteral("train"), QStringLiteral("--resume"), run(), QStringLiteral("--quiet")});
        QVERIFY(QFile::rename(path("elsewhere"), save));
        QCOMPARE(result.status, 1);
        QVERIFY2(result.sentence().contains("resume.safetensors is not there"), result.errors.constData());
        QVERIFY(QFile::exists(run() + QStringLiteral("/weights/last.safetensors")));
    }

    // Of each dimension in JSON; as text the largest, and the sum of the others.
    void klOfEachDimensionIsReported()
    {
        const QStringList evaluate{QStringLiteral("evaluate"), run(), QStringLiteral("--quiet")};
        const auto json = runCli(evaluate + words("--json")).json();
        const auto each = json[QStringLiteral("kl_per_dimension")].toArray();
        QCOMPARE(each.size(), 12);
        double sum = 0;
        for (const auto& value : each)
            sum += value.toDouble();
        QVERIFY(std::abs(sum - json[QStringLiteral("kl")].toDouble()) < 1e-6 * sum);
        const auto text = runCli(evaluate);
        QCOMPARE(text.status, 0);
        QCOMPARE(text.output.count("of dimension "), 8);
        QVERIFY2(text.output.contains("of 4 others"), text.output.constData());
    }
};

QTEST_GUILESS_MAIN(ClumsyInputTest)
#include "tst_clumsy_input.moc"
