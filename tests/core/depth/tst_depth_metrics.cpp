// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/depth/depth_metrics.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

using namespace elbo;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

at::Tensor row(std::vector<double> values)
{
    return at::tensor(values, at::kDouble).to(at::kFloat).view({1, static_cast<std::int64_t>(values.size())});
}

bool near(double a, double b)
{
    return std::abs(a - b) < 1e-6 * std::max(1.0, std::abs(b));
}

}  // namespace

class DepthMetricsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Two pixels: 2 for 1 metre, 4 for 4 metres; g = ln 2 and 0.
    void valuesWorkedOutByHand()
    {
        const auto metrics = depthMetrics(row({2, 4}), row({1, 4}), {});
        const double ln2 = std::log(2.0);
        QVERIFY(near(metrics.absRel, 0.5));
        QVERIFY(near(metrics.sqRel, 0.5));
        QVERIFY(near(metrics.rmse, std::sqrt(0.5)));
        QVERIFY(near(metrics.log10, std::log10(2.0) / 2));
        QVERIFY(near(metrics.rmseLog, ln2 / std::sqrt(2.0)));
        QVERIFY(near(metrics.silog, 100 * ln2 / 2));  // variance of {ln 2, 0} is (ln 2 / 2)^2
        QVERIFY(near(metrics.d1, 0.5));
        QVERIFY(near(metrics.d2, 0.5));
        QVERIFY(near(metrics.d3, 0.5));
        QCOMPARE(metrics.pixels, 2);
        QCOMPARE(metrics.scale, 1.0);
    }

    void thresholdsArePowersOfAQuarterMore()
    {
        const auto metrics = depthMetrics(row({1.2, 1.5, 1.9, 2.5}), row({1, 1, 1, 1}), {});
        QVERIFY(near(metrics.d1, 0.25));
        QVERIFY(near(metrics.d2, 0.5));
        QVERIFY(near(metrics.d3, 0.75));
    }

    void holesAndPixelsOutsideTheCapsDoNotCount()
    {
        const double inf = std::numeric_limits<double>::infinity();
        const auto metrics =
            depthMetrics(row({2, 5, 5, 5, 5, 5, kNaN, 50}), row({2, 0, kNaN, inf, -1, 12, 3, 9.9}), {});
        QCOMPARE(metrics.pixels, 2);  // 2 metres, and 9.9 whose estimate is put on the upper bound
        QVERIFY(near(metrics.rmse, std::sqrt(0.1 * 0.1 / 2)));
        QCOMPARE(depthMetrics(row({2, 12}), row({2, 12}), {.most = 80}).pixels, 2);
    }

    void medianScalingMakesAScaledEstimatePerfect()
    {
        const auto truth = row({1, 2, 3, 4, 5});
        const auto metrics = depthMetrics(truth * 0.4, truth, {.scaling = DepthScaling::Estimate});
        QVERIFY(near(metrics.scale, 2.5));
        QVERIFY(metrics.rmse < 1e-6 && metrics.silog < 1e-3);
        QVERIFY(near(metrics.d1, 1));
        // A relative truth is brought to the estimate's metres instead.
        const auto relative = depthMetrics(truth, truth / 8, {.scaling = DepthScaling::RelativeTruth});
        QVERIFY(near(relative.scale, 8));
        QVERIFY(relative.rmse < 1e-6);
        QVERIFY(depthMetrics(truth, truth * 2, {}).silog < 1e-4);  // it knows no scale
    }

    void eigensCropIsThatOfThePapers()
    {
        auto truth = at::full({480, 640}, 2.0);
        const auto metrics = depthMetrics(truth, truth, {.eigenCrop = true});
        QCOMPARE(metrics.pixels, std::int64_t{(471 - 45) * (601 - 41)});
        auto estimate = truth.clone();
        estimate.slice(0, 0, 45).fill_(9);
        estimate.slice(0, 471).fill_(9);
        estimate.slice(1, 0, 41).fill_(9);
        estimate.slice(1, 601).fill_(9);
        QCOMPARE(depthMetrics(estimate, truth, {.eigenCrop = true}).rmse, 0.0);
        QCOMPARE(
            depthMetrics(at::full({240, 320}, 2.0), at::full({240, 320}, 2.0), {.eigenCrop = true}).pixels,
            std::int64_t{(236 - 23) * (301 - 21)});
    }

    void meansAreOverImages()
    {
        DepthMetricMeans means;
        means.add(depthMetrics(row({2}), row({1}), {}));
        means.add(depthMetrics(row({4, 4, 4}), row({4, 4, 4}), {}));
        QCOMPARE(means.images(), 2);
        QVERIFY(near(means.means().absRel, 0.5));
        QVERIFY(near(means.means().scale, 1));
        QCOMPARE(means.means().pixels, 4);
        QCOMPARE(DepthMetricMeans().means().pixels, 0);
    }

    void whatCannotBeComparedIsRefused()
    {
        QVERIFY_EXCEPTION_THROWN((void)depthMetrics(row({1, 2}), row({1}), {}), Error);
        QVERIFY_EXCEPTION_THROWN((void)depthMetrics(row({1}), row({0}), {}), Error);
        QVERIFY_EXCEPTION_THROWN((void)depthMetrics(row({1}), row({kNaN}), {}), Error);
        QVERIFY_EXCEPTION_THROWN((void)depthMetrics(row({1}), row({1}), {.least = 0}), Error);
        QVERIFY_EXCEPTION_THROWN((void)depthMetrics(row({1}), row({1}), {.least = 5, .most = 2}), Error);
        QVERIFY_EXCEPTION_THROWN(
            (void)depthMetrics(row({0, 0}), row({1, 1}), {.scaling = DepthScaling::Estimate}), Error);
        QVERIFY_EXCEPTION_THROWN(
            (void)depthMetrics(row({kNaN}), row({1}), {.scaling = DepthScaling::RelativeTruth}), Error);
    }
};

QTEST_APPLESS_MAIN(DepthMetricsTest)
#include "tst_depth_metrics.moc"
