// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/images.h"
#include "core/io/npy.h"
#include "tests/app/cli/cli_process.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QSize>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

using namespace elbo::tests;

/// sample, interpolate and traverse as scripts meet them.
class LatentTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] QString at(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)); }
    [[nodiscard]] CliResult run(const char* command, const QStringList& more) const
    {
        return runCli(words("--quiet") + words(command) + more);
    }
    static void verifySentence(const CliResult& result, const char* part, int status = 1)
    {
        QCOMPARE(result.status, status);
        QVERIFY2(result.sentence().contains(part), result.errors.constData());
    }
    [[nodiscard]] QByteArray bytes(const char* name) const
    {
        QFile file(at(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

private Q_SLOTS:
    void initTestCase()
    {
        const auto trained =
            runCli(words("--quiet train --model rgbd-vae --data rooms:count=24,size=32 "
                         "--set encoder_filters=4 --set decoder_filters=4 --set latent_size=6 "
                         "--set batch_size=8 --epochs 1 --out") +
                   QStringList{at("run")});
        QVERIFY2(trained.status == 0, trained.errors.constData());
    }

    void allRunWithTheirDefaults()
    {
        for (const char* command : {"sample", "interpolate", "traverse"}) {
            const auto sheet = at(command) + QStringLiteral(".png");
            const auto result = run(command, {at("run"), QStringLiteral("--out"), sheet});
            QVERIFY2(result.status == 0, result.errors.constData());
            QCOMPARE(result.output.trimmed(), sheet.toUtf8());
        }
        const auto sides = [&](const char* name) {
            const auto header = elbo::readPictureHeader(at(name).toStdString());
            return QSize(header.width, header.height);
        };
        QCOMPARE(sides("sample.png"), QSize(2 * 4 * 36 - 4, 4 * 36 - 4));  // 16 and their depth
        QCOMPARE(sides("interpolate.png"), QSize(2 * 9 * 36 - 4, 32));
        QCOMPARE(sides("traverse.png"),
                 QSize(2 * 9 * 36 - 4, 6 * 36 - 4));  // six dimensions are all there are
    }

    void folderHoldsPicturesAndCodes()
    {
        const auto result =
            run("interpolate --steps 3 --path spherical", {at("run"), QStringLiteral("--out"), at("way")});
        QVERIFY2(result.status == 0, result.errors.constData());
        const auto codes = elbo::readNpy(at("way/z.npy").toStdString());
        QCOMPARE(codes.width, 6);
        QCOMPARE(codes.height, 3);
        for (const char* file : {"way/step-0.color.png", "way/step-2.depth.png", "way/z.csv"})
            QVERIFY2(QFile::exists(at(file)), file);
        QCOMPARE(result.output.trimmed().split('\n').size(), 8);
    }

    void theSameSeedGivesTheSamePixels()
    {
        for (const char* source : {"prior", "gaussian", "mixture"}) {
            const auto options =
                QStringList{at("run"), QStringLiteral("--from"), QString::fromLatin1(source)};
            QVERIFY(run("sample --count 4 --seed 7 --out", QStringList{at("a.png")} + options).status == 0);
            QVERIFY(run("sample --count 4 --seed 7 --out", QStringList{at("b.png")} + options).status == 0);
            QVERIFY(run("sample --count 4 --seed 8 --out", QStringList{at("c.png")} + options).status == 0);
            QVERIFY(!bytes("a.png").isEmpty() && bytes("a.png") == bytes("b.png"));
            QVERIFY(bytes("a.png") != bytes("c.png"));
        }
    }

    void nearestImagesAreTold()
    {
        const auto result = run("sample --count 3 --nearest --json --out", {at("n.png"), at("run")});
        QVERIFY2(result.status == 0, result.errors.constData());
        const auto nearest = result.json()[QStringLiteral("nearest")].toArray();
        QCOMPARE(nearest.size(), 3);
        QVERIFY(nearest[0].toObject()[QStringLiteral("distance")].toDouble() > 0);
    }

    void animationsAreWritten()
    {
        for (const char* name : {"way.gif", "way.mp4"}) {
            const auto result = run("interpolate --steps 6 --out", {at(name), at("run")});
            QVERIFY2(result.status == 0, result.errors.constData());
            QVERIFY(bytes(name).size() > 200);
        }
        verifySentence(run("traverse --out", {at("t.gif"), at("run")}), "end its name in .png");
    }

    void whatCannotBeDoneIsOneSentence()
    {
        const auto out = QStringList{QStringLiteral("--out"), at("x.png"), at("run")};
        verifySentence(run("traverse --index 99", out), "no image 99");
        verifySentence(run("interpolate --from 0 --to 999", out), "no image 999");
        verifySentence(run("sample --class dog", out), "knows no classes");
        verifySentence(run("sample --temperature -1", out), "temperature");
        verifySentence(run("sample --out", {at("none/deep/x.png"), at("run")}), "none");
        verifySentence(run("interpolate --out", {at("x.png"), at("run"), at("one.png")}), "second picture");
        verifySentence(run("sample --out", {at("x.png"), at("absent")}), "absent");
        const auto none = run("sample --count 0", out);
        QVERIFY(none.status == 2 && none.errors.contains("--count"));
        QVERIFY(!QFile::exists(at("x.png")));
    }
};

QTEST_GUILESS_MAIN(LatentTest)
#include "tst_latent.moc"
