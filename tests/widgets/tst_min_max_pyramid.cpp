// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/min_max_pyramid.h"

#include <QtTest/QtTest>

#include <algorithm>
#include <limits>
#include <random>

using elbo::CurvePoint;
using elbo::MinMaxPyramid;

namespace {

MinMaxPyramid madePyramid(int points, unsigned seed)
{
    MinMaxPyramid pyramid;
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> value(-50, 50);
    for (int i = 0; i < points; ++i) {
        pyramid.append(i * 0.25, value(random));
    }
    return pyramid;
}

MinMaxPyramid::Extremes bruteForce(const MinMaxPyramid& pyramid, std::size_t begin, std::size_t end)
{
    MinMaxPyramid::Extremes best{begin, begin};
    for (auto i = begin; i < end; ++i) {
        best.minimum = pyramid.point(i).y < pyramid.point(best.minimum).y ? i : best.minimum;
        best.maximum = pyramid.point(i).y > pyramid.point(best.maximum).y ? i : best.maximum;
    }
    return best;
}

}  // namespace

class MinMaxPyramidTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void extremesEqualBruteForce()
    {
        std::mt19937 random(7);
        for (const int points : {1, 15, 16, 17, 255, 256, 257, 5000}) {
            const auto pyramid = madePyramid(points, static_cast<unsigned>(points));
            for (int i = 0; i < 300; ++i) {
                const auto a = random() % static_cast<std::size_t>(points);
                const auto b = random() % static_cast<std::size_t>(points);
                const auto begin = std::min(a, b);
                const auto end = std::max(a, b) + 1;
                const auto got = pyramid.extremes(begin, end);
                const auto wanted = bruteForce(pyramid, begin, end);
                QCOMPARE(got.minimum, wanted.minimum);
                QCOMPARE(got.maximum, wanted.maximum);
            }
        }
    }

    void visibleGivesAtMostFourAColumn()
    {
        const auto pyramid = madePyramid(100000, 3);
        for (const std::size_t columns : {std::size_t{1}, std::size_t{50}, std::size_t{400}}) {
            const auto points = pyramid.visible(1000.0, 20000.0, columns);
            QVERIFY(points.size() <= 4 * columns + 2);
            QVERIFY(std::is_sorted(points.begin(), points.end(),
                                   [](const CurvePoint& a, const CurvePoint& b) { return a.x < b.x; }));
        }
    }

    // The picture of few columns has the same highest and lowest pixel in each column as the picture of all
    // points.
    void visibleKeepsTheExtremesOfEveryColumn()
    {
        const auto pyramid = madePyramid(20000, 11);
        const double low = 100.0;
        const double high = 4100.0;
        const int columns = 37;
        const auto points = pyramid.visible(low, high, columns);
        const auto width = (high - low) / columns;
        for (int column = 0; column < columns; ++column) {
            const auto from = low + column * width;
            double wantedLow = 1e9;
            double wantedHigh = -1e9;
            for (auto i = pyramid.lowerBound(from); i < pyramid.lowerBound(from + width); ++i) {
                wantedLow = std::min(wantedLow, pyramid.point(i).y);
                wantedHigh = std::max(wantedHigh, pyramid.point(i).y);
            }
            double gotLow = 1e9;
            double gotHigh = -1e9;
            for (const auto& point : points) {
                if (point.x >= from && point.x < from + width) {
                    gotLow = std::min(gotLow, point.y);
                    gotHigh = std::max(gotHigh, point.y);
                }
            }
            QCOMPARE(gotLow, wantedLow);
            QCOMPARE(gotHigh, wantedHigh);
        }
    }

    void visibleIncludesANeighbourOnEachSide()
    {
        const auto pyramid = madePyramid(100, 5);
        const auto points = pyramid.visible(10.1, 10.9, 50);
        QCOMPARE(points.front().x, 10.0);
        QCOMPARE(points.back().x, 11.0);
    }

    void valuesThatAreNotFiniteAreSkipped()
    {
        MinMaxPyramid pyramid;
        pyramid.append(1.0, 5.0);
        pyramid.append(2.0, std::numeric_limits<double>::quiet_NaN());
        pyramid.append(3.0, std::numeric_limits<double>::infinity());
        pyramid.append(std::numeric_limits<double>::quiet_NaN(), 1.0);
        pyramid.append(4.0, 6.0);
        QCOMPARE(pyramid.size(), std::size_t{2});
        QCOMPARE(pyramid.point(1), (CurvePoint{4.0, 6.0}));
    }

    void xNeverFalls()
    {
        MinMaxPyramid pyramid;
        pyramid.append(5.0, 1.0);
        pyramid.append(4.0, 2.0);
        QCOMPARE(pyramid.point(1).x, 5.0);
    }

    void nearestPicksTheCloserNeighbour()
    {
        const auto pyramid = madePyramid(9, 1);
        QCOMPARE(pyramid.nearest(-4.0), std::size_t{0});
        QCOMPARE(pyramid.nearest(0.13), std::size_t{1});
        QCOMPARE(pyramid.nearest(0.12), std::size_t{0});
        QCOMPARE(pyramid.nearest(99.0), std::size_t{8});
    }

    void emptyGivesNothing()
    {
        const MinMaxPyramid pyramid;
        QVERIFY(pyramid.visible(0.0, 1.0, 10).empty());
        QCOMPARE(pyramid.lowerBound(3.0), std::size_t{0});
    }

    void clearStartsAgain()
    {
        auto pyramid = madePyramid(1000, 2);
        pyramid.clear();
        QVERIFY(pyramid.empty());
        pyramid.append(0.0, 1.0);
        QCOMPARE(pyramid.extremes(0, 1).maximum, std::size_t{0});
    }
};

QTEST_GUILESS_MAIN(MinMaxPyramidTest)
#include "tst_min_max_pyramid.moc"
