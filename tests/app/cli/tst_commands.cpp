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

using namespace elbo::tests;

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

    // The first is the default and brings its weights.
    void depthEstimatorsAreListed()
    {
        const auto result = runCli(words("list depth --json"));
        QCOMPARE(result.status, 0);
        QVERIFY(result.json()[QStringLiteral("depth")].isArray());
        const auto estimators = result.json()[QStringLiteral("depth")].toArray();
        QCOMPARE(estimators.size(), 8);
        QCOMPARE(estimators[0][QStringLiteral("key")].toString(), QStringLiteral("meter-xxs"));
        QVERIFY(estimators[0][QStringLiteral("bundled")].toBool());
        QVERIFY(!estimators[1][QStringLiteral("bundled")].toBool());
    }

    void wrongUsageIsTwo_data()
    {
        QTest::addColumn<QString>("line");
        QTest::newRow("no command") << QString();
        QTest::newRow("unknown command") << QStringLiteral("fly");
        QTest::newRow("unknown option") << QStringLiteral("train --wings");
        QTest::newRow("missing argument") << QStringLiteral("evaluate");
        QTest::newRow("unknown list") << QStringLiteral("list clouds");
        // What a run that goes on would ignore.
        for (const auto* option : {"--data rooms", "--model fc-vae", "--preset quick/fc-vae",
                                   "--config " __FILE__, "--set beta=2", "--sweep beta=1,2", "--seed 4",
                                   "--device cpu", "--precision float32", "--init a.safetensors", "--out b"})
            QTest::addRow("resume and %s", option)
                << QStringLiteral("train --resume run ") + QString::fromUtf8(option);
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

    // Each --depth takes one file: the picture after it is a picture.
    void everyPictureGetsItsOwnDepth()
    {
        QImage color(32, 32, QImage::Format_RGB888);
        QImage depth(32, 32, QImage::Format_Grayscale16);
        depth.fill(1500U);
        QStringList pairs;
        for (const auto* name : {"a", "b"}) {
            color.fill(Qt::green);
            color.setPixelColor(0, 0, Qt::black);
            const auto file = m_folder.filePath(QString::fromUtf8(name));
            QVERIFY(color.save(file + QStringLiteral(".png")));
            QVERIFY(depth.save(file + QStringLiteral("-far.png")));
            pairs +=
                {file + QStringLiteral(".png"), QStringLiteral("--depth"), file + QStringLiteral("-far.png")};
        }
        const auto folder = m_folder.filePath(QStringLiteral("pairs"));
        const QStringList reconstruct{QStringLiteral("reconstruct"), run(), QStringLiteral("--out"), folder};
        auto result = runCli(reconstruct + pairs);
        QVERIFY2(result.status == 0, result.errors.constData());
        QCOMPARE(QDir(folder).entryList({QStringLiteral("*.color.png")}),
                 (QStringList{QStringLiteral("a.color.png"), QStringLiteral("b.color.png")}));
        QCOMPARE(QDir(folder).entryList({QStringLiteral("*.depth.png")}).size(), 2);

        result = runCli(reconstruct + pairs + QStringList{QStringLiteral("--depth"), pairs.back()});
        QCOMPARE(result.status, 1);
        QVERIFY2(result.sentence().contains("3 depth images for 2 pictures"), result.errors.constData());
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

    void picturesAreFittedAsAsked()
    {
        QImage color(64, 32, QImage::Format_RGB888);
        QImage depth(64, 32, QImage::Format_Grayscale16);
        for (int y = 0; y < 32; ++y) {
            for (int x = 0; x < 64; ++x) {
                color.setPixelColor(x, y, QColor(4 * x, 8 * y, 128 + x));
                reinterpret_cast<quint16*>(depth.scanLine(y))[x] = static_cast<quint16>(1000 + 10 * x + y);
            }
        }
        const auto file = m_folder.filePath(QStringLiteral("wide.color.png"));
        QVERIFY(color.save(file) && depth.save(m_folder.filePath(QStringLiteral("wide.depth.png"))));
        const auto shown = [&](const QString& fit) {
            const auto out = m_folder.filePath(QStringLiteral("fit-") + fit);
            const auto result = runCli({QStringLiteral("reconstruct"), run(), file, QStringLiteral("--fit"),
                                        fit, QStringLiteral("--out"), out});
            if (result.status != 0) {
                return QSize(-result.status, 0);
            }
            const auto files = QDir(out).entryInfoList({QStringLiteral("*.color.png")});
            return files.isEmpty() ? QSize() : QImage(files.first().filePath()).size();
        };
        QCOMPARE(shown(QStringLiteral("stretch")), QSize(64, 32));
        QCOMPARE(shown(QStringLiteral("crop")), QSize(32, 32));
        QCOMPARE(shown(QStringLiteral("pad")), QSize(32, 16));
        QCOMPARE(shown(QStringLiteral("squeeze")), QSize(-2, 0));
    }

    void infoTellsWhatAPathIs()
    {
        auto json = runCli({QStringLiteral("info"), run(), QStringLiteral("--json")}).json();
        QCOMPARE(json[QStringLiteral("kind")].toString(), QStringLiteral("run"));
        QCOMPARE(json[QStringLiteral("state")].toString(), QStringLiteral("completed"));
        json = runCli({QStringLiteral("info"), run() + QStringLiteral("/weights/last.safetensors"),
                       QStringLiteral("--json")})
                   .json();
        QCOMPARE(json[QStringLiteral("kind")].toString(), QStringLiteral("weights"));
        QCOMPARE(json[QStringLiteral("model")].toString(), QStringLiteral("fc-vae"));
        QCOMPARE(json[QStringLiteral("channels")].toInt(), 4);
        QCOMPARE(json[QStringLiteral("height")].toInt(), 32);
        QCOMPARE(json[QStringLiteral("epoch")].toInt(), 2);
        QCOMPARE(json[QStringLiteral("step")].toInt(), m_lines[1][QStringLiteral("step")].toInt());
        QCOMPARE(json[QStringLiteral("trained_on")].toInt(),
                 36);  // a count: a hash an image would be a flood
        QVERIFY(!json[QStringLiteral("tensors")].toArray().isEmpty());
        const auto prepared = m_folder.filePath(QStringLiteral("rooms.safetensors"));
        QCOMPARE(
            runCli({QStringLiteral("prepare"), kTinyData[0], kTinyData[1], QStringLiteral("--out"), prepared})
                .status,
            0);
        json = runCli({QStringLiteral("info"), prepared, QStringLiteral("--json")}).json();
        QCOMPARE(json[QStringLiteral("kind")].toString(), QStringLiteral("data"));
        QCOMPARE(json[QStringLiteral("images")].toInt(), 40);
    }

    // The pictures go with the run into the folder of Settings, never into the working folder.
    void theDemoLeavesTheWorkingFolderAlone()
    {
        const auto settings = m_folder.filePath(QStringLiteral("settings/elbo"));
        const auto work = m_folder.filePath(QStringLiteral("work"));
        const auto runs = m_folder.filePath(QStringLiteral("demo-runs"));
        QVERIFY(QDir().mkpath(settings) && QDir().mkpath(work));
        QFile file(settings + QStringLiteral("/settings.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"runs_folder\": \"" + runs.toUtf8() + "\"}");
        file.close();
        const auto result =
            runCli(words("demo --seconds 1"),
                   inFolder(work) + withSettingsIn(m_folder.filePath(QStringLiteral("settings"))));
        // In a second it may learn too little, which it says after it has written everything.
        QVERIFY2(result.status == 0 || result.sentence().contains("learned too little"),
                 result.errors.constData());
        QVERIFY(QDir(work).isEmpty());
        const auto made = QDir(runs).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
        QCOMPARE(made.size(), 1);
        QVERIFY(
            QFile::exists(runs + QLatin1Char('/') + made.front() + QStringLiteral("/reconstructions.png")));
        for (const char* name : {"/interpolation.png", "/room.depth.png", "/room.depth.npy", "/room.ply"})
            QVERIFY2(QFile::exists(runs + QLatin1Char('/') + made.front() + QString::fromLatin1(name)), name);
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

private:
    [[nodiscard]] QString run() const { return m_folder.filePath(QStringLiteral("run")); }

    QTemporaryDir m_folder;
    QList<QJsonObject> m_lines;
};

QTEST_GUILESS_MAIN(CommandsTest)
#include "tst_commands.moc"
