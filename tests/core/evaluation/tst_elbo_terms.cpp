// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/evaluation/importance.h"
#include "core/models/vae.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

// The terms of the ELBO against closed forms and against integrals over z on a grid, for latent sizes 1 and
// 2, where nothing is left to chance: float64, every constant included.

namespace {

using elbo::Likelihood;

constexpr double kSigma = 0.5;
constexpr std::int64_t kValues = 3;

/// What decodes z [N,K] to [N,3].
using Decoder = std::function<at::Tensor(const at::Tensor& z)>;

/// Three values, any decoder, and one posterior whatever is encoded.
class MadeVae : public elbo::Vae {
public:
    MadeVae(Likelihood::Kind kind, Decoder decoder, std::vector<double> mean, std::vector<double> std)
        : Vae({.channels = 1, .height = 1, .width = kValues, .classes = 0, .hasDepth = false}),
          m_kind(kind),
          m_decoder(std::move(decoder)),
          m_mean(at::tensor(mean, at::kDouble).unsqueeze(0)),
          m_std(at::tensor(std, at::kDouble).unsqueeze(0))
    {
    }
    elbo::ValueRange valueRange() const override { return elbo::ValueRange::Unit; }
    std::int64_t latentSize() const override { return m_mean.size(1); }
    Likelihood likelihood() const override { return {.kind = m_kind, .sigma = kSigma}; }
    elbo::Posterior encode(const elbo::Batch& batch) override
    {
        return {.mean = m_mean.expand({batch.x.size(0), -1}), .std = m_std.expand({batch.x.size(0), -1})};
    }
    at::Tensor decoderOutput(const at::Tensor& z, const at::Tensor& /*labels*/) override
    {
        return m_decoder(z).view({-1, 1, 1, kValues});
    }
    [[nodiscard]] elbo::Posterior posterior() const { return {.mean = m_mean, .std = m_std}; }

private:
    Likelihood::Kind m_kind;
    Decoder m_decoder;
    at::Tensor m_mean;
    at::Tensor m_std;
};

/// Points [N,K] of a grid from -9 to 9 and the logarithm of what one stands for.
struct Grid {
    at::Tensor z;
    double logCell = 0.0;
};

Grid gridOf(std::int64_t latentSize)
{
    const std::int64_t points = latentSize == 1 ? 20001 : 1201;
    const auto line = at::linspace(-9.0, 9.0, points, at::kDouble);
    const double step = 18.0 / static_cast<double>(points - 1);
    if (latentSize == 1)
        return {line.unsqueeze(1), std::log(step)};
    const auto square = at::stack({line.repeat_interleave(points), line.repeat(points)}, 1);
    return {square, 2.0 * std::log(step)};
}

/// log N(z; mean, diag(std^2)) of each row.
at::Tensor logNormal(const at::Tensor& z, const at::Tensor& mean, const at::Tensor& std)
{
    return (-0.5 * ((z - mean) / std).square() - std.log() - 0.5 * std::log(2.0 * std::numbers::pi)).sum(1);
}

/// Everything as integrals over z.
struct Integrals {
    double kl = 0.0;
    double logLikelihood = 0.0;  ///< E_q[log p(x|z)]
    double elbo = 0.0;
    double logEvidence = 0.0;  ///< log p(x)
    double gap = 0.0;          ///< KL(q || p(z|x))
};

Integrals integralsOf(MadeVae& model, const at::Tensor& x)
{
    const auto grid = gridOf(model.latentSize());
    const auto [mean, std] = model.posterior();
    const auto logQ = logNormal(grid.z, mean, std);
    const auto logPrior = logNormal(grid.z, at::zeros_like(mean), at::ones_like(std));
    const auto y = model.decoderOutput(grid.z, {}).flatten(1);
    const auto rows = x.flatten(1);
    // Written down again, apart from core's own.
    const auto logP = model.likelihood().kind == Likelihood::Kind::Gaussian
                          ? logNormal(rows, y, at::full_like(y, kSigma))
                          : (rows * y.sigmoid().log() + (1.0 - rows) * y.neg().sigmoid().log()).sum(1);
    const auto expectation = [&](const at::Tensor& values) {
        return ((logQ + grid.logCell).exp() * values).sum().item<double>();
    };
    const auto logEvidence = at::logsumexp(logP + logPrior + grid.logCell, 0);
    return {.kl = expectation(logQ - logPrior),
            .logLikelihood = expectation(logP),
            .elbo = expectation(logP + logPrior - logQ),
            .logEvidence = logEvidence.item<double>(),
            .gap = expectation(logQ - (logP + logPrior - logEvidence))};
}

/// Mean over that many samples of z of the log-likelihood that a step reports, with its standard error.
std::pair<double, double> sampledLogLikelihood(MadeVae& model, const at::Tensor& x, std::int64_t samples)
{
    const auto noise =
        elbo::normalNoise(1, elbo::RandomPurpose::TestNoise, 0, 0, samples, model.latentSize());
    const auto [mean, std] = model.posterior();
    const auto logP = model.likelihood().logProbability(
        x.expand({samples, -1, -1, -1}), model.decoderOutput(mean + std * noise.to(at::kDouble), {}));
    return {logP.mean().item<double>(), logP.std().item<double>() / std::sqrt(static_cast<double>(samples))};
}

MadeVae madeVae(int latentSize, bool bernoulli)
{
    const auto kind = bernoulli ? Likelihood::Kind::Bernoulli : Likelihood::Kind::Gaussian;
    if (latentSize == 1) {
        return {
            kind,
            [](const at::Tensor& z) { return at::cat({at::tanh(2 * z), z.square() / 2 - 0.3, 0.5 * z}, 1); },
            {0.4},
            {0.6}};
    }
    return {kind,
            [](const at::Tensor& z) {
                const auto a = z.narrow(1, 0, 1);
                const auto b = z.narrow(1, 1, 1);
                return at::cat({at::tanh(a + b), a * b / 2, 0.7 * b}, 1);
            },
            {0.5, -0.3},
            {0.8, 0.7}};
}

at::Tensor image()
{
    return at::tensor({0.9, 0.2, 0.6}, at::kDouble).view({1, 1, 1, kValues});
}

bool near(double a, double b, double tolerance)
{
    return std::abs(a - b) <= tolerance;
}

}  // namespace

