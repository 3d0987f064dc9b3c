// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/autocast.h"
#include "core/nn/initialisation.h"
#include "core/nn/patch_convolution.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

namespace {

double worst(const at::Tensor& a, const at::Tensor& b)
{
    return ((a - b).abs().max() / b.abs().max()).item<double>();
}

at::Tensor made(const char* name, at::IntArrayRef sizes)
{
    return elbo::goldenUniform(name, c10::multiply_integers(sizes)).reshape(sizes);
}

}  // namespace

class PatchConvolutionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsTheConvolution_data()
    {
        QTest::addColumn<int>("kernel");
        QTest::addColumn<int>("stride");
        QTest::addColumn<int>("padding");
        QTest::addColumn<bool>("replicate");
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("width");
        QTest::newRow("4x4 stride 2") << 4 << 2 << 1 << false << 8 << 6;
        QTest::newRow("2x2") << 2 << 1 << 1 << true << 6 << 5;
        QTest::newRow("3x3") << 3 << 1 << 0 << false << 5 << 5;
        QTest::newRow("rows left over") << 3 << 2 << 0 << false << 8 << 6;
        QTest::newRow("one output") << 4 << 2 << 0 << false << 4 << 4;
        QTest::newRow("one pixel") << 2 << 1 << 1 << true << 1 << 1;
        QTest::newRow("a wide edge") << 3 << 1 << 2 << true << 2 << 3;
    }
    void equalsTheConvolution()
    {
        QFETCH(int, kernel);
        QFETCH(int, stride);
        QFETCH(int, padding);
        QFETCH(bool, replicate);
        QFETCH(int, height);
        QFETCH(int, width);
        std::vector<at::Tensor> results[2];
        for (const bool patches : {false, true}) {
            auto x =
                made("x", {3, 6, height, width}).contiguous(at::MemoryFormat::ChannelsLast).requires_grad_();
            auto weight = made("weight", {5, 6, kernel, kernel}).requires_grad_();
            auto bias = made("bias", {5}).requires_grad_();
            const auto padded = replicate ? at::replication_pad2d(x, {padding, padding, padding, padding})
                                          : at::constant_pad_nd(x, {padding, padding, padding, padding});
            const elbo::ConvolutionSteps steps{
                .stride = stride,
                .padding = padding,
                .edge = replicate ? elbo::PatchEdge::Replicate : elbo::PatchEdge::Zero};
            const auto y = patches ? elbo::patchConvolution(x, weight, bias, steps)
                                   : at::conv2d(padded, weight, bias, stride);
            (y * made("sum", y.sizes())).sum().backward();
            results[patches] = {y.detach(), x.grad(), weight.grad(), bias.grad()};
        }
        for (std::size_t i = 0; i < 4; ++i) {
            QVERIFY(results[0][i].sizes() == results[1][i].sizes());
            QVERIFY(worst(results[1][i], results[0][i]) < 1e-5);
        }
    }

    void worksWithoutABias()
    {
        auto x = made("x", {2, 6, 4, 4}).contiguous(at::MemoryFormat::ChannelsLast).requires_grad_();
        auto weight = made("weight", {5, 6, 3, 3}).requires_grad_();
        const auto y = elbo::patchConvolution(x, weight, {}, {.stride = 1, .padding = 1});
        const auto expected = at::conv2d(x, weight, {}, /*stride=*/1, /*padding=*/1);
        QVERIFY(worst(y, expected) < 1e-5);
        y.sum().backward();
        const auto gradient = weight.grad().clone();
        weight.mutable_grad().reset();
        expected.sum().backward();
        QVERIFY(worst(gradient, weight.grad()) < 1e-5);
    }

    void keepsTypeAndMemoryFormatUnderAutocast()
    {
        const elbo::Autocast bf16(at::kCPU, elbo::Precision::BFloat16);
        auto x = made("x", {2, 4, 6, 6}).to(at::kBFloat16).contiguous(at::MemoryFormat::ChannelsLast);
        auto weight = made("weight", {5, 4, 4, 4}).requires_grad_();
        const auto y = elbo::patchConvolution(x, weight, at::zeros({5}), {.stride = 2});
        QVERIFY(y.scalar_type() == at::kBFloat16);
        QVERIFY(y.is_contiguous(at::MemoryFormat::ChannelsLast));
        y.sum().backward();
        QVERIFY(weight.grad().scalar_type() == at::kFloat);
    }
};

QTEST_GUILESS_MAIN(PatchConvolutionTest)
#include "tst_patch_convolution.moc"
