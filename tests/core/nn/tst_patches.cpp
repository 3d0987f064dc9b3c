// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/initialisation.h"
#include "core/nn/patches.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <limits>

namespace {

elbo::PatchGeometry geometryOf(elbo::PatchEdge edge)
{
    return {.batch = 2,
            .channels = 19,
            .height = 6,
            .width = 4,
            .kernel = 4,
            .stride = 2,
            .padding = 1,
            .edge = edge};
}

at::Tensor images(at::ScalarType type)
{
    return elbo::goldenUniform("x", 2 * 19 * 6 * 4)
        .reshape({2, 19, 6, 4})
        .to(type)
        .contiguous(at::MemoryFormat::ChannelsLast);
}

}  // namespace

class PatchesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTypeAndEdge_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<bool>("replicate");
        for (const auto type : {at::kFloat, at::kDouble, at::kBFloat16}) {
            QTest::addRow("%s, zeros", c10::toString(type)) << int(type) << false;
            QTest::addRow("%s, replicated", c10::toString(type)) << int(type) << true;
        }
    }

    // LibTorch's unfold of the padded image has the same numbers, channels first.
    void gatherWhatUnfoldGathers_data() { everyTypeAndEdge_data(); }
    void gatherWhatUnfoldGathers()
    {
        QFETCH(int, type);
        QFETCH(bool, replicate);
        const auto g = geometryOf(replicate ? elbo::PatchEdge::Replicate : elbo::PatchEdge::Zero);
        const auto x = images(static_cast<at::ScalarType>(type));
        const auto padded = (replicate ? at::replication_pad2d(x.to(at::kDouble), {1, 1, 1, 1})
                                       : at::constant_pad_nd(x.to(at::kDouble), {1, 1, 1, 1}));
        const auto expected = at::im2col(padded, {4, 4}, {1, 1}, {0, 0}, {2, 2})  // [B, C 16, L]
                                  .view({2, 19, 16, -1})
                                  .permute({0, 3, 2, 1})
                                  .reshape({-1, 16 * 19});
        const auto patches = elbo::gatherPatches(x, g);
        QVERIFY(patches.scalar_type() == x.scalar_type());
        QVERIFY(patches.to(at::kDouble).equal(expected));
    }

    // <gather x, p> = <x, scatter p> for every x and p.
    void scatterIsTheTranspose_data() { everyTypeAndEdge_data(); }
    void scatterIsTheTranspose()
    {
        QFETCH(int, type);
        QFETCH(bool, replicate);
        const auto g = geometryOf(replicate ? elbo::PatchEdge::Replicate : elbo::PatchEdge::Zero);
        const auto x = images(static_cast<at::ScalarType>(type));
        const auto gathered = elbo::gatherPatches(x, g);
        const auto p =
            elbo::goldenUniform("p", gathered.numel()).reshape(gathered.sizes()).to(x.scalar_type());
        const auto scattered = elbo::scatterPatches(p, g);
        QVERIFY(scattered.is_contiguous(at::MemoryFormat::ChannelsLast));
        const double left = (gathered.to(at::kDouble) * p.to(at::kDouble)).sum().item<double>();
        const double right = (x.to(at::kDouble) * scattered.to(at::kDouble)).sum().item<double>();
        const double scale = (gathered.to(at::kDouble) * p.to(at::kDouble)).abs().sum().item<double>();
        QVERIFY(std::abs(left - right) < (x.scalar_type() == at::kBFloat16 ? 1e-3 : 1e-6) * scale);
    }

    void bf16IsRoundedOnceAndToEven()
    {
        // One pixel that two windows see: 1 + 2^-8 lies between two bf16 and goes to the even one, 1; NaN
        // stays.
        const elbo::PatchGeometry g{
            .batch = 1, .channels = 2, .height = 1, .width = 3, .kernel = 1, .stride = 1, .padding = 0};
        const elbo::PatchGeometry twice{.batch = 1,
                                        .channels = 2,
                                        .height = 2,
                                        .width = 2,
                                        .kernel = 2,
                                        .stride = 1,
                                        .padding = 1,
                                        .edge = elbo::PatchEdge::Replicate};
        const auto nan = at::full({3, 2}, std::numeric_limits<float>::quiet_NaN()).to(at::kBFloat16);
        QVERIFY(elbo::scatterPatches(nan, g).isnan().all().item<bool>());
        auto patches = at::zeros({9, 8}, at::kBFloat16);
        patches[0].fill_(1.0F / 4);  // the corner's window sees the corner pixel four times
        patches[1].slice(0, 0, 2).fill_(0x1p-8F);
        const auto image = elbo::scatterPatches(patches, twice).to(at::kFloat);
        QCOMPARE(image[0][0][0][0].item<float>(), 1.0F);
        patches[1].slice(0, 0, 2).fill_(0x1.8p-8F);
        QCOMPARE(elbo::scatterPatches(patches, twice).to(at::kFloat)[0][0][0][0].item<float>(),
                 1.0F + 0x1p-7F);
    }
};

QTEST_GUILESS_MAIN(PatchesTest)
#include "tst_patches.moc"
