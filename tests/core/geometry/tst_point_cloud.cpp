// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/geometry/point_cloud.h"

#include <QtTest/QtTest>

#include <cmath>
#include <limits>

namespace {

elbo::DepthImage twoByTwo()
{
    return {.width = 2,
            .height = 2,
            .depth = {1, 2, 0, 4},
            .color = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
            .metric = true};
}

}  // namespace

class PointCloudTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pixelsWithDepthBecomePoints()
    {
        const elbo::Intrinsics camera{2, 4, 0.5, 0.5, 2, 2, false, {}};
        const auto cloud = elbo::unproject(twoByTwo(), camera);
        QCOMPARE(cloud.size(), std::size_t{3});
        const std::vector<float> expected{-0.25F, -0.125F, 1, 0.5F, -0.25F, 2, 1, 0.5F, 4};
        QCOMPARE(cloud.positions, expected);
        const std::vector<std::uint32_t> pixels{0, 1, 3};
        QCOMPARE(cloud.pixels, pixels);
        const std::vector<std::uint8_t> colors{1, 2, 3, 4, 5, 6, 10, 11, 12};
        QCOMPARE(cloud.colors, colors);
        QVERIFY(cloud.metric);
    }

    void pixelsWithoutDepthAreLeftOut()
    {
        auto image = twoByTwo();
        image.color.clear();
        image.depth = {-1, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                       0};
        image.metric = false;
        const auto cloud = elbo::unproject(image, {2, 4, 0.5, 0.5, 2, 2, false, {}});
        QCOMPARE(cloud.size(), std::size_t{0});
        QVERIFY(!cloud.metric);
        QCOMPARE(cloud.width, 2);
    }

    void sizesMustAgree()
    {
        auto image = twoByTwo();
        QVERIFY_EXCEPTION_THROWN((void)elbo::unproject(image, {2, 4, 0.5, 0.5, 4, 2, false, {}}),
                                 elbo::Error);
        QVERIFY_EXCEPTION_THROWN((void)elbo::unproject(image, {0, 4, 0.5, 0.5, 2, 2, false, {}}),
                                 elbo::Error);
        image.color.pop_back();
        QVERIFY_EXCEPTION_THROWN((void)elbo::unproject(image, {2, 4, 0.5, 0.5, 2, 2, false, {}}),
                                 elbo::Error);
    }
};

QTEST_APPLESS_MAIN(PointCloudTest)
#include "tst_point_cloud.moc"
