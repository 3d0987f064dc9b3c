// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/epoch_plan.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

using namespace elbo;

class EpochPlanTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyImageIsInOneBatch_data()
    {
        QTest::addColumn<int>("images");
        QTest::addColumn<int>("batch");
        QTest::addColumn<int>("steps");
        QTest::newRow("even") << 100 << 50 << 2;
        QTest::newRow("remainder") << 795 << 50 << 16;
        QTest::newRow("one batch") << 20 << 50 << 1;
        QTest::newRow("one image") << 1 << 50 << 1;
        QTest::newRow("a single image left over joins") << 101 << 50 << 2;
        QTest::newRow("batches of one") << 3 << 1 << 3;
    }
    void everyImageIsInOneBatch()
    {
        QFETCH(int, images);
        QFETCH(int, batch);
        QFETCH(int, steps);
        const BatchPlan plan(images, batch);
        QCOMPARE(plan.steps(), std::int64_t{steps});
        std::int64_t next = 0;
        for (std::int64_t step = 0; step < plan.steps(); ++step) {
            const auto [first, count] = plan.range(step);
            QCOMPARE(first, next);
            QVERIFY(count > 0 && count <= batch + 1);
            next = first + count;
        }
        QCOMPARE(next, std::int64_t{images});
    }

    void noiseDependsOnThePositionAlone()
    {
        constexpr std::int64_t kImages =
            2 * 64 * 3 + 1;  // two blocks of 64 batches, and a single image left over
        const NoiseStream stream{5, RandomPurpose::TrainingNoise, 9, kImages, 4};
        const auto all = normalNoise(5, RandomPurpose::TrainingNoise, 9, 0, kImages, 4);
        const BatchPlan plan(kImages, 3);
        NoiseBlocks inOrder(stream, 3, c10::Device(c10::kCPU));
        for (std::int64_t step = 0; step < plan.steps(); ++step) {
            const auto [first, count] = plan.range(step);
            QVERIFY(at::equal(inOrder.rows(first, count), all.narrow(0, first, count)));
        }
        NoiseBlocks fromTheMiddle(stream, 3, c10::Device(c10::kCPU));
        QVERIFY(at::equal(fromTheMiddle.rows(300, 3), all.narrow(0, 300, 3)));
    }

    void spreadsEvenly()
    {
        const std::vector<std::int64_t> indices{3, 5, 7, 9, 11, 13, 15, 17};
        QVERIFY(evenlySpread(indices, 4) == (std::vector<std::int64_t>{3, 7, 11, 15}));
        QVERIFY(evenlySpread(indices, 20) == indices);
        QVERIFY(evenlySpread({}, 4).empty());
    }
};

QTEST_GUILESS_MAIN(EpochPlanTest)
#include "tst_epoch_plan.moc"
