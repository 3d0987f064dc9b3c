// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/vae.h"

#include "core/base/error.h"
#include "core/nn/autocast.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <array>
#include <cmath>
#include <numbers>

namespace elbo {
namespace {

/// log of (2 pi sigma^2)^(D/2)
double gaussianConstant(double sigma, std::int64_t values)
{
    return 0.5 * static_cast<double>(values) * std::log(2.0 * std::numbers::pi * sigma * sigma);
}

/// A learned sigma stays above e^-6, where the likelihood of 8-bit data would follow rounding: softly, so
/// that a gradient is left (Rybkin et al. 2021, section 3.2).
constexpr double kLeastLogSigma = -6.0;

/// What bounded() makes logSigma of; above the bound.
double unbounded(double logSigma)
{
    return kLeastLogSigma + std::log(std::expm1(logSigma - kLeastLogSigma));
}

at::Tensor bounded(const at::Tensor& logSigma)
{
    return at::softplus(logSigma - kLeastLogSigma) + kLeastLogSigma;
}

constexpr auto kSquares = "sum of squares per image";

std::vector<TermInfo> makeTerms(bool hasDepth, bool comparable)
{
    const std::string nats = "nats per image";
    const std::string squares = kSquares;
    const auto density = comparable ? nats : nats + "; Bernoulli objective, not a density";
    std::vector<TermInfo> terms{
        {.key = "kl", .title = "KL divergence", .unit = nats},
        {.key = "log_likelihood", .title = "Log-likelihood", .unit = density, .higherIsBetter = true},
        {.key = "elbo", .title = "ELBO", .unit = density, .higherIsBetter = true, .choosesBest = true},
        {.key = "mse", .title = "MSE", .unit = squares},
    };
    if (hasDepth) {
        terms.push_back({.key = "mse_color", .title = "MSE of colour", .unit = squares, .plotted = false});
        terms.push_back({.key = "mse_depth", .title = "MSE of depth", .unit = squares, .plotted = false});
    }
    return terms;
}

std::vector<TermInfo> makeTestTerms(bool hasDepth, bool comparable)
{
    auto terms = makeTerms(hasDepth, comparable);
    terms.push_back({.key = "mse_mean", .title = "MSE of the mean", .unit = kSquares, .plotted = false});
    return terms;
}

/// The lists of a function of (hasDepth, comparable), which live as long as the program.
using TermLists = std::array<std::array<std::vector<TermInfo>, 2>, 2>;

TermLists listsOf(std::vector<TermInfo> (*make)(bool hasDepth, bool comparable))
{
    return {{{make(false, false), make(false, true)}, {make(true, false), make(true, true)}}};
}

}  // namespace

double Likelihood::sigmaNow() const
{
    return logSigma.defined() ? std::exp(bounded(logSigma.detach()).item<double>()) : sigma;
}

at::Tensor Likelihood::gaussianLogProbability(const at::Tensor& squares, std::int64_t values) const
{
    if (!logSigma.defined())
        return squares * (-0.5 / (sigma * sigma)) - gaussianConstant(sigma, values);
    const auto learned = bounded(logSigma);
    return squares * (-0.5 * (-2 * learned).exp()) - gaussianConstant(1.0, values) -
           static_cast<double>(values) * learned;
}

at::Tensor Likelihood::logProbability(const at::Tensor& x, const at::Tensor& decoderOutput) const
{
    const WithoutAutocast float32;
    const auto y = decoderOutput.to(x.scalar_type());
    switch (kind) {
        case Kind::Gaussian:
            return gaussianLogProbability((x - y).square().flatten(1).sum(1), x.numel() / x.size(0));
        case Kind::Bernoulli:
            // x ln p + (1 - x) ln(1 - p) with p = sigmoid(y) is x y - softplus(y)
            return (x * y - at::softplus(y)).flatten(1).sum(1);
    }
    return {};
}

at::Tensor Likelihood::mean(const at::Tensor& decoderOutput) const
{
    return kind == Kind::Bernoulli ? at::sigmoid(decoderOutput) : decoderOutput;
}

at::Tensor klPerDimension(const Posterior& posterior)
{
    return 0.5 * (posterior.mean.square() + posterior.std.square() - 1.0) - posterior.std.log();
}

double reportedMseFactor(const ImageShape& shape, ValueRange range)
{
    const double span = range == ValueRange::Symmetric ? 2.0 : 1.0;
    const double reportedSpan = shape.hasDepth ? 2.0 : 1.0;
    return reportedSpan * reportedSpan / (span * span);
}

at::Tensor Vae::decode(const at::Tensor& z, const at::Tensor& labels)
{
    const auto output = decoderOutput(z, labels);
    const WithoutAutocast float32;
    return likelihood().mean(output.to(z.scalar_type()));
}

void Vae::useGaussian(const GaussianSigma& sigma)
{
    m_sigma = sigma.value;
    if (sigma.learned)
        m_logSigma = register_parameter("log_sigma", at::full({}, unbounded(std::log(sigma.value))));
}

Likelihood Vae::gaussian() const
{
    return {.kind = Likelihood::Kind::Gaussian, .sigma = m_sigma, .logSigma = m_logSigma};
}

const std::vector<TermInfo>& Vae::terms() const
{
    static const auto lists = listsOf(makeTerms);
    return lists[m_shape.hasDepth ? 1 : 0][likelihood().comparable ? 1 : 0];
}

StepResult Vae::step(const Batch& batch, const at::Tensor& noise, double beta)
{
    const auto posterior = encode(batch);
    return stepFrom(posterior, batch, decoderOutput(posterior.mean + posterior.std * noise, batch.labels),
                    beta);
}

const std::vector<TermInfo>& Vae::testTerms() const
{
    static const auto lists = listsOf(makeTestTerms);
    return lists[m_shape.hasDepth ? 1 : 0][likelihood().comparable ? 1 : 0];
}

at::Tensor Vae::testStep(const Batch& batch, const at::Tensor& noise)
{
    const auto posterior = encode(batch);
    // Sample and mean are decoded together: twice the images in half of the operations.
    const auto codes = at::cat({posterior.mean + posterior.std * noise, posterior.mean});
    const auto labels = batch.labels.defined() ? at::cat({batch.labels, batch.labels}) : at::Tensor();
    const auto outputs = decoderOutput(codes, labels).chunk(2);
    const auto terms = stepFrom(posterior, batch, outputs[0], 1.0).terms;
    const WithoutAutocast float32;
    const auto fromMean = likelihood().mean(outputs[1].to(batch.x.scalar_type()));
    const auto error = (fromMean - batch.x).square().sum() * reportedMseFactor(m_shape, valueRange());
    return at::cat({terms, error.to(terms.scalar_type()).view({1})});
}

StepResult Vae::stepFrom(const Posterior& posterior, const Batch& batch, const at::Tensor& output,
                         double beta)
{
    const WithoutAutocast float32;
    const auto& x = batch.x;
    const auto y = output.to(x.scalar_type());
    const Likelihood given = likelihood();
    const auto kl = klPerDimension(posterior).sum(1);  // [B]
    at::Tensor logProbability;                         // [B]
    at::Tensor squares;                                // [B,C], of the expected image
    if (given.kind == Likelihood::Kind::Gaussian) {
        // The one sum of squares serves the likelihood and the reported MSE.
        const auto perChannel = (x - y).square().sum({2, 3});
        logProbability = given.gaussianLogProbability(perChannel.sum(1), m_shape.values());
        squares = perChannel.detach();
    } else {
        logProbability = given.logProbability(x, y);
        squares = (x - given.mean(y.detach())).square().sum({2, 3});
    }

    const auto loss = (beta * kl - logProbability).mean();

    const c10::AutoGradMode noGrad(false);
    const auto reported = squares.sum(0) * reportedMseFactor(m_shape, valueRange());  // [C]
    const auto klSum = kl.sum();
    const auto logProbabilitySum = logProbability.sum();
    std::vector<at::Tensor> sums{klSum, logProbabilitySum, logProbabilitySum - klSum, reported.sum()};
    if (m_shape.hasDepth) {
        const auto colors = m_shape.channels - 1;
        sums.push_back(reported.narrow(0, 0, colors).sum());
        sums.push_back(reported[colors]);
    }
    return {.loss = loss, .terms = at::stack(sums).to(at::kFloat)};
}

void Vae::checkImages(const at::Tensor& x) const
{
    if (x.dim() != 4 || x.size(1) != m_shape.channels || x.size(2) != m_shape.height ||
        x.size(3) != m_shape.width) {
        throw Error(ErrorCode::BadData,
                    "The model was made for images of " + std::to_string(m_shape.channels) + " x " +
                        std::to_string(m_shape.height) + " x " + std::to_string(m_shape.width) +
                        " values; prepare the data in that size.");
    }
}

}  // namespace elbo
