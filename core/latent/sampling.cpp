// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/sampling.h"

#include "core/base/error.h"
#include "core/base/random_stream.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace elbo {

namespace {

/// Added to the diagonal, as a part of its mean: fewer images than dimensions leave directions without any
/// variance.
constexpr double kRidge = 1e-6;
/// Which component a sample is of, beside its noise.
constexpr std::uint64_t kComponentStream = 1;

/// Standard normal times the temperature: float64 [count,K].
at::Tensor noiseOf(std::int64_t latentSize, const SampleSettings& settings)
{
    if (settings.count < 1)
        throw Error(ErrorCode::BadSetting, "One sample is drawn at least: give a larger number.");
    if (!(settings.temperature >= 0) || !std::isfinite(settings.temperature))
        throw Error(ErrorCode::BadSetting, "The temperature is 0 or above: give another one.");
    return normalNoise(settings.seed, RandomPurpose::Sampling, 0, 0, settings.count, latentSize)
               .to(at::kDouble) *
           settings.temperature;
}

}  // namespace

std::string_view toString(SampleSource source)
{
    switch (source) {
        case SampleSource::Prior:
            return "prior";
        case SampleSource::Gaussian:
            return "gaussian";
        case SampleSource::Mixture:
            break;
    }
    return "mixture";
}

SampleSource parseSampleSource(std::string_view text)
{
    for (const auto source : {SampleSource::Prior, SampleSource::Gaussian, SampleSource::Mixture})
        if (text == toString(source))
            return source;
    throw Error(ErrorCode::BadSetting,
                "Codes are not drawn from \"" + std::string(text) + "\": choose prior, gaussian or mixture.");
}

LatentGaussian fitGaussian(const LatentCodes& codes)
{
    if (codes.size() < 2)
        throw Error(ErrorCode::BadData,
                    "A Gaussian is fitted to two images at least: choose a set with more.");
    const auto means = codes.mean.to(at::kDouble);
    LatentGaussian gaussian;
    gaussian.mean = means.mean(0);
    const auto centred = means - gaussian.mean;
    auto covariance = centred.t().matmul(centred) / static_cast<double>(codes.size());
    covariance.diagonal().add_(codes.std.to(at::kDouble).square().mean(0));
    covariance.diagonal().add_(kRidge * covariance.diagonal().mean().clamp_min(kRidge));
    gaussian.factor = at::linalg_cholesky(covariance);
    return gaussian;
}

at::Tensor samplePrior(std::int64_t latentSize, const SampleSettings& settings)
{
    return noiseOf(latentSize, settings).to(at::kFloat);
}

at::Tensor sampleGaussian(const LatentGaussian& gaussian, const SampleSettings& settings)
{
    const auto noise = noiseOf(gaussian.mean.size(0), settings);
    return (gaussian.mean + noise.matmul(gaussian.factor.t())).to(at::kFloat);
}

at::Tensor sampleMixture(const GaussianMixture& mixture, const SampleSettings& settings)
{
    const auto noise = noiseOf(mixture.means.size(1), settings);
    const auto ends = mixture.weights.cumsum(0);
    auto component = at::empty({settings.count}, at::kLong);
    for (std::int64_t i = 0; i < settings.count; ++i) {
        RandomStream stream(settings.seed, RandomPurpose::Sampling, kComponentStream,
                            static_cast<std::uint32_t>(i));
        const auto place = ends.le(static_cast<double>(stream.uniform())).sum().item<std::int64_t>();
        component[i] = std::min(place, mixture.weights.size(0) - 1);  // the weights' sum rounds
    }
    return (mixture.means.index_select(0, component) +
            noise * mixture.variances.index_select(0, component).sqrt())
        .to(at::kFloat);
}

}  // namespace elbo
