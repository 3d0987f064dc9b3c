// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/initialisation.h"
#include "core/nn/norm_activation.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>
#include <torch/nn/modules/batchnorm.h>

namespace {

double worst(const at::Tensor& a, const at::Tensor& b)
{
    return ((a - b).abs().max() / b.abs().max()).item<double>();
}

struct Results {
    at::Tensor output, inputGradient, weightGradient, biasGradient, runningMean, runningVariance, before;
};

/// Ours, or LibTorch's two modules one after the other, in `type`.
Results run(bool ours, bool training, at::ScalarType type)
{
    torch::nn::BatchNorm2d norm(24);
    elbo::initialiseFromNames(*norm);
    norm->train(training);
    auto x = (elbo::goldenUniform("x", 3 * 24 * 10 * 6).reshape({3, 24, 10, 6}) * 2 + 0.3)
                 .to(type)
                 .contiguous(at::MemoryFormat::ChannelsLast)
                 .requires_grad_();
    auto before =
        (elbo::goldenUniform("before", 24) * (training && type != at::kFloat ? 0.0 : 0.5)).requires_grad_();
    const auto y = ours ? elbo::normaliseLeakyRelu(x, before, *norm, 0.2)
                        : at::leaky_relu(norm->forward(x + before.to(type).view({1, -1, 1, 1})), 0.2);
    (y * elbo::goldenUniform("sum", y.numel()).reshape(y.sizes()).to(type)).sum().backward();
    return {y.detach().to(at::kFloat), x.grad().to(at::kFloat), norm->weight.grad(), norm->bias.grad(),
            norm->running_mean,        norm->running_var,       before.grad()};
}

}  // namespace

class NormActivationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsTheTwoModules_data()
    {
        QTest::addColumn<bool>("training");
        QTest::addColumn<bool>("bf16");
        QTest::newRow("training") << true << false;
        QTest::newRow("evaluation") << false << false;
        QTest::newRow("training in bf16") << true << true;
        QTest::newRow("evaluation in bf16") << false << true;
    }
    void equalsTheTwoModules()
    {
        QFETCH(bool, training);
        QFETCH(bool, bf16);
        const auto type = bf16 ? at::kBFloat16 : at::kFloat;
        const double tolerance = bf16 ? 0.02 : 1e-5;
        const Results ours = run(true, training, type);
        const Results theirs = run(false, training, type);
        QVERIFY(worst(ours.output, theirs.output) < tolerance);
        QVERIFY(worst(ours.inputGradient, theirs.inputGradient) < tolerance);
        QVERIFY(worst(ours.weightGradient, theirs.weightGradient) < tolerance);
        QVERIFY(worst(ours.biasGradient, theirs.biasGradient) < tolerance);
        // In training the bias before has no part in the result: rounding is left of it, ours has none.
        if (training)
            QVERIFY(ours.before.abs().max().item<double>() == 0 &&
                    theirs.before.abs().max().item<double>() < tolerance * 100);
        else
            QVERIFY(worst(ours.before, theirs.before) < tolerance);
        QVERIFY(worst(ours.runningMean, theirs.runningMean) < (bf16 ? 1e-2 : 1e-5));
        QVERIFY(worst(ours.runningVariance, theirs.runningVariance) < 1e-5);
    }

    // Without gradients, as pictures are made: the same numbers on another way.
    void evaluatesAlikeWithoutGradients()
    {
        torch::nn::BatchNorm2d norm(8);
        elbo::initialiseFromNames(*norm);
        norm->running_mean.uniform_(-1, 1);
        norm->running_var.uniform_(0.5, 2);
        norm->eval();
        const auto x = elbo::goldenUniform("x", 2 * 8 * 4 * 4).reshape({2, 8, 4, 4});
        const auto before = elbo::goldenUniform("before", 8).requires_grad_();
        const auto expected = elbo::normaliseLeakyRelu(x, before, *norm, 0.2);
        const at::NoGradGuard noGradient;
        QVERIFY(worst(elbo::normaliseLeakyRelu(x, before, *norm, 0.2), expected) < 1e-5);
    }

    void keepsTypeAndMemoryFormat()
    {
        torch::nn::BatchNorm2d norm(8);
        const auto x = at::rand({2, 8, 4, 4}).to(at::kBFloat16).contiguous(at::MemoryFormat::ChannelsLast);
        const auto y = elbo::normaliseLeakyRelu(x, at::zeros({8}), *norm, 0.2);
        QVERIFY(y.scalar_type() == at::kBFloat16);
        QVERIFY(y.is_contiguous(at::MemoryFormat::ChannelsLast));
    }
};

QTEST_GUILESS_MAIN(NormActivationTest)
#include "tst_norm_activation.moc"
