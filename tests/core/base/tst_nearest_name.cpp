// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/nearest_name.h"

#include <QtTest/QtTest>

using namespace elbo;

class NearestNameTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void slipsOfTheHandAreFound_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("nearest");
        QTest::newRow("a letter left out") << QByteArray("learning_rat") << QByteArray("learning_rate");
        QTest::newRow("a letter more") << QByteArray("epoochs") << QByteArray("epochs");
        QTest::newRow("another letter") << QByteArray("latemt_size") << QByteArray("latent_size");
        QTest::newRow("neighbours swapped") << QByteArray("cuont") << QByteArray("count");
        QTest::newRow("one letter of a short name") << QByteArray("bota") << QByteArray("beta");
        QTest::newRow("case and dashes") << QByteArray("Latent-Size") << QByteArray("latent_size");
        QTest::newRow("a part of it") << QByteArray("rate") << QByteArray("learning_rate");
        QTest::newRow("the shortest that has it") << QByteArray("size") << QByteArray("latent_size");
        QTest::newRow("nothing near") << QByteArray("wings") << QByteArray();
        QTest::newRow("two letters of four are too many") << QByteArray("boat") << QByteArray();
        QTest::newRow("two letters fit everything") << QByteArray("ar") << QByteArray();
        QTest::newRow("nothing") << QByteArray() << QByteArray();
        QTest::newRow("a book") << QByteArray(1'000'000, 'e') << QByteArray();
    }
    void slipsOfTheHandAreFound()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, nearest);
        const std::vector<std::string> known{"epochs", "learning_rate",        "beta",
                                             "count",  "decoder_filters_size", "latent_size"};
        QCOMPARE(QByteArray::fromStdString(nearestName(name.toStdString(), known)), nearest);
    }

    void theHintIsAPartOfASentence()
    {
        QCOMPARE(nearestHint("fc-vea", {"rgbd-vae", "fc-vae"}), std::string(" (nearest: fc-vae)"));
        QCOMPARE(nearestHint("gan", {"rgbd-vae", "fc-vae"}), std::string());
        QCOMPARE(nearestHint("gan", {}), std::string());
        QCOMPARE(listed({"rgbd-vae", "fc-vae"}), std::string("rgbd-vae, fc-vae"));
        QCOMPARE(listed({}), std::string());
    }
};

QTEST_GUILESS_MAIN(NearestNameTest)
#include "tst_nearest_name.moc"
