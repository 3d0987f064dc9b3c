// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/autocast.h"
#include "core/nn/initialisation.h"
#include "core/nn/up_convolution.h"

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

class UpConvolutionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsThePlainForm_data()
    {
        QTest::addColumn<int>("inputs");
        QTest::addColumn<int>("outputs");
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("width");
        QTest::addColumn<bool>("channelsLast");
        QTest::addColumn<bool>("zeros");
        QTest::newRow("one pixel") << 3 << 5 << 1 << 1 << true << false;
        QTest::newRow("first of the decoder") << 64 << 64 << 4 << 4 << true << false;
        QTest::newRow("last of the decoder") << 32 << 4 << 16 << 16 << true << false;
        QTest::newRow("sides that differ") << 6 << 7 << 5 << 9 << true << false;
        QTest::newRow("planes") << 6 << 7 << 5 << 9 << false << false;
        QTest::newRow("one pixel, zeros around") << 3 << 5 << 1 << 1 << true << true;
        QTest::newRow("many pixels, zeros around") << 6 << 7 << 8 << 9 << true << true;
    }
    // Output, gradient of the input and gradients of both parameters, within 1e-5.
    void equalsThePlainForm()
    {
        QFETCH(int, inputs);
        QFETCH(int, outputs);
        QFETCH(int, height);
        QFETCH(int, width);
        QFETCH(bool, channelsLast);
        QFETCH(bool, zeros);
        elbo::UpConvolution layer(inputs, outputs,
                                  zeros ? elbo::PatchEdge::Zero : elbo::PatchEdge::Replicate);
        elbo::initialise(*layer, 3);
        const auto images = made("images", {2, inputs, height, width});
        const auto weights = made("weights of the sum", {2, outputs, 2 * height, 2 * width});
        std::vector<at::Tensor> results[2];
        for (const bool plain : {false, true}) {
            layer->zero_grad();
            const auto format = channelsLast ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
            auto x = images.clone(format).requires_grad_();
            const auto y = plain ? layer->plainForward(x) : layer->forward(x);
            (y * weights).sum().backward();
            results[plain] = {y.detach(), x.grad(), layer->weight.grad().clone(), layer->bias.grad().clone()};
        }
        for (std::size_t i = 0; i < results[0].size(); ++i) {
            QVERIFY(results[0][i].sizes() == results[1][i].sizes());
            const double deviation = worst(results[0][i], results[1][i]);
            QVERIFY2(deviation < 1e-5, qPrintable(QStringLiteral("%1: %2").arg(i).arg(deviation)));
        }
    }

    void keepsChannelsLast()
    {
        elbo::UpConvolution layer(8, 4);
        elbo::initialise(*layer, 3);
        const auto x = made("x", {2, 8, 4, 4}).contiguous(at::MemoryFormat::ChannelsLast);
        QVERIFY(layer->forward(x).is_contiguous(at::MemoryFormat::ChannelsLast));
    }

    // bf16 has 8 bits: its products stay within a few thousandths of the float32 ones.
    void computesInBFloat16()
    {
        elbo::UpConvolution layer(32, 16);
        elbo::initialise(*layer, 3);
        const auto x = made("x", {2, 32, 8, 8}).contiguous(at::MemoryFormat::ChannelsLast);
        const auto exact = layer->forward(x);
        const elbo::Autocast bf16(at::kCPU, elbo::Precision::BFloat16);
        const auto rounded = layer->forward(x);
        QVERIFY(rounded.scalar_type() == at::kBFloat16);
        QVERIFY(worst(rounded.to(at::kFloat), exact) < 0.02);
    }

    void hasTheStateOfA3x3Convolution()
    {
        elbo::UpConvolution layer(3, 5);
        QCOMPARE(layer->named_parameters().size(), 2U);
        QCOMPARE(layer->named_buffers().size(), 0U);
        QVERIFY(layer->weight.sizes() == at::IntArrayRef({5, 3, 3, 3}));
        QVERIFY(layer->bias.sizes() == at::IntArrayRef({5}));
    }
};

QTEST_GUILESS_MAIN(UpConvolutionTest)
#include "tst_up_convolution.moc"
