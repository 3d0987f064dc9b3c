// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/cli_process.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QJsonArray>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

using namespace elbo::tests;

/// What `train` makes of its options, of a configuration file and of Settings: read back from the run.
class TrainSettingsTest : public QObject {
    Q_OBJECT

    [[nodiscard]] QString path(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)); }

    QString write(const char* name, const QByteArray& text) const
    {
        QDir().mkpath(QFileInfo(path(name)).path());
        QFile file(path(name));
        if (file.open(QIODevice::WriteOnly))
            file.write(text);
        return file.fileName();
    }

    /// Settings whose runs folder is `runs`, for withSettingsIn.
    [[nodiscard]] QString settings() const
    {
        write("settings/elbo/settings.json", "{\"runs_folder\": \"" + path("runs").toUtf8() + "\"}");
        return path("settings");
    }

    [[nodiscard]] static QStringList train(const char* line, const QString& out)
    {
        return words("train --device cpu --quiet --epochs 1 --out") + QStringList{out} + words(line);
    }

    [[nodiscard]] static QJsonObject configOf(const QString& run)
    {
        return runCli({QStringLiteral("info"), run, QStringLiteral("--json")})
            .json()[QStringLiteral("config")]
            .toObject();
    }

    [[nodiscard]] static QJsonObject presetConfig(const char* name)
    {
        const auto presets = runCli(words("list presets --json")).json()[QStringLiteral("presets")].toArray();
        for (const auto& preset : presets)
            if (preset[QStringLiteral("name")].toString() == QString::fromUtf8(name))
                return preset[QStringLiteral("config")].toObject();
        return {};
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }

    // Each stands above the one before: defaults, preset, file, --set, named options.
    void aFileIsLaidOverThePreset()
    {
        const auto file =
            write("over.json", R"({"training": {"batch_size": 7, "beta": 0.5, "learning_rate": 0.002},
                                                 "data": {"key": "rooms", "fields": {"count": 40}}})");
        const auto result =
            runCli(train("--preset quick/rgbd-vae --set beta=0.25 --set size=32 --config", path("run")) +
                   QStringList{file});
        QVERIFY2(result.status == 0, result.errors.constData());
        const auto config = configOf(path("run"));
        const auto training = config[QStringLiteral("training")].toObject();
        QCOMPARE(config[QStringLiteral("preset")].toString(), QStringLiteral("quick/rgbd-vae"));
        QCOMPARE(training[QStringLiteral("epochs")].toInt(), 1);
        QCOMPARE(training[QStringLiteral("beta")].toDouble(), 0.25);
        QCOMPARE(training[QStringLiteral("batch_size")].toInt(), 7);
        QCOMPARE(training[QStringLiteral("learning_rate")].toDouble(), 0.002);
        QVERIFY(config[QStringLiteral("model")] == presetConfig("quick/rgbd-vae")[QStringLiteral("model")]);
        const auto data = config[QStringLiteral("data")].toObject()[QStringLiteral("fields")].toObject();
        QCOMPARE(data[QStringLiteral("count")].toInt(), 40);
    }

    // The preset's fields are those of another model, which knows none of them.
    void aFileMayNameAnotherModel()
    {
        const auto file = write("model.json", R"({"model": {"key": "fc-vae"}})");
        const auto result = runCli(
            train("--preset quick/rgbd-vae --data rooms:count=40,size=32 --config", path("other-model")) +
            QStringList{file});
        QVERIFY2(result.status == 0, result.errors.constData());
        QCOMPARE(configOf(path("other-model"))[QStringLiteral("model")]
                     .toObject()[QStringLiteral("key")]
                     .toString(),
                 QStringLiteral("fc-vae"));
    }

    void aForeignFileIsNamed_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("no JSON") << QByteArray("epochs: 3");
        QTest::newRow("a list") << QByteArray("[1, 2]");
        QTest::newRow("another program's") << QByteArray(R"({"lr": 0.1})");
        QTest::newRow("a wrong kind") << QByteArray(R"({"training": {"epochs": "three"}})");
        QTest::newRow("a key that is none") << QByteArray(R"({"model": {"key": 4}})");
    }
    void aForeignFileIsNamed()
    {
        QFETCH(QByteArray, text);
        const auto file = write("foreign.json", text);
        const auto result =
            runCli(train("--preset quick/fc-vae --config", path("never")) + QStringList{file});
        QCOMPARE(result.status, 1);
        QVERIFY2(result.sentence().startsWith(file.toUtf8()), result.errors.constData());
        QVERIFY2(result.sentence().endsWith('.'), result.errors.constData());
    }

    // A run that is resumed from another folder finds its data.
    void pathsBecomeWholeHoweverTheyAreGiven_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("--data") << words("--model fc-vae --data prepared:rooms.safetensors");
        QTest::newRow("--set") << words(
            "--model fc-vae --data prepared:other.safetensors --set path=rooms.safetensors");
        QTest::newRow("--config") << words("--config relative.json");
    }
    void pathsBecomeWholeHoweverTheyAreGiven()
    {
        QFETCH(QStringList, arguments);
        write("relative.json", R"({"model": {"key": "fc-vae"},
                                   "data": {"key": "prepared", "fields": {"path": "rooms.safetensors"}}})");
        const auto here = inFolder(m_folder.path());
        if (!QFile::exists(path("rooms.safetensors")))
            QCOMPARE(runCli(words("prepare --quiet --out rooms.safetensors") + kTinyData, here).status, 0);
        const auto run = path(QTest::currentDataTag());
        auto result =
            runCli(words("train --device cpu --quiet --epochs 1 --out") + QStringList{run} + arguments, here);
        QVERIFY2(result.status == 0, result.errors.constData());
        result = runCli({QStringLiteral("train"), QStringLiteral("--resume"), run, QStringLiteral("--epochs"),
                         QStringLiteral("2"), QStringLiteral("--quiet")},
                        inFolder(QStringLiteral("/")));
        QVERIFY2(result.status == 0, result.errors.constData());
    }

    // What the model refuses is known only with the data; the corrected command must find its folder free.
    void aStartThatFailsLeavesNothing_data()
    {
        QTest::addColumn<QStringList>("wrong");
        QTest::newRow("a size") << words("--model rgbd-vae --data rooms:count=40,size=30");
        QTest::newRow("weights that are not there")
            << words("--model fc-vae --data rooms:count=40,size=32 --init /does/not/exist");
        QTest::newRow("weights that are none")
            << words("--model fc-vae --data rooms:count=40,size=32 --init") +
                   QStringList{write("no.weights", "no")};
    }
    void aStartThatFailsLeavesNothing()
    {
        QFETCH(QStringList, wrong);
        const auto begin = words("train --device cpu --quiet --epochs 1");
        const QStringList out{QStringLiteral("--out"), path("again")};
        QDir(path("again")).removeRecursively();
        auto result = runCli(begin + out + wrong);
        QVERIFY2(result.status == 1, result.errors.constData());
        QVERIFY(!QFile::exists(path("again")));
        result = runCli(begin + out + words("--model fc-vae") + kTinyData);
        QVERIFY2(result.status == 0, result.errors.constData());

        QCOMPARE(runCli(begin + wrong, withSettingsIn(settings())).status, 1);
        QVERIFY(QDir(path("runs")).isEmpty());
    }

    void damagedSettingsAreTold()
    {
        write("damaged/elbo/settings.json", "{\"runs_folder\": ");
        const auto result = runCli(words("train --model fc-vae --device cpu --quiet --epochs 1 --out") +
                                       QStringList{path("with-damaged-settings")} + kTinyData,
                                   withSettingsIn(path("damaged")));
        QVERIFY2(result.status == 0, result.errors.constData());
        QVERIFY2(result.errors.contains("damaged/elbo/settings.json"), result.errors.constData());
        QCOMPARE(result.errors.count("settings.json"), 1);
    }

    void anEstimateIsToldAndNothingIsTrained()
    {
        const auto before = QDir(path("runs")).entryList();
        const auto call =
            words("train --model fc-vae --device cpu --epochs 7 --estimate --quiet") + kTinyData;
        const auto told = runCli(call, withSettingsIn(settings()));
        QVERIFY2(told.status == 0, told.errors.constData());
        QVERIFY2(told.output.startsWith("FC-VAE at 32x32: about "), told.output.constData());
        QVERIFY(told.output.contains("of memory"));
        QVERIFY2(told.errors.isEmpty(), told.errors.constData());
        QCOMPARE(QDir(path("runs")).entryList(), before);
        const auto json =
            runCli(call + QStringList{QStringLiteral("--json")}, withSettingsIn(settings())).json();
        QCOMPARE(json[QStringLiteral("epochs")].toInt(), 7);
        QVERIFY(json[QStringLiteral("seconds")].toObject()[QStringLiteral("run")].toDouble() > 0);
        QVERIFY(json[QStringLiteral("memory")].toObject()[QStringLiteral("bytes")].toDouble() > 0);
        QVERIFY(json[QStringLiteral("disk")].toObject()[QStringLiteral("bytes")].toDouble() > 0);
        // A run that goes on has its numbers already.
        QVERIFY(runCli(words("train --estimate --resume") + QStringList{path("preset")}).status != 0);
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TrainSettingsTest)
#include "tst_train_settings.moc"
