// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/geometry/pose.h"

#include <QtTest/QtTest>

#include <cmath>
#include <fstream>

using namespace elbo;

namespace {

/// A quarter turn about z and a shift.
const char* const kQuarter = "0 -1 0 1\n1 0 0 2\n0 0 1 3\n0 0 0 1\n";

PointCloud points(std::vector<float> positions)
{
    PointCloud cloud;
    cloud.positions = std::move(positions);
    return cloud;
}

}  // namespace

class PoseTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pointsMoveAndNormalsTurn()
    {
        auto cloud = points({1, 0, 0, 0, 2, 5});
        cloud.normals = {1, 0, 0, 0, 0, 1};
        const auto there = moved(cloud, parsePose(kQuarter, "quarter"));
        QCOMPARE(there.positions, (std::vector<float>{1, 3, 3, -1, 2, 8}));
        QCOMPARE(there.normals, (std::vector<float>{0, 1, 0, 0, 0, 1}));
        const auto back = moved(there, inverse(parsePose(kQuarter, "quarter")));
        for (std::size_t i = 0; i < cloud.positions.size(); ++i)
            QVERIFY(std::abs(back.positions[i] - cloud.positions[i]) < 1e-6F);
        const auto pose = parsePose(kQuarter, "quarter");
        QCOMPARE(after(inverse(pose), pose), Pose{});
    }

    void whatIsNoPoseIsRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("fifteen") << QByteArray("1 0 0 0 0 1 0 0 0 0 1 0 0 0 0");
        QTest::newRow("seventeen") << QByteArray("1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1 1");
        QTest::newRow("words") << QByteArray("1 0 0 0 0 1 0 0 0 0 one 0 0 0 0 1");
        QTest::newRow("glued") << QByteArray("1 0 0 0 0 1 0 0 0 0 1x 0 0 0 0 1");
        QTest::newRow("not finite") << QByteArray("nan 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1");
        QTest::newRow("last row") << QByteArray("1 0 0 0 0 1 0 0 0 0 1 0 0 0 1 1");
        QTest::newRow("scaled") << QByteArray("2 0 0 0 0 2 0 0 0 0 2 0 0 0 0 1");
        QTest::newRow("mirrored") << QByteArray("-1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1");
    }
    void whatIsNoPoseIsRefused()
    {
        QFETCH(QByteArray, text);
        QVERIFY_EXCEPTION_THROWN((void)parsePose(text.toStdString(), "frame.pose.txt"), Error);
    }

    void posesAreReadFromFiles()
    {
        const QTemporaryDir folder;
        const auto file = folder.filePath(QStringLiteral("a.pose.txt")).toStdString();
        std::ofstream(file) << " 1.0000e+00\t0 0 0.25 \r\n0 1 0 0\n0 0 1 0\n0 0 0 1";
        QCOMPARE(readPose(file).rows[0][3], 0.25);
        QVERIFY_EXCEPTION_THROWN((void)readPose(folder.path().toStdString() + "/none"), Error);
    }

    void cloudsJoinOnlyAlike()
    {
        auto a = points({1, 2, 3});
        auto b = points({4, 5, 6});
        QCOMPARE(joined({a, b}).positions, (std::vector<float>{1, 2, 3, 4, 5, 6}));
        QCOMPARE(joined({}).size(), std::size_t{0});
        b.colors = {1, 2, 3};
        QVERIFY_EXCEPTION_THROWN((void)joined({a, b}), Error);
        b.colors.clear();
        b.metric = false;
        QVERIFY_EXCEPTION_THROWN((void)joined({a, b}), Error);
    }

    // Three points that another cloud meets within 0.05, two within the reach alone, one that is far away.
    void agreementCountsWhatOverlaps()
    {
        const auto a = points({0, 0, 0, 1, 0, 0, 5, 5, 5});
        const auto b = points({0.04F, 0, 0, 1, 0.15F, 0, 0, 0.04F, 0.02F});
        const auto agreement = agreementOf({a, b}, 0.05, 0.2);
        QCOMPARE(agreement.overlapping, std::size_t{5});
        QCOMPARE(agreement.near, std::size_t{3});
        QCOMPARE(agreement.share(), 0.6);
        QCOMPARE(agreementOf({a}, 0.05, 0.2).share(), 0.0);
        QVERIFY_EXCEPTION_THROWN((void)agreementOf({a, b}, 0.2, 0.1), Error);
    }
};

QTEST_APPLESS_MAIN(PoseTest)
#include "tst_pose.moc"
