// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/progress.h"
#include "core/base/random_stream.h"
#include "core/evaluation/importance.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

namespace {

/// x = (z, z) + noise of sigma: p(x) is Gaussian in closed form. The posterior given is wrong on purpose.
class LinearVae : public elbo::Vae {
public:
    LinearVae() : Vae({.channels = 1, .height = 1, .width = 2, .classes = 0, .hasDepth = false}) {}
    elbo::ValueRange valueRange() const override { return elbo::ValueRange::Unit; }
    std::int64_t latentSize() const override { return 1; }
    elbo::Likelihood likelihood() const override
    {
        return {.kind = elbo::Likelihood::Kind::Gaussian, .sigma = kSigma};
    }
    elbo::Posterior encode(const elbo::Batch& batch) override
    {
        return {.mean = batch.x.flatten(1).mean(1, true) * 0.8, .std = at::full({batch.x.size(0), 1}, 0.7)};
    }
    at::Tensor decoderOutput(const at::Tensor& z, const at::Tensor& /*labels*/) override
    {
        return z.view({-1, 1, 1, 1}).expand({-1, 1, 1, 2});
    }
    static constexpr double kSigma = 0.5;
};

const elbo::Batch kImage{.x = at::tensor({0.9F, 0.3F}).reshape({1, 1, 1, 2}), .labels = {}};

/// log N(x; 0, 1 1^T + sigma^2 I)
double exactLogLikelihood()
{
    const double s = LinearVae::kSigma * LinearVae::kSigma;
    const double determinant = (1 + s) * (1 + s) - 1;
    const double a = 0.9, b = 0.3;
    const double form = ((1 + s) * (a * a + b * b) - 2 * a * b) / determinant;
    return -std::log(2 * std::numbers::pi) - 0.5 * std::log(determinant) - 0.5 * form;
}

}  // namespace

class ImportanceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void convergesToTheExactLikelihood()
    {
        LinearVae model;
        const auto estimate = elbo::importanceEstimate(model, kImage, 0, 20000, 1);
        QVERIFY(estimate.standardError > 0 && estimate.standardError < 0.02);
        QVERIFY(std::abs(estimate.logLikelihood - exactLogLikelihood()) < 4 * estimate.standardError);
    }

    void oneSampleIsTheElbo()
    {
        LinearVae model;
        const auto estimate = elbo::importanceEstimate(model, kImage, 3, 1, 1);
        const auto noise = elbo::normalNoise(1, elbo::RandomPurpose::Importance, 3, 0, 1, 1);
        const auto posterior = model.encode(kImage);
        const auto z = posterior.mean + posterior.std * noise;
        const double weight =
            model.likelihood().logProbability(kImage.x, model.decoderOutput(z, {})).item<double>() -
            0.5 * z.item<double>() * z.item<double>() + 0.5 * std::pow(noise.item<double>(), 2) +
            std::log(0.7);
        QVERIFY(std::abs(estimate.logLikelihood - weight) < 1e-5);
        QCOMPARE(estimate.standardError, 0.0);
    }

    // Log-likelihoods of whole images are far below what exp() can hold.
    void staysFiniteForTinyProbabilities()
    {
        LinearVae model;
        const elbo::Batch far{.x = at::full({1, 1, 1, 2}, 100.0F), .labels = {}};
        const auto estimate = elbo::importanceEstimate(model, far, 0, 100, 1);
        QVERIFY(std::isfinite(estimate.logLikelihood) && estimate.logLikelihood < -1000);
        QVERIFY(std::isfinite(estimate.standardError));
    }

    void isSeeded()
    {
        LinearVae model;
        const auto estimate = [&](std::int64_t position, std::uint64_t seed) {
            return elbo::importanceEstimate(model, kImage, position, 50, seed).logLikelihood;
        };
        QCOMPARE(estimate(2, 1), estimate(2, 1));
        QVERIFY(estimate(2, 1) != estimate(2, 2));
        QVERIFY(estimate(2, 1) != estimate(3, 1));
    }

    void canBeStopped()
    {
        LinearVae model;
        std::stop_source source;
        source.request_stop();
        QVERIFY_EXCEPTION_THROWN(
            static_cast<void>(elbo::importanceEstimate(model, kImage, 0, 10, 1, source.get_token())),
            elbo::Cancelled);
    }
};

QTEST_GUILESS_MAIN(ImportanceTest)
#include "tst_importance.moc"
