// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/replicate_pad.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

class ReplicatePadTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isReplicationPad2d_data()
    {
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("width");
        QTest::newRow("square") << 4 << 4;
        QTest::newRow("one row") << 1 << 5;
        QTest::newRow("one column") << 3 << 1;
        QTest::newRow("one pixel") << 1 << 1;
    }
    void isReplicationPad2d()
    {
        QFETCH(int, height);
        QFETCH(int, width);
        const auto values = at::arange(2 * 3 * height * width, at::kDouble).view({2, 3, height, width}).sin();
        auto ours = values.clone().requires_grad_();
        auto theirs = values.clone().requires_grad_();
        const auto padded = elbo::replicatePad(ours);
        const auto expected = at::replication_pad2d(theirs, {1, 1, 1, 1});
        QVERIFY(at::equal(padded, expected));
        QVERIFY(padded.is_contiguous(at::MemoryFormat::ChannelsLast));
        const auto weights = at::arange(expected.numel(), at::kDouble).view_as(expected).cos();
        (padded * weights).sum().backward();
        (expected * weights).sum().backward();
        QVERIFY(at::allclose(ours.grad(), theirs.grad(), 1e-12, 1e-12));
    }
};

QTEST_GUILESS_MAIN(ReplicatePadTest)
#include "tst_replicate_pad.moc"
