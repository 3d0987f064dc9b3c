// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/cli_process.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QTemporaryDir>
#include <QtGui/QImage>
#include <QtTest/QtTest>

#include <cmath>
#include <csignal>

#include <unistd.h>

using namespace elbo::tests;

namespace {

const QStringList kTinyData{QStringLiteral("--data"), QStringLiteral("rooms:count=40,size=32")};

QStringList words(const char* text)
{
    return QString::fromUtf8(text).split(QLatin1Char(' '));
}

/// Before a command: root without the capabilities that pass by the permissions of files; nobody else needs it.
QStringList asPlainUser()
{
    return ::geteuid() == 0 ? words("setpriv --bounding-set=-dac_override,-dac_read_search") : QStringList();
}

}  // namespace

/// The commands as scripts see them: names, output, exit status.
class CommandsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        const auto result = runCli(
            words("train --model fc-vae --epochs 2 --seed 3 --device cpu --precision float32 --json --quiet "
                  "--set batch_size=8 --out") +
            QStringList{run()} + kTinyData);
        QVERIFY2(result.status == 0, result.errors.constData());
        m_lines = result.jsonLines();
    }

    void trainPrintsAnObjectALine()
    {
        QCOMPARE(m_lines.size(), 3);
        QCOMPARE(m_lines[0][QStringLiteral("event")].toString(), QStringLiteral("epoch"));
        QCOMPARE(m_lines[0][QStringLiteral("epoch")].toInt(), 1);
        for (const auto* term : {"kl", "log_likelihood", "elbo", "mse"}) {
            QVERIFY2(m_lines[1][QStringLiteral("train")].toObject().contains(QLatin1String(term)), term);
            QVERIFY2(m_lines[1][QStringLiteral("test")].toObject().contains(QLatin1String(term)), term);
        }
        QCOMPARE(m_lines[2][QStringLiteral("event")].toString(), QStringLiteral("end"));
        QCOMPARE(m_lines[2][QStringLiteral("run")].toString(), run());
    }

    void listsAreOneObject_data()
    {
        QTest::addColumn<QString>("what");
        for (const auto* what : {"models", "data", "presets", "fields"})
            QTest::newRow(what) << QString::fromUtf8(what);
    }
    void listsAreOneObject()
    {
        QFETCH(QString, what);
        const auto result = runCli({QStringLiteral("list"), what, QStringLiteral("--json")});
        QCOMPARE(result.status, 0);
        QVERIFY(!result.json()[what].toArray().isEmpty());
        QVERIFY(!runCli({QStringLiteral("list"), what}).output.isEmpty());
    }

    void wrongUsageIsTwo_data()
    {
        QTest::addColumn<QString>("line");
        QTest::newRow("no command") << QString();
        QTest::newRow("unknown command") << QStringLiteral("fly");
        QTest::newRow("unknown option") << QStringLiteral("train --wings");
        QTest::newRow("missing argument") << QStringLiteral("evaluate");
        QTest::newRow("unknown list") << QStringLiteral("list clouds");
    }
    void wrongUsageIsTwo()
    {
        QFETCH(QString, line);
        const auto result = runCli(line.isEmpty() ? QStringList() : line.split(QLatin1Char(' ')));
        QCOMPARE(result.status, 2);
        QVERIFY(result.output.isEmpty());
    }

    void helpAndVersionAreZero()
    {
        QCOMPARE(runCli(words("--help")).status, 0);
        QCOMPARE(runCli(words("train --help")).status, 0);
        QVERIFY(runCli(words("--version")).output.contains("LibTorch"));
    }

    void evaluateSpeaksOfUnseenImages()
    {
        const auto result =
            runCli({QStringLiteral("evaluate"), run(), QStringLiteral("--json"), QStringLiteral("--quiet")});
        QVERIFY2(result.status == 0, result.errors.constData());
        const auto json = result.json();
        for (const auto* key : {"model", "images", "kl", "log_likelihood", "elbo", "mse", "mse_mean", "psnr",
                                "ssim", "active_units"})
            QVERIFY2(json.contains(QLatin1String(key)), key);
        QCOMPARE(json[QStringLiteral("images")].toInt(), 4);
        // The same images and weights as the last epoch's test; only the noise of z is drawn anew.
        const auto tested = m_lines[1][QStringLiteral("test")].toObject()[QStringLiteral("mse")].toDouble();
        QVERIFY(std::abs(json[QStringLiteral("mse")].toDouble() / tested - 1.0) < 0.1);
    }

    void evaluateLeavesOutWhatTrainingSaw()
    {
        // The same rooms with another split: some of its test images were trained on.
        const auto result =
            runCli({QStringLiteral("evaluate"), run(), QStringLiteral("--json"), QStringLiteral("--data"),
                    QStringLiteral("rooms:count=40,size=32,split-seed=7,test=0.5")});
        QVERIFY2(result.status == 0, result.errors.constData());
        const auto json = result.json();
        QVERIFY(json[QStringLiteral("images_left_out")].toInt() + json[QStringLiteral("left_out")].toInt() >
                0);
        QVERIFY(json[QStringLiteral("images")].toInt() > 0);
    }

    void reconstructWritesASheetAndAFolder()
    {
        const auto sheet = m_folder.filePath(QStringLiteral("sheet.png"));
        auto result = runCli({QStringLiteral("reconstruct"), run(), QStringLiteral("--index"),
                              QStringLiteral("0,5,9"), QStringLiteral("--out"), sheet});
        QVERIFY2(result.status == 0, result.errors.constData());
        QVERIFY(QImage(sheet).width() >= 3 * 32);
        const auto folder = m_folder.filePath(QStringLiteral("pictures"));
        result = runCli({QStringLiteral("reconstruct"), run(), QStringLiteral("--index"),
                         QStringLiteral("0,5"), QStringLiteral("--out"), folder});
        QVERIFY2(result.status == 0, result.errors.constData());
        QCOMPARE(QDir(folder).entryList({QStringLiteral("*.color.png")}).size(), 2);
        QCOMPARE(QDir(folder).entryList({QStringLiteral("*.depth.png")}).size(), 2);
        QFile table(folder + QStringLiteral("/table.csv"));
        QVERIFY(table.open(QIODevice::ReadOnly));
        QCOMPARE(table.readAll().trimmed().split('\n').size(), 3);
    }

    void aLoneColourImageNeedsItsDepth()
    {
        QImage picture(32, 32, QImage::Format_RGB888);
        picture.fill(Qt::red);
        const auto file = m_folder.filePath(QStringLiteral("lone.png"));
        QVERIFY(picture.save(file));
        const auto result = runCli({QStringLiteral("reconstruct"), run(), file, QStringLiteral("--out"),
                                    m_folder.filePath(QStringLiteral("lone-out.png"))});
        QCOMPARE(result.status, 1);
        QVERIFY2(result.sentence().contains("needs depth"), result.errors.constData());
        QVERIFY(!QFile::exists(m_folder.filePath(QStringLiteral("lone-out.png"))));
    }

    void infoTellsWhatAPathIs()
    {
        auto json = runCli({QStringLiteral("info"), run(), QStringLiteral("--json")}).json();
        QCOMPARE(json[QStringLiteral("kind")].toString(), QStringLiteral("run"));
        QCOMPARE(json[QStringLiteral("state")].toString(), QStringLiteral("completed"));
        json = runCli({QStringLiteral("info"), run() + QStringLiteral("/weights/last.safetensors"),
                       QStringLiteral("--json")})
                   .json();
        QCOMPARE(json[QStringLiteral("kind")].toString(), QStringLiteral("safetensors"));
        const auto prepared = m_folder.filePath(QStringLiteral("rooms.safetensors"));
        QCOMPARE(
            runCli({QStringLiteral("prepare"), kTinyData[0], kTinyData[1], QStringLiteral("--out"), prepared})
                .status,
            0);
        json = runCli({QStringLiteral("info"), prepared, QStringLiteral("--json")}).json();
        QCOMPARE(json[QStringLiteral("kind")].toString(), QStringLiteral("data"));
        QCOMPARE(json[QStringLiteral("images")].toInt(), 40);
    }

    void extendingGoesOn()
    {
        const auto result =
            runCli({QStringLiteral("train"), QStringLiteral("--resume"), run(), QStringLiteral("--epochs"),
                    QStringLiteral("3"), QStringLiteral("--json"), QStringLiteral("--quiet")});
        QVERIFY2(result.status == 0, result.errors.constData());
        QCOMPARE(result.jsonLines().front()[QStringLiteral("epoch")].toInt(), 3);
    }

    // Ctrl-C saves what was learned, ends with 130, and the run goes on from there.
    void interruptSavesAndResumes()
    {
        const auto folder = m_folder.filePath(QStringLiteral("interrupted"));
        QProcess process;
        process.start(cliProgram(), words("train --model fc-vae --epochs 100000 --device cpu --json --out") +
                                        QStringList{folder} + kTinyData);
        QVERIFY(process.waitForReadyRead(60'000));
        QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
        QVERIFY(process.waitForFinished(30'000));
        QCOMPARE(process.exitCode(), 130);
        const auto info = runCli({QStringLiteral("info"), folder, QStringLiteral("--json")}).json();
        QCOMPARE(info[QStringLiteral("state")].toString(), QStringLiteral("stopped"));
        const auto epochs = info[QStringLiteral("epochs")].toInt();
        QVERIFY(epochs >= 1);
        const auto resumed = runCli({QStringLiteral("evaluate"), folder, QStringLiteral("--json")});
        QVERIFY2(resumed.status == 0, resumed.errors.constData());
    }

    void badInputIsOneSentence_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("part");
        const auto train = words("train --model fc-vae --quiet --epochs 1 --out") +
                           QStringList{m_folder.filePath(QStringLiteral("never"))};
        const auto data = [&](const QString& spec) {
            return train + QStringList{QStringLiteral("--data"), spec};
        };
        const auto file = [this](const char* name, const QByteArray& bytes) {
            QFile target(m_folder.filePath(QString::fromUtf8(name)));
            if (target.open(QIODevice::WriteOnly))
                target.write(bytes);
            return target.fileName();
        };
        QTest::newRow("missing data")
            << data(QStringLiteral("rgbd-folder:/does/not/exist")) << QByteArray("/does/not/exist");
        QTest::newRow("unknown set") << data(QStringLiteral("clouds:count=3")) << QByteArray("clouds");
        QTest::newRow("unknown option") << data(QStringLiteral("rooms:colour=3")) << QByteArray("colour");
        QTest::newRow("empty file") << data(QStringLiteral("prepared:") + file("empty.safetensors", {}))
                                    << QByteArray("empty.safetensors");
        QTest::newRow("foreign file")
            << data(QStringLiteral("prepared:") + file("foreign.safetensors", QByteArray(400, 'x')))
            << QByteArray("foreign.safetensors");
        QTest::newRow("no model") << words("train --quiet") + kTinyData << QByteArray("--model");
        QTest::newRow("unknown model") << words("train --quiet --model gan") + kTinyData << QByteArray("gan");
        QTest::newRow("absent GPU") << train + kTinyData + words("--device cuda:99") << QByteArray("cuda:99");
        QTest::newRow("rate out of range")
            << train + kTinyData + words("--set learning_rate=5") << QByteArray("learning_rate");
        QTest::newRow("unknown field") << train + kTinyData + words("--set wings=2") << QByteArray("wings");
        QTest::newRow("no run there") << words("evaluate /does/not/exist") << QByteArray("/does/not/exist");
        QTest::newRow("weights of another program")
            << QStringList{QStringLiteral("evaluate"),
                           file("weights.safetensors", QByteArray("\x02\0\0\0\0\0\0\0{}", 10))}
            << QByteArray("weights.safetensors");
        QTest::newRow("index outside")
            << QStringList{QStringLiteral("reconstruct"), run(),
                           QStringLiteral("--index"),     QStringLiteral("4000"),
                           QStringLiteral("--out"),       m_folder.filePath(QStringLiteral("x.png"))}
            << QByteArray("4000");
        QTest::newRow("other shape") << QStringList{QStringLiteral("evaluate"), run(),
                                                    QStringLiteral("--data"),
                                                    QStringLiteral("rooms:count=20,size=64")}
                                     << QByteArray("64");
        QTest::newRow("unknown benchmark") << words("bench wings") << QByteArray("wings");
    }
    void badInputIsOneSentence()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, part);
        const auto result = runCli(arguments);
        QVERIFY2(result.status == 1, result.errors.constData());
        QVERIFY2(result.sentence().contains(part), result.errors.constData());
        QVERIFY2(result.sentence().endsWith('.'), result.errors.constData());
        QVERIFY(!QFile::exists(m_folder.filePath(QStringLiteral("never/weights"))));
    }

    void aRateThatExplodesKeepsTheRun()
    {
        const auto folder = m_folder.filePath(QStringLiteral("explodes"));
        const auto result = runCli(words("train --model fc-vae --device cpu --precision float32 --epochs "
                                         "50 --quiet --set learning_rate=1 "
                                         "--set batch_size=1 --out") +
                                   QStringList{folder} + words("--data rooms:count=40,size=64"));
        QCOMPARE(result.status, 1);
        QVERIFY2(result.sentence().contains("learning rate") || result.sentence().contains("learning_rate"),
                 result.errors.constData());
        QCOMPARE(runCli({QStringLiteral("info"), folder, QStringLiteral("--json")})
                     .json()[QStringLiteral("state")]
                     .toString(),
                 QStringLiteral("failed"));
    }

    // A limit on the size of files plays the full disk: the system refuses the write as it would there.
    void aFullDiskIsOneSentence()
    {
        const auto folder = m_folder.filePath(QStringLiteral("full"));
        const auto result = runCli(words("train --model fc-vae --epochs 1 --device cpu --quiet --out") +
                                       QStringList{folder} + kTinyData,
                                   {QStringLiteral("/bin/sh"), QStringLiteral("-c"),
                                    QStringLiteral("ulimit -f 100; exec \"$@\""), QStringLiteral("sh")});
        QVERIFY2(result.status == 1, result.errors.constData());
        QVERIFY2(result.sentence().contains("disk is full"), result.errors.constData());
    }

    void noPermissionInTheRunFolderIsOneSentence()
    {
        QDir folder(m_folder.path());
        QVERIFY(folder.mkdir(QStringLiteral("closed")));
        const auto closed = m_folder.filePath(QStringLiteral("closed"));
        const auto inside = closed + QStringLiteral("/run");
        const auto train = words("train --model fc-vae --epochs 1 --device cpu --quiet --out");
        QCOMPARE(runCli(train + QStringList{inside} + kTinyData).status, 0);
        const auto shut = [](const QString& path) {
            return QFile::setPermissions(path, QFile::ReadOwner | QFile::ExeOwner);
        };
        QVERIFY(shut(closed));
        auto result = runCli(train + QStringList{closed + QStringLiteral("/other")} + kTinyData, asPlainUser());
        QVERIFY2(result.status == 1, result.errors.constData());
        QVERIFY2(result.sentence().contains("permission denied"), result.errors.constData());

        // A run that may be read but not written: going on is refused, what it has learned can be used.
        QVERIFY(shut(inside));
        result = runCli({QStringLiteral("train"), QStringLiteral("--resume"), inside, QStringLiteral("--epochs"),
                         QStringLiteral("2"), QStringLiteral("--quiet")},
                        asPlainUser());
        QVERIFY2(result.status == 1, result.errors.constData());
        QVERIFY2(result.sentence().contains("permission denied"), result.errors.constData());
        result = runCli({QStringLiteral("evaluate"), inside, QStringLiteral("--json"), QStringLiteral("--quiet")},
                        asPlainUser());
        QVERIFY2(result.status == 0, result.errors.constData());
        for (const auto& path : {closed, inside})
            QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        const auto resumed = runCli({QStringLiteral("train"), QStringLiteral("--resume"), inside,
                                     QStringLiteral("--epochs"), QStringLiteral("2"), QStringLiteral("--quiet")});
        QVERIFY2(resumed.status == 0, resumed.errors.constData());
    }

    void aFolderInUseIsNotOverwritten()
    {
        const auto result =
            runCli(words("train --model fc-vae --quiet --epochs 1 --out") + QStringList{run()} + kTinyData);
        QCOMPARE(result.status, 1);
        QVERIFY(result.sentence().contains("not empty"));
    }

private:
    [[nodiscard]] QString run() const { return m_folder.filePath(QStringLiteral("run")); }

    QTemporaryDir m_folder;
    QList<QJsonObject> m_lines;
};

QTEST_GUILESS_MAIN(CommandsTest)
#include "tst_commands.moc"
