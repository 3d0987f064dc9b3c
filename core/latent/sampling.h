// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/latent/encoding.h"
#include "core/latent/gaussian_mixture.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace elbo {

/// What codes are drawn from. Prior: N(0, I), which a VAE is trained towards and never fills exactly.
/// Gaussian and mixture are fitted to the aggregate posterior, where the decoder has learned (Ghosh et al.
/// 2020).
enum class SampleSource { Prior, Gaussian, Mixture };
[[nodiscard]] std::string_view toString(SampleSource source);
/// "prior", "gaussian", "mixture" @throws Error(BadSetting)
[[nodiscard]] SampleSource parseSampleSource(std::string_view text);

/// N(mean, factor factor^T): first and second moments of the aggregate posterior.
struct LatentGaussian {
    at::Tensor mean;    ///< float64 [K]
    at::Tensor factor;  ///< float64 [K,K], lower triangle
};
/// @throws Error(BadData) for fewer than two codes
[[nodiscard]] LatentGaussian fitGaussian(const LatentCodes& codes);

struct SampleSettings {
    std::int64_t count = 16;
    double temperature = 1;  ///< factor of every standard deviation; 0: the means alone
    std::uint64_t seed = 1;
};
/// Sample i depends on seed and i alone: more of them begin with the same ones. @return float32 [count,K]
/// @throws Error(BadSetting) for fewer than one, or a temperature below 0
[[nodiscard]] at::Tensor samplePrior(std::int64_t latentSize, const SampleSettings& settings);
[[nodiscard]] at::Tensor sampleGaussian(const LatentGaussian& gaussian, const SampleSettings& settings);
[[nodiscard]] at::Tensor sampleMixture(const GaussianMixture& mixture, const SampleSettings& settings);

}  // namespace elbo
