// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/channel_join.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

namespace {

at::Tensor map(std::int64_t channels, at::ScalarType type, at::MemoryFormat format)
{
    return at::arange(2 * channels * 5 * 7)
        .add(channels)
        .remainder(251)  // exact in bf16 too
        .view({2, channels, 5, 7})
        .to(type)
        .contiguous(format);
}

}  // namespace

class ChannelJoinTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsLibTorchs_data()
    {
        QTest::addColumn<bool>("channelsLast");
        QTest::addColumn<bool>("bfloat16");
        QTest::addColumn<bool>("gradients");
        QTest::newRow("channels last") << true << false << false;
        QTest::newRow("in bf16") << true << true << false;
        QTest::newRow("channels first") << false << false << false;
        QTest::newRow("with gradients") << true << false << true;
    }
    void equalsLibTorchs()
    {
        QFETCH(bool, channelsLast);
        QFETCH(bool, bfloat16);
        QFETCH(bool, gradients);
        const at::AutoGradMode mode(gradients);
        const auto type = bfloat16 ? at::kBFloat16 : at::kFloat;
        const auto format = channelsLast ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
        const std::vector<at::Tensor> maps{map(32, type, format), map(1, type, format), map(3, type, format)};
        const auto joined = elbo::joinChannels(maps);
        QVERIFY(at::equal(joined, at::cat(maps, 1)));
        QVERIFY(gradients || joined.is_contiguous(format));
        // A slice of a map, and one of another layout than the others.
        const std::vector<at::Tensor> mixed{maps[0].narrow(1, 4, 8),
                                            map(3, type, at::MemoryFormat::Contiguous)};
        QVERIFY(at::equal(elbo::joinChannels(mixed), at::cat(mixed, 1)));
    }

    void gradientsFlow()
    {
        const auto a = at::ones({1, 2, 3, 3}).set_requires_grad(true);
        const auto b = at::ones({1, 1, 3, 3}).set_requires_grad(true);
        (elbo::joinChannels({a, b}) * 3).sum().backward();
        QVERIFY(at::equal(a.grad(), at::full({1, 2, 3, 3}, 3.0)));
        QVERIFY(at::equal(b.grad(), at::full({1, 1, 3, 3}, 3.0)));
    }

    void mapsOfOtherSizesAreRefused()
    {
        const at::NoGradGuard noGradients;
        const auto a = map(2, at::kFloat, at::MemoryFormat::ChannelsLast);
        QVERIFY_EXCEPTION_THROWN((void)elbo::joinChannels({a, a.narrow(2, 0, 4)}), c10::Error);
    }
};

QTEST_APPLESS_MAIN(ChannelJoinTest)
#include "tst_channel_join.moc"
