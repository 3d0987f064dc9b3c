// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/cli_process.h"
#include "tests/support/shared_folder.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QJsonArray>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

using namespace elbo::tests;

/// Weights that come from elsewhere and go elsewhere.
class ConvertTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] QString path(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)); }
    [[nodiscard]] static QJsonObject info(const QString& file)
    {
        return runCli({QStringLiteral("info"), file, QStringLiteral("--json")}).json();
    }
    [[nodiscard]] static CliResult convert(const QString& from, const QString& to)
    {
        return runCli({QStringLiteral("convert"), from, to});
    }
    [[nodiscard]] static CliResult convertForTensorBoard(const QString& run, const QString& folder)
    {
        return runCli(
            {QStringLiteral("convert"), run, folder, QStringLiteral("--to"), QStringLiteral("tensorboard")});
    }

private Q_SLOTS:
    void initTestCase()
    {
        const auto result = runCli(words("train --model fc-vae --device cpu --quiet --epochs 1 --out") +
                                   QStringList{path("run")} + kTinyData);
        QVERIFY2(result.status == 0, result.errors.constData());
    }

    // Safetensors to PyTorch and back: the same model, to the last bit of what evaluate says.
    void aRunGoesToPyTorchAndBack()
    {
        QCOMPARE(convert(path("run"), path("w.pt")).status, 0);
        QCOMPARE(convert(path("w.pt"), path("back.safetensors")).status, 0);
        const auto pt = info(path("w.pt"));
        QCOMPARE(pt[QStringLiteral("format")].toString(), QStringLiteral("pytorch-zip"));
        QCOMPARE(pt[QStringLiteral("kind")].toString(), QStringLiteral("weights"));
        QCOMPARE(pt[QStringLiteral("model")].toString(), QStringLiteral("fc-vae"));
        QCOMPARE(pt[QStringLiteral("epoch")].toInt(), 1);
        QCOMPARE(pt[QStringLiteral("tensors")].toArray().size(), 8);
        QCOMPARE(pt[QStringLiteral("types")].toObject()[QStringLiteral("Float")].toInt(), 8);
        const auto evaluated = [](const QString& weights) {
            return runCli({QStringLiteral("evaluate"), weights, QStringLiteral("--device"),
                           QStringLiteral("cpu"), QStringLiteral("--json")})
                .output;
        };
        const auto expected = evaluated(path("run"));
        QVERIFY(expected.contains("elbo"));
        QCOMPARE(evaluated(path("w.pt")), expected);
        QCOMPARE(evaluated(path("back.safetensors")), expected);
        const auto again =
            runCli(words("train --model fc-vae --device cpu --quiet --epochs 1 --init") +
                   QStringList{path("w.pt"), QStringLiteral("--out"), path("again")} + kTinyData);
        QVERIFY2(again.status == 0, again.errors.constData());
    }

    void realFilesAreToldAndConverted()
    {
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        const auto samples = QString::fromStdString((shared / "data/samples/torch_files").string());
        const auto legacy = info(samples + QStringLiteral("/legacy_bts_layout.pth"));
        QCOMPARE(legacy[QStringLiteral("format")].toString(), QStringLiteral("pytorch-legacy"));
        QCOMPARE(legacy[QStringLiteral("place")].toString(), QStringLiteral("model"));
        QCOMPARE(legacy[QStringLiteral("tensors")].toArray().size(), 8);
        QVERIFY(!legacy.contains(QStringLiteral("model")));
        QCOMPARE(convert(samples + QStringLiteral("/legacy_bts_layout.pth"), path("l.safetensors")).status,
                 0);
        const auto converted = info(path("l.safetensors"));
        QCOMPARE(converted[QStringLiteral("tensors")], legacy[QStringLiteral("tensors")]);
        QCOMPARE(convert(path("l.safetensors"), path("l.pth")).status, 0);
        QCOMPARE(info(path("l.pth"))[QStringLiteral("tensors")], legacy[QStringLiteral("tensors")]);
        const auto meter =
            info(QString::fromStdString((shared / "data/weights/meter/build_model_best_nyu_xxs").string()));
        QCOMPARE(meter[QStringLiteral("parameters")].toInt(), 713'464);
    }

    // What is inside is tested beside the export (core/io/run_export).
    void aWholeRunGoesToHdf5()
    {
        const auto result = convert(path("run"), path("run.h5"));
        QVERIFY2(result.status == 0, result.errors.constData());
        QCOMPARE(result.output.trimmed(), path("run.h5").toUtf8());
        QFile file(path("run.h5"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.read(8), QByteArray("\x89HDF\r\n\x1a\n"));
        const auto said =
            runCli({QStringLiteral("convert"), path("run"), path("run.h5"), QStringLiteral("--json")}).json();
        QCOMPARE(said[QStringLiteral("out_format")].toString(), QStringLiteral("hdf5"));
    }

    // What is inside is tested beside the export (core/io/tensorboard_export) and by TensorBoard itself.
    void aWholeRunGoesToTensorBoard()
    {
        const auto result = convertForTensorBoard(path("run"), path("logs/one"));
        QVERIFY2(result.status == 0, result.errors.constData());
        const auto file = QString::fromUtf8(result.output.trimmed());
        QVERIFY2(file.startsWith(path("logs/one/events.out.tfevents.")), qPrintable(file));
        QVERIFY(QFileInfo(file).size() > 1000);
        const auto said =
            runCli({QStringLiteral("convert"), path("run"), path("logs/one"), QStringLiteral("--to"),
                    QStringLiteral("tensorboard"), QStringLiteral("--json")})
                .json();
        QCOMPARE(said[QStringLiteral("out")].toString(), file);
        QCOMPARE(said[QStringLiteral("out_format")].toString(), QStringLiteral("tensorboard"));
    }

    void whatTensorBoardCannotGetIsSaid()
    {
        const auto refused = [this](const char* from, const char* to, const char* reason) {
            const auto result = convertForTensorBoard(path(from), path(to));
            QCOMPARE(result.status, 1);
            QVERIFY(result.output.isEmpty());
            QVERIFY2(result.sentence().contains(reason), result.errors.constData());
        };
        refused("absent", "t", "is no run folder");
        refused("run/weights/last.safetensors", "t", "Only a whole run");
        QVERIFY(QDir().mkpath(path("halved")));
        QVERIFY(QFile::copy(path("run/run.json"), path("halved/run.json")));
        refused("halved", "t", "history.jsonl is missing");
        refused("run", "run/run.json", "run.json");
        QVERIFY(!QFileInfo::exists(path("t")));
        const auto unknown = runCli(
            {QStringLiteral("convert"), path("run"), path("t"), QStringLiteral("--to"), QStringLiteral("x")});
        QCOMPARE(unknown.status, 2);
    }

    void badInputIsOneSentence_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("nothing there") << path("absent.pt") << path("o.pt") << QByteArray("is not there");
        QTest::newRow("no weights") << QStringLiteral(__FILE__) << path("o.pt") << QByteArray("damaged");
        QTest::newRow("a folder that is no run")
            << m_folder.path() << path("o.pt") << QByteArray("is no run folder");
        QTest::newRow("an unknown ending") << path("run") << path("o.bin") << QByteArray(".safetensors");
        QTest::newRow("one file of a run into HDF5")
            << path("run/weights/last.safetensors") << path("o.h5") << QByteArray("Only a whole run");
        QTest::newRow("HDF5 of nothing") << path("absent") << path("o.h5") << QByteArray("absent");
        QTest::newRow("HDF5 nowhere") << path("run") << path("nowhere/o.h5") << QByteArray("nowhere");
        QTest::newRow("no such folder") << path("run") << path("nowhere/o.pt") << QByteArray("nowhere");
    }
    void badInputIsOneSentence()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QByteArray, reason);
        const auto result = convert(from, to);
        QCOMPARE(result.status, 1);
        QVERIFY(result.output.isEmpty());
        QVERIFY2(result.sentence().contains(reason), result.errors.constData());
        QVERIFY(!QFileInfo::exists(to));
    }

    void codeIsRefusedAndNotRun()
    {
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        const auto samples = QString::fromStdString((shared / "data/samples/torch_files").string());
        for (const char* name : {"/refuse_code_execution.pth", "/refuse_code_execution_legacy.pth",
                                 "/refuse_truncated.pth", "/refuse_truncated_legacy.pth"}) {
            const auto file = samples + QString::fromUtf8(name);
            for (const auto& arguments :
                 {QStringList{QStringLiteral("info"), file}, QStringList{QStringLiteral("evaluate"), file},
                  QStringList{QStringLiteral("convert"), file, path("o.pt")}}) {
                const auto result = runCli(arguments, inFolder(m_folder.path()));
                QCOMPARE(result.status, 1);
                QVERIFY2(!result.sentence().isEmpty(), result.errors.constData());
            }
        }
        QVERIFY(!QFileInfo::exists(path("PWNED")));
    }
};

QTEST_GUILESS_MAIN(ConvertTest)
#include "tst_convert.moc"
