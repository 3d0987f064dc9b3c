// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/autocast.h"
#include "core/nn/conv_norm.h"
#include "core/nn/initialisation.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <optional>

using namespace elbo;

namespace {

constexpr double kTolerance = 1e-5;

/// A convolution with its BatchNorm, weights made from names.
struct Pair : torch::nn::Module {
    torch::nn::Conv2d convolution{nullptr};
    torch::nn::BatchNorm2d norm{nullptr};

    Pair(std::int64_t stride, std::int64_t dilation, std::int64_t groups, bool bias)
    {
        convolution = register_module("convolution", torch::nn::Conv2d(torch::nn::Conv2dOptions(8, 12, 3)
                                                                           .stride(stride)
                                                                           .padding(dilation)
                                                                           .dilation(dilation)
                                                                           .groups(groups)
                                                                           .bias(bias)));
        norm = register_module("norm", torch::nn::BatchNorm2d(12));
        initialiseFromNames(*this);
        eval();
    }
};

at::Tensor input(std::int64_t height = 10, std::int64_t width = 14)
{
    return goldenUniform("input", 2 * 8 * height * width).view({2, 8, height, width}) * 4;
}

double deviation(const at::Tensor& a, const at::Tensor& b)
{
    return ((a - b).abs().max() / b.abs().max()).item<double>();
}

}  // namespace

class ConvNormTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsItsDefinition_data()
    {
        QTest::addColumn<int>("after");
        QTest::addColumn<bool>("added");
        QTest::addColumn<int>("stride");
        QTest::addColumn<int>("dilation");
        QTest::addColumn<int>("groups");
        QTest::addColumn<bool>("bias");
        QTest::newRow("alone") << 0 << false << 1 << 1 << 1 << false;
        QTest::newRow("relu") << 1 << false << 1 << 1 << 1 << true;
        QTest::newRow("relu6 of stride 2") << 2 << false << 2 << 1 << 1 << false;
        QTest::newRow("added") << 0 << true << 1 << 1 << 1 << false;
        QTest::newRow("added, relu, with holes") << 1 << true << 1 << 3 << 1 << true;
        QTest::newRow("added, relu6, in groups") << 2 << true << 1 << 1 << 4 << false;
    }
    void equalsItsDefinition()
    {
        QFETCH(int, after);
        QFETCH(bool, added);
        QFETCH(int, stride);
        QFETCH(int, dilation);
        QFETCH(int, groups);
        QFETCH(bool, bias);
        const at::NoGradGuard noGradients;
        Pair pair(stride, dilation, groups, bias);
        auto expected = pair.norm->forward(pair.convolution->forward(input()));
        const auto other =
            added ? goldenUniform("added", expected.numel()).view(expected.sizes()) * 4 : at::Tensor();
        if (added)
            expected = expected + other;
        if (after > 0)
            expected = after == 1 ? expected.relu() : expected.clamp(0, 6);
        QVERIFY(after < 2 || expected.max().item<double>() == 6.0);
        const auto computed = [&] {
            return convNorm(input(), *pair.convolution, *pair.norm, static_cast<After>(after), other);
        };
        QVERIFY(deviation(computed(), expected) < kTolerance);
        InferenceWeights weights;
        const InferenceWeights::Use use(weights);
        QVERIFY(deviation(computed(), expected) < kTolerance);
        QVERIFY(deviation(computed(), expected) < kTolerance);  // and once they are there
        const at::AutoGradMode definition(true);
        QVERIFY(deviation(computed(), expected) < kTolerance);
    }

    void convolutionAloneIsKeptToo()
    {
        const at::NoGradGuard noGradients;
        Pair pair(1, 2, 1, true);
        const auto expected = pair.convolution->forward(input());
        QVERIFY(deviation(convolved(input(), *pair.convolution), expected) < kTolerance);
        InferenceWeights weights;
        const InferenceWeights::Use use(weights);
        QVERIFY(deviation(convolved(input(), *pair.convolution), expected) < kTolerance);
    }

    // What is laid out for one size or type of numbers serves no other.
    void sizesAndTypesMayChange()
    {
        const at::NoGradGuard noGradients;
        Pair pair(1, 1, 1, false);
        InferenceWeights weights;
        const InferenceWeights::Use use(weights);
        for (const auto& [height, width] : {std::pair{10, 14}, std::pair{3, 50}, std::pair{10, 14}}) {
            const auto x = input(height, width);
            const auto expected = pair.norm->forward(pair.convolution->forward(x));
            QVERIFY(deviation(convNorm(x, *pair.convolution, *pair.norm), expected) < kTolerance);
            const Autocast bfloat16(c10::kCPU, Precision::BFloat16);
            const auto rounded = convNorm(x, *pair.convolution, *pair.norm);
            QVERIFY(rounded.scalar_type() == at::kBFloat16);
            QVERIFY(deviation(rounded.to(at::kFloat), expected) < 0.02);
            const WithoutAutocast float32;
            QVERIFY(deviation(convNorm(x, *pair.convolution, *pair.norm), expected) < kTolerance);
        }
    }

    void weightsAreKeptWhileInUse()
    {
        const at::NoGradGuard noGradients;
        Pair pair(1, 1, 1, false);
        const auto computed = [&] { return convNorm(input(), *pair.convolution, *pair.norm); };
        InferenceWeights weights;
        const auto before = computed();
        {
            const InferenceWeights::Use use(weights);
            QVERIFY(InferenceWeights::current() == &weights);
            (void)computed();
            pair.norm->bias.add_(5);
            QVERIFY(deviation(computed(), before) < kTolerance);
        }
        QVERIFY(InferenceWeights::current() == nullptr);
        QVERIFY(deviation(computed(), before + 5) < kTolerance);
    }

    // In training statistics are the batch's, and gradients flow to both.
    void trainingIsLeftAsItIs()
    {
        Pair pair(1, 1, 1, false);
        pair.train();
        InferenceWeights weights;
        const InferenceWeights::Use use(weights);
        const auto y = convNorm(input(), *pair.convolution, *pair.norm);
        QVERIFY(y.is_contiguous());
        const auto means = (y - pair.norm->bias.view({1, -1, 1, 1})).mean({0, 2, 3});
        QVERIFY(means.abs().max().item<double>() < 1e-5);
        convNorm(input(), *pair.convolution, *pair.norm, After::Relu6).sum().backward();
        QVERIFY(pair.convolution->weight.grad().abs().sum().item<double>() > 0);
        QVERIFY(pair.norm->weight.grad().abs().sum().item<double>() > 0);
    }
};

QTEST_APPLESS_MAIN(ConvNormTest)
#include "tst_conv_norm.moc"