class ElboTermsTest : public QObject {
    Q_OBJECT

    static void addModels()
    {
        QTest::addColumn<int>("latentSize");
        QTest::addColumn<bool>("bernoulli");
        QTest::newRow("Gaussian, 1") << 1 << false;
        QTest::newRow("Gaussian, 2") << 2 << false;
        QTest::newRow("Bernoulli, 1") << 1 << true;
        QTest::newRow("Bernoulli, 2") << 2 << true;
    }

private Q_SLOTS:
    void agreeWithIntegrals_data() { addModels(); }
    void agreeWithIntegrals()
    {
        QFETCH(int, latentSize);
        QFETCH(bool, bernoulli);
        auto model = madeVae(latentSize, bernoulli);
        const auto integrals = integralsOf(model, image());
        const auto kl = elbo::klPerDimension(model.posterior());
        QVERIFY(near(kl.sum().item<double>(), integrals.kl, 1e-9));
        const auto [sampled, error] = sampledLogLikelihood(model, image(), 200'000);
        QVERIFY2(error < 0.02 && near(sampled, integrals.logLikelihood, 4 * error),
                 qPrintable(QStringLiteral("%1 %2").arg(sampled).arg(integrals.logLikelihood)));
        QVERIFY(near(integrals.elbo, integrals.logLikelihood - integrals.kl, 1e-9));
        // log p(x) = ELBO + KL(q || p(z|x)): no constant is lost anywhere.
        QVERIFY(integrals.gap > 0.0);
        QVERIFY(near(integrals.logEvidence, integrals.elbo + integrals.gap, 1e-9));
        // One step of training reports the same for its sample.
        const auto noise = at::full({1, latentSize}, 0.7, at::kDouble);
        const auto terms = model.step({.x = image(), .labels = {}}, noise, 1.0).terms;
        const auto [mean, std] = model.posterior();
        const auto y = model.decoderOutput(mean + std * noise, {});
        const auto logP = model.likelihood().logProbability(image(), y).item<double>();
        QVERIFY(near(terms[0].item<double>(), integrals.kl, 1e-5));
        QVERIFY(near(terms[1].item<double>(), logP, 1e-5));
        QVERIFY(near(terms[2].item<double>(), logP - integrals.kl, 1e-5));
    }

    // Each dimension's part of the KL is that dimension's integral.
    void klOfEachDimensionIsItsIntegral()
    {
        for (const auto& [mean, std] :
             std::vector<std::pair<double, double>>{{0, 1}, {1.5, 0.3}, {-0.2, 1.2}}) {
            const auto grid = gridOf(1);
            const auto m = at::full({1, 1}, mean, at::kDouble);
            const auto s = at::full({1, 1}, std, at::kDouble);
            const auto logQ = logNormal(grid.z, m, s);
            const auto logPrior = logNormal(grid.z, at::zeros_like(m), at::ones_like(s));
            const double integral = ((logQ + grid.logCell).exp() * (logQ - logPrior)).sum().item<double>();
            const auto both =
                elbo::klPerDimension({.mean = at::cat({m, m + 1}, 1), .std = at::cat({s, s}, 1)});
            QVERIFY(near(both[0][0].item<double>(), integral, 1e-9));
            QVERIFY(near(both[0][1].item<double>() - integral, mean + 0.5, 1e-9));  // ((m+1)^2 - m^2) / 2
        }
    }

    // The expectation under q of a linear decoder's Gaussian log-likelihood is known.
    void aLinearDecoderHasAClosedForm()
    {
        const std::vector<double> slopes{1.2, -0.4, 0.3};
        const auto a = at::tensor(slopes, at::kDouble);
        MadeVae model(Likelihood::Kind::Gaussian, [a](const at::Tensor& z) { return z * a + 0.1; }, {0.4},
                      {0.6});
        double expected = 0.0;
        for (std::int64_t d = 0; d < kValues; ++d) {
            const double slope = slopes.at(static_cast<std::size_t>(d));
            const double error = image().flatten()[d].item<double>() - (0.4 * slope + 0.1);
            expected -= 0.5 * ((error * error + slope * slope * 0.36) / (kSigma * kSigma) +
                               std::log(2.0 * std::numbers::pi * kSigma * kSigma));
        }
        QVERIFY(near(integralsOf(model, image()).logLikelihood, expected, 1e-9));
        const auto [sampled, error] = sampledLogLikelihood(model, image(), 200'000);
        QVERIFY(near(sampled, expected, 4 * error));
    }

    void importanceSamplesConvergeToTheEvidence_data() { addModels(); }
    void importanceSamplesConvergeToTheEvidence()
    {
        QFETCH(int, latentSize);
        QFETCH(bool, bernoulli);
        auto model = madeVae(latentSize, bernoulli);
        const auto integrals = integralsOf(model, image());
        const elbo::Batch batch{.x = image(), .labels = {}};
        const auto many = elbo::importanceEstimate(model, batch, 0, 50'000, 1);
        QVERIFY2(many.standardError < 0.05 &&
                     near(many.logLikelihood, integrals.logEvidence, 5 * many.standardError + 1e-3),
                 qPrintable(QStringLiteral("%1 +- %2, not %3")
                                .arg(many.logLikelihood)
                                .arg(many.standardError)
                                .arg(integrals.logEvidence)));
        QVERIFY(many.logLikelihood > integrals.elbo - 3 * many.standardError);
        // The bound tightens with K (Burda et al. 2016, theorem 1): on average over many repetitions.
        double before = integrals.elbo;
        for (const int samples : {1, 5, 50}) {
            constexpr int kRepetitions = 400;
            double sum = 0.0;
            double squares = 0.0;
            for (int i = 0; i < kRepetitions; ++i) {
                const auto value = elbo::importanceEstimate(model, batch, i, samples, 2).logLikelihood;
                sum += value;
                squares += value * value;
            }
            const double mean = sum / kRepetitions;
            const double noise = std::sqrt((squares / kRepetitions - mean * mean) / kRepetitions);
            QVERIFY(mean > before - 4 * noise);
            QVERIFY(mean < integrals.logEvidence + 4 * noise);
            before = mean - 4 * noise;
        }
    }

    // With the true posterior every sample weighs p(x), whatever was drawn: ELBO, estimate and log N(x; b, A
    // A^T + sigma^2 I) are one number. The columns of A are orthogonal, so that this posterior is diagonal.
    void theTruePosteriorOfALinearModelIsExact()
    {
        const auto a = at::tensor({0.8, 0.3, 0.4, -0.6, 0.2, 0.0}, at::kDouble).view({3, 2});
        const auto b = at::tensor({0.1, 0.2, -0.1}, at::kDouble);
        QVERIFY(near(a.select(1, 0).dot(a.select(1, 1)).item<double>(), 0.0, 1e-12));
        const auto x = image().flatten();
        const auto precision = 1.0 + a.square().sum(0) / (kSigma * kSigma);
        const auto mean = a.t().matmul(x - b) / (kSigma * kSigma) / precision;
        const auto std = precision.rsqrt();
        MadeVae model(Likelihood::Kind::Gaussian,
                      [a, b](const at::Tensor& z) { return z.to(at::kDouble).matmul(a.t()) + b; },
                      {mean[0].item<double>(), mean[1].item<double>()},
                      {std[0].item<double>(), std[1].item<double>()});
        const auto covariance = a.matmul(a.t()) + kSigma * kSigma * at::eye(3, at::kDouble);
        const double exact =
            -0.5 * (3 * std::log(2.0 * std::numbers::pi) + covariance.det().log().item<double>() +
                    (x - b).dot(covariance.inverse().matmul(x - b)).item<double>());
        const auto integrals = integralsOf(model, image());
        QVERIFY(near(integrals.logEvidence, exact, 1e-8));
        QVERIFY(near(integrals.elbo, exact, 1e-8));
        const elbo::Batch batch{.x = image(), .labels = {}};
        for (const int samples : {1, 7, 300}) {
            const auto estimate = elbo::importanceEstimate(model, batch, samples, samples, 3);
            QVERIFY2(near(estimate.logLikelihood, exact, 2e-5),
                     qPrintable(QString::number(estimate.logLikelihood - exact)));
            QVERIFY(estimate.standardError < 1e-5);
        }
    }
};

QTEST_GUILESS_MAIN(ElboTermsTest)
#include "tst_elbo_terms.moc"
