// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/cli_process.h"

#include <QtCore/QFile>
#include <QtCore/QJsonArray>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <cmath>

using namespace elbo::tests;

/// Runs side by side.
class CompareTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] QString at(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)); }
    void train(const char* name, const char* options) const
    {
        const auto result = runCli(words("--quiet train --epochs 1 --set batch_size=8") + words(options) +
                                   QStringList{QStringLiteral("--out"), at(name)});
        QVERIFY2(result.status == 0, result.errors.constData());
    }

private Q_SLOTS:
    void initTestCase()
    {
        train("fc", "--model fc-vae --data rooms:count=40,size=32 --set latent_size=5");
        train("narrow",
              "--model fc-vae --data rooms:count=40,size=32 --set latent_size=5 --set hidden_size=60");
        train("small", "--model fc-vae --data rooms:count=30,size=16");
        train("depth", "--model bts-mobilenetv2 --data rooms:count=12,size=32 --set decoder_width=64");
    }

    void runsAndTheirBaselineAreJudgedAlike()
    {
        const auto result = runCli(words("--quiet compare --json") + QStringList{at("fc"), at("narrow")});
        QVERIFY2(result.status == 0, result.errors.constData());
        QVERIFY(result.json()[QStringLiteral("same_data")].toBool());
        const auto models = result.json()[QStringLiteral("models")].toArray();
        QCOMPARE(models.size(), 3);  // one baseline serves both
        const auto figure = [&](int place, const char* key) {
            return models[place].toObject()[QString::fromLatin1(key)];
        };
        QCOMPARE(figure(2, "model").toString(), QStringLiteral("pca"));
        QCOMPARE(figure(2, "latent_size").toInt(), 5);
        QVERIFY(figure(1, "parameters").toInt() < figure(0, "parameters").toInt());
        // The same numbers as evaluate tells.
        const auto alone = runCli(words("--quiet evaluate --json") + QStringList{at("fc")}).json();
        for (const char* key : {"elbo", "mse", "psnr", "ssim", "images"})
            QVERIFY2(std::abs(figure(0, key).toDouble() - alone[QString::fromLatin1(key)].toDouble()) <
                         1e-6 * (1 + std::abs(figure(0, key).toDouble())),
                     key);
        QCOMPARE(figure(2, "images").toInt(), figure(0, "images").toInt());
        QVERIFY(figure(2, "mse_mean").toDouble() < figure(2, "mean_image_mse").toDouble());
        QVERIFY(figure(0, "seconds").toDouble() > 0);
        const auto table = runCli(words("--quiet compare") + QStringList{at("fc"), at("narrow")});
        QCOMPARE(table.output.trimmed().split('\n').size(), 4);
    }

    void runsOfDifferentSetsAreSaid()
    {
        const auto result = runCli(words("compare --json") + QStringList{at("fc"), at("small")});
        QVERIFY2(result.status == 0, result.errors.constData());
        QVERIFY(!result.json()[QStringLiteral("same_data")].toBool(true));
        QVERIFY(result.errors.contains("do not compare"));
    }

    void whatCannotBeComparedIsOneSentence()
    {
        const auto sentence = [&](const QStringList& runs) {
            const auto result = runCli(words("--quiet compare") + runs);
            return result.status == 1 ? result.sentence() : QByteArray();
        };
        QVERIFY(sentence({at("fc"), at("depth")}).contains("no latent code"));
        QVERIFY(sentence({at("fc"), QStringLiteral("--data"), QStringLiteral("rooms:count=10,size=16")})
                    .contains("images of 32x32"));
        QVERIFY(sentence({at("absent")}).contains("absent"));
        QVERIFY(QFile::remove(at("narrow/weights/last.safetensors")));
        QVERIFY(sentence({at("narrow")}).contains("narrow"));  // half deleted
    }
};

QTEST_GUILESS_MAIN(CompareTest)
#include "tst_compare.moc"
