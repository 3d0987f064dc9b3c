// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/cli_process.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QTemporaryDir>
#include <QtGui/QImage>
#include <QtTest/QtTest>

#include <cstdlib>

using namespace elbo::tests;

namespace {

constexpr int kPairs = 12;
constexpr int kUnitsAMetre = 5000;

/// A slope in its own shade, 32x32.
QImage colorOf(int seed)
{
    QImage image(32, 32, QImage::Format_RGB888);
    for (int y = 0; y < 32; ++y) {
        for (int x = 0; x < 32; ++x)
            image.setPixel(x, y, qRgb(7 * x, 7 * y, 3 * x + 3 * y + seed));
    }
    return image;
}

/// From 1 to about 1.4 metres, in 16 bits.
QImage depthOf(int seed)
{
    QImage image(32, 32, QImage::Format_Grayscale16);
    for (int y = 0; y < 32; ++y) {
        auto* line = reinterpret_cast<quint16*>(image.scanLine(y));
        for (int x = 0; x < 32; ++x)
            line[x] = static_cast<quint16>(kUnitsAMetre + 50 * x + 10 * y + seed);
    }
    return image;
}

}  // namespace

/// A folder of pairs as a person has it: some cannot be used, one has a name that is no UTF-8.
class PairsTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] QString at(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)); }
    [[nodiscard]] QStringList data(const char* options = "") const
    {
        return {QStringLiteral("--data"), QStringLiteral("rgbd-folder:size=32,depth-scale=5000%1,path=%2")
                                              .arg(QString::fromUtf8(options), at("set"))};
    }

private Q_SLOTS:
    void initTestCase()
    {
        // Nothing of an earlier run in the cache: the first command prepares.
        qputenv("XDG_CACHE_HOME", at("cache").toUtf8());
        QVERIFY(QDir().mkpath(at("set")));
        for (int i = 0; i < kPairs; ++i) {
            QVERIFY(colorOf(i).save(at("set/%1.jpg").arg(i)));
            QVERIFY(depthOf(i).save(at("set/%1.png").arg(i)));
        }
        for (const char* suffix : {".jpg", ".png"}) {
            const auto name = m_folder.path().toStdString() + "/set/caf\xE9" + suffix;
            QCOMPARE(
                std::rename(at("set/11%1").arg(QLatin1String(suffix)).toUtf8().constData(), name.c_str()), 0);
        }
        QVERIFY(colorOf(1).save(at("set/alone.jpg")));
        QVERIFY(colorOf(1).save(at("set/broken.jpg")));
        QFile broken(at("set/broken.png"));
        QVERIFY(broken.open(QIODevice::WriteOnly) && broken.write("no picture") > 0);
    }

    void unusableImagesAreNamedAlsoWhenTheSetIsInTheCache()
    {
        for (const bool cached : {false, true}) {
            const auto result = runCli(QStringList{QStringLiteral("info")} + data().mid(1) + words("--json"));
            QVERIFY2(result.status == 0, result.errors.constData());
            QCOMPARE(result.errors.contains("Reading images"), !cached);
            QVERIFY2(result.errors.contains("alone: has no depth image"), result.errors.constData());
            QVERIFY2(
                result.errors.contains("broken: ") && result.errors.contains("no picture this program reads"),
                result.errors.constData());
            QCOMPARE(result.errors.count("alone: "), 1);
            QCOMPARE(result.json()[QStringLiteral("images")].toInt(), kPairs);
            QCOMPARE(result.json()[QStringLiteral("problems")].toArray().size(), 2);
        }
    }

    void unusableImagesCanBeRefused()
    {
        const auto result = runCli(words("train --model fc-vae --epochs 1 --device cpu --quiet --out") +
                                   QStringList{at("refused")} + data(",unusable=refuse"));
        QCOMPARE(result.status, 1);
        QVERIFY2(result.sentence().startsWith("2 images of the set cannot be used; the first, alone: "),
                 result.errors.constData());
        QVERIFY(!QFile::exists(at("refused/run.json")));
    }

    // The same picture by its index and as a file: the same metres, also when the set was prepared by hand.
    void aPictureIsReadAsItsTrainingSetWas_data()
    {
        QTest::addColumn<bool>("prepared");
        QTest::newRow("folder") << false;
        QTest::newRow("prepared file") << true;
    }
    void aPictureIsReadAsItsTrainingSetWas()
    {
        QFETCH(bool, prepared);
        const auto run = at(prepared ? "run-prepared" : "run");
        auto set = data();
        if (prepared) {
            const auto file = at("set.safetensors");
            const auto made =
                runCli(QStringList{QStringLiteral("prepare"), QStringLiteral("--out"), file} + set);
            QVERIFY2(made.status == 0, made.errors.constData());
            set = QStringList{QStringLiteral("--data"), QStringLiteral("prepared:") + file};
        }
        const auto trained = runCli(words("train --model fc-vae --epochs 1 --device cpu --quiet --out") +
                                    QStringList{run} + set);
        QVERIFY2(trained.status == 0, trained.errors.constData());
        const auto depthError = [&](const QStringList& what) {
            const auto out = at("out");
            QDir(out).removeRecursively();
            const auto result = runCli(QStringList{QStringLiteral("reconstruct"), run} + what +
                                       words("--device cpu --quiet --out") + QStringList{out});
            QFile table(out + QStringLiteral("/table.csv"));
            if (result.status != 0 || !table.open(QIODevice::ReadOnly))
                qWarning("%s", result.errors.constData());
            return table.readAll().trimmed().split('\n').back().split(',').back().toDouble();
        };
        const auto byIndex = depthError(words("--index 3"));
        QVERIFY(byIndex > 0);
        QCOMPARE(depthError({at("set/3.jpg")}), byIndex);
        // Given, it counts: 2,500 units a metre make everything twice as far.
        QVERIFY(std::abs(depthError(QStringList{at("set/3.jpg")} + words("--depth-scale 2500")) -
                         2 * byIndex) < 0.01 * byIndex);
    }

    void aDepthScaleIsAboveZero()
    {
        const auto result = runCli(QStringList{QStringLiteral("reconstruct"), at("run"), at("set/3.jpg")} +
                                   words("--depth-scale 0 --out x.png"));
        QCOMPARE(result.status, 2);
    }
};

QTEST_GUILESS_MAIN(PairsTest)
#include "tst_pairs.moc"
