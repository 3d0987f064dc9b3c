// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/geometry/cloud_filter.h"

#include <QtTest/QtTest>

#include <cmath>
#include <limits>

using namespace elbo;

namespace {

constexpr int kSide = 4;

Intrinsics camera()
{
    return {4, 4, 1.5, 1.5, kSide, kSide, false, {}};
}

/// The left half at one metre, the right half at `far`.
DepthImage step(float far)
{
    DepthImage image{kSide, kSide, {}, {}, true};
    for (int row = 0; row < kSide; ++row)
        for (int column = 0; column < kSide; ++column) {
            image.depth.push_back(column < kSide / 2 ? 1.0F : far);
            image.color.insert(image.color.end(), 3, static_cast<std::uint8_t>(row * kSide + column));
        }
    return image;
}

}  // namespace

class CloudFilterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pointsAtAJumpAreLeftOut()
    {
        const auto cut = withoutEdges(step(2), 0.1F);
        for (int row = 0; row < kSide; ++row) {
            const auto* line = &cut.depth[static_cast<std::size_t>(row * kSide)];
            QCOMPARE(line[0], 1.0F);
            QCOMPARE(line[1], 0.0F);
            QCOMPARE(line[2], 0.0F);
            QCOMPARE(line[3], 2.0F);
        }
        QCOMPARE(withoutEdges(step(1.05F), 0.1F), step(1.05F));
        // Beside a hole there is nothing to jump to.
        auto hole = step(1);
        hole.depth[5] = 0;
        hole.depth[10] = std::numeric_limits<float>::quiet_NaN();
        QCOMPARE(withoutEdges(hole, 0.1F).depth[4], 1.0F);
        QVERIFY_EXCEPTION_THROWN((void)withoutEdges(hole, 0), Error);
    }

    void aBoxKeepsWhatIsInIt()
    {
        const auto cloud = unproject(step(2), camera());
        CloudBox box;
        box.high[2] = 1.5F;
        const auto nearHalf = inside(cloud, box);
        QCOMPARE(nearHalf.size(), std::size_t{8});
        QCOMPARE(nearHalf.pixels[2], 4U);
        QCOMPARE(nearHalf.colors[6], std::uint8_t{4});
        QCOMPARE(nearHalf.width, kSide);
        box.low[2] = 2;
        QVERIFY_EXCEPTION_THROWN((void)inside(cloud, box), Error);
        QCOMPARE(inside(cloud, {}), cloud);
    }

    void thinningKeepsEveryNth()
    {
        const auto cloud = unproject(step(2), camera());
        const auto thin = thinned(cloud, 5);
        QCOMPARE(thin.size(), std::size_t{4});
        QCOMPARE(thin.pixels[1], 4U);
        QCOMPARE(thinned(cloud, 16), cloud);
        QVERIFY_EXCEPTION_THROWN((void)thinned(cloud, 0), Error);
    }

    // A plane z = 2 + x/2 has the normal (1/2, 0, -1) / |.|, towards the camera.
    void normalsAreThoseOfThePlane()
    {
        DepthImage image{kSide, kSide, {}, {}, true};
        for (int row = 0; row < kSide; ++row)
            for (int column = 0; column < kSide; ++column) {
                const double ray = (column - 1.5) / 4;
                image.depth.push_back(static_cast<float>(2 / (1 - ray / 2)));
            }
        const auto cloud = withNormals(unproject(image, camera()));
        QCOMPARE(cloud.normals.size(), cloud.positions.size());
        const double length = std::sqrt(1.25);
        for (std::size_t i = 0; i < cloud.size(); ++i) {
            QVERIFY(std::abs(cloud.normals[3 * i] - 0.5 / length) < 1e-4);
            QVERIFY(std::abs(cloud.normals[3 * i + 1]) < 1e-4);
            QVERIFY(std::abs(cloud.normals[3 * i + 2] + 1 / length) < 1e-4);
        }
        // A lone point looks back at the camera.
        DepthImage lone{kSide, kSide, std::vector<float>(kSide * kSide, 0.0F), {}, true};
        lone.depth[0] = 3;
        const auto single = withNormals(unproject(lone, camera()));
        QVERIFY(std::abs(std::hypot(single.normals[0], single.normals[1], single.normals[2]) - 1) < 1e-6);
        QVERIFY(single.normals[2] < 0 && single.normals[0] > 0);
        PointCloud unknown;
        unknown.positions = {1, 2, 3};
        QVERIFY_EXCEPTION_THROWN((void)withNormals(unknown), Error);
    }

    void distances() { QCOMPARE(distanceBetween({1, 2, 3}, {1, 5, 7}), 5.0); }
};

QTEST_APPLESS_MAIN(CloudFilterTest)
#include "tst_cloud_filter.moc"
