// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/vae.h"
#include "core/nn/initialisation.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

namespace {

/// Known numbers instead of a network: mean, std and output are what the test sets.
class FixedVae : public elbo::Vae {
public:
    FixedVae(const elbo::ImageShape& shape, elbo::ValueRange range, elbo::Likelihood likelihood)
        : Vae(shape), m_range(range), m_likelihood(likelihood)
    {
    }
    elbo::ValueRange valueRange() const override { return m_range; }
    std::int64_t latentSize() const override { return 2; }
    elbo::Likelihood likelihood() const override { return m_likelihood; }
    elbo::Posterior encode(const elbo::Batch& /*batch*/) override { return posterior; }
    at::Tensor decoderOutput(const at::Tensor& z, const at::Tensor& /*labels*/) override
    {
        lastZ = z;
        return output;
    }

    elbo::Posterior posterior;
    at::Tensor output;
    at::Tensor lastZ;

private:
    elbo::ValueRange m_range;
    elbo::Likelihood m_likelihood;
};

double relative(double a, double b)
{
    return std::abs(a / b - 1);
}

/// A model of two images whose numbers are all made, and those images.
std::pair<std::shared_ptr<FixedVae>, at::Tensor> made(bool hasDepth, elbo::ValueRange range,
                                                      elbo::Likelihood likelihood)
{
    const elbo::ImageShape shape{.channels = 4, .height = 2, .width = 3, .classes = 0, .hasDepth = hasDepth};
    auto model = std::make_shared<FixedVae>(shape, range, likelihood);
    model->posterior = {.mean = elbo::goldenUniform("mean", 4).reshape({2, 2}),
                        .std = elbo::goldenUniform("std", 4).reshape({2, 2}).abs() + 0.1F};
    model->output = elbo::goldenUniform("output", 48).reshape({2, 4, 2, 3}).requires_grad_();
    return {model, elbo::goldenUniform("x", 48).reshape({2, 4, 2, 3})};
}

}  // namespace

class VaeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void klIsThatOfTwoGaussians()
    {
        const elbo::Posterior posterior{.mean = at::tensor({0.0F, 1.5F, -2.0F}).unsqueeze(0),
                                        .std = at::tensor({1.0F, 0.5F, 3.0F}).unsqueeze(0)};
        const auto kl = elbo::klPerDimension(posterior)[0];
        QCOMPARE(kl[0].item<double>(), 0.0);
        // ln(s2 / s1) + (s1^2 + (m1 - m2)^2) / (2 s2^2) - 1/2 with m2 = 0, s2 = 1
        QVERIFY(relative(kl[1].item<double>(), std::log(2.0) + (0.25 + 2.25) / 2 - 0.5) < 1e-6);
        QVERIFY(relative(kl[2].item<double>(), -std::log(3.0) + (9.0 + 4.0) / 2 - 0.5) < 1e-6);
    }

    void gaussianHasItsConstant()
    {
        const elbo::Likelihood likelihood{.kind = elbo::Likelihood::Kind::Gaussian, .sigma = 0.5};
        const auto x = elbo::goldenUniform("x", 12).reshape({2, 1, 2, 3});
        const auto y = elbo::goldenUniform("y", 12).reshape({2, 1, 2, 3});
        const auto logProbability = likelihood.logProbability(x, y);
        for (std::int64_t image = 0; image < 2; ++image) {
            double expected = 0;
            for (std::int64_t i = 0; i < 6; ++i) {
                const double d =
                    x.view({2, 6})[image][i].item<double>() - y.view({2, 6})[image][i].item<double>();
                expected += std::log(std::exp(-0.5 * d * d / 0.25) / (0.5 * std::sqrt(2 * std::numbers::pi)));
            }
            QVERIFY(relative(logProbability[image].item<double>(), expected) < 1e-5);
        }
    }

    void bernoulliTakesLogits()
    {
        const elbo::Likelihood likelihood{.kind = elbo::Likelihood::Kind::Bernoulli};
        const auto x = at::tensor({0.0F, 1.0F, 0.3F}).reshape({1, 1, 1, 3});
        const auto logits = at::tensor({2.0F, -1.0F, 0.5F}).reshape({1, 1, 1, 3});
        const auto p = at::sigmoid(logits.to(at::kDouble)).flatten();
        const double expected = std::log(1 - p[0].item<double>()) + std::log(p[1].item<double>()) +
                                0.3 * std::log(p[2].item<double>()) + 0.7 * std::log(1 - p[2].item<double>());
        QVERIFY(relative(likelihood.logProbability(x, logits)[0].item<double>(), expected) < 1e-6);
        QVERIFY(likelihood.mean(logits).equal(at::sigmoid(logits)));
        const auto extreme =
            likelihood.logProbability(at::ones({1, 1, 1, 1}), at::full({1, 1, 1, 1}, -200.0F));
        QCOMPARE(extreme[0].item<double>(), -200.0);
    }

    void theLossIsTheNegativeElbo()
    {
        const auto [model, x] = made(true, elbo::ValueRange::Symmetric, {});
        const auto noise = elbo::goldenUniform("noise", 4).reshape({2, 2});
        const auto step = model->step({.x = x, .labels = {}}, noise, 1.0);
        QVERIFY(model->lastZ.equal(model->posterior.mean + model->posterior.std * noise));
        const auto kl = elbo::klPerDimension(model->posterior).sum().item<double>();
        const auto logProbability = model->likelihood().logProbability(x, model->output).sum().item<double>();
        QCOMPARE(step.terms.numel(), static_cast<std::int64_t>(model->terms().size()));
        QVERIFY(!step.terms.requires_grad());
        QVERIFY(relative(step.terms[0].item<double>(), kl) < 1e-6);
        QVERIFY(relative(step.terms[1].item<double>(), logProbability) < 1e-6);
        QVERIFY(relative(step.terms[2].item<double>(), logProbability - kl) < 1e-6);
        QVERIFY(relative(step.loss.item<double>(), (kl - logProbability) / 2) < 1e-6);
        const auto weighted = model->step({.x = x, .labels = {}}, noise, 0.25);
        QVERIFY(relative(weighted.loss.item<double>(), (0.25 * kl - logProbability) / 2) < 1e-6);
        QVERIFY(weighted.terms.equal(step.terms));
    }

    // d/dy of -log p is (y - x) / sigma^2, averaged over two images.
    void theLossIsDifferentiable()
    {
        const auto [model, x] =
            made(true, elbo::ValueRange::Symmetric, {.kind = elbo::Likelihood::Kind::Gaussian, .sigma = 0.5});
        model->step({.x = x, .labels = {}}, at::zeros({2, 2}), 1.0).loss.backward();
        QVERIFY(at::allclose(model->output.grad(), (model->output.detach() - x) / 0.25 / 2, 1e-5, 1e-6));
    }

    void msesAreInTheReportedRange_data()
    {
        QTest::addColumn<bool>("hasDepth");
        QTest::addColumn<bool>("symmetric");
        QTest::addColumn<double>("factor");
        QTest::newRow("colour and depth fed [-1, 1]") << true << true << 1.0;
        QTest::newRow("colour and depth fed [0, 1]") << true << false << 4.0;
        QTest::newRow("grey fed [-1, 1]") << false << true << 0.25;
        QTest::newRow("grey fed [0, 1]") << false << false << 1.0;
    }
    void msesAreInTheReportedRange()
    {
        QFETCH(bool, hasDepth);
        QFETCH(bool, symmetric);
        QFETCH(double, factor);
        const auto [model, x] =
            made(hasDepth, symmetric ? elbo::ValueRange::Symmetric : elbo::ValueRange::Unit, {});
        const auto step = model->step({.x = x, .labels = {}}, at::zeros({2, 2}), 1.0);
        const auto squares = (x - model->output).detach().square().sum({0, 2, 3}) * factor;
        QCOMPARE(model->terms().size(), hasDepth ? 6U : 4U);
        QVERIFY(relative(step.terms[3].item<double>(), squares.sum().item<double>()) < 1e-6);
        if (hasDepth) {
            QCOMPARE(model->terms()[5].key, std::string("mse_depth"));
            QVERIFY(relative(step.terms[4].item<double>(), squares.narrow(0, 0, 3).sum().item<double>()) <
                    1e-6);
            QVERIFY(relative(step.terms[5].item<double>(), squares[3].item<double>()) < 1e-6);
        }
    }

    void bernoulliReportsTheMseOfTheMean()
    {
        const auto [model, raw] =
            made(false, elbo::ValueRange::Unit, {.kind = elbo::Likelihood::Kind::Bernoulli});
        const auto x = (raw + 1) / 2;
        const auto step = model->step({.x = x, .labels = {}}, at::zeros({2, 2}), 1.0);
        QVERIFY(relative(step.terms[3].item<double>(),
                         (x - at::sigmoid(model->output)).square().sum().item<double>()) < 1e-6);
        QVERIFY(relative(step.terms[1].item<double>(),
                         model->likelihood().logProbability(x, model->output).sum().item<double>()) < 1e-6);
    }
};

QTEST_GUILESS_MAIN(VaeTest)
#include "tst_vae.moc"
