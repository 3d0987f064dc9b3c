// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/binarise.h"
#include "core/nn/initialisation.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <vector>

using namespace elbo;

namespace {

at::Tensor greys(std::int64_t images)
{
    return (goldenUniform("grey", images * 28 * 28) + 1).div(2).view({images, 1, 28, 28});
}

}  // namespace

class BinariseTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pixelsAreBlackOrWhiteAsOftenAsTheyAreGrey()
    {
        const auto x = greys(1).expand({2000, 1, 28, 28}).contiguous();
        const auto drawn = binarisedForTraining(x, 3, 1, 0);
        QVERIFY(at::logical_or(drawn.eq(0), drawn.eq(1)).all().item<bool>());
        // Each pixel's mean of 2000 draws, whose standard error is at most 0.011.
        QVERIFY((drawn.mean(0) - x[0]).abs().max().item<double>() < 0.06);
        QVERIFY(std::abs((drawn.mean() - x.mean()).item<double>()) < 0.002);
    }

    void blackAndWhiteStay()
    {
        const auto x = greys(3).round();
        QVERIFY(at::equal(binarisedForTraining(x, 1, 1, 0), x));
        QVERIFY(at::equal(binarisedForTest(x, std::vector<std::int64_t>{0, 1, 2}), x));
    }

    // A function of seed, epoch and position: whatever batch an image is in.
    void trainingDrawsFollowFromSeedEpochAndPosition()
    {
        const auto x = greys(5);
        const auto all = binarisedForTraining(x, 1, 2, 10);
        QVERIFY(at::equal(binarisedForTraining(x.narrow(0, 3, 2), 1, 2, 13), all.narrow(0, 3, 2)));
        QVERIFY(!at::equal(binarisedForTraining(x, 1, 3, 10), all));
        QVERIFY(!at::equal(binarisedForTraining(x, 2, 2, 10), all));
    }

    void testDrawsFollowFromTheImageAlone()
    {
        const auto x = greys(4);
        const auto all = binarisedForTest(x, std::vector<std::int64_t>{7, 3, 9, 1});
        QVERIFY(at::equal(binarisedForTest(x.narrow(0, 2, 1), std::vector<std::int64_t>{9}),
                          all.narrow(0, 2, 1)));
        QVERIFY(!at::equal(binarisedForTest(x.narrow(0, 2, 1), std::vector<std::int64_t>{8}),
                           all.narrow(0, 2, 1)));
    }
};

QTEST_GUILESS_MAIN(BinariseTest)
#include "tst_binarise.moc"
