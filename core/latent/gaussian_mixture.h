// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/latent/encoding.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <stop_token>

namespace elbo {

/// sum_c weight_c N(mean_c, diag(variance_c)): the aggregate posterior as several clouds of codes.
struct GaussianMixture {
    at::Tensor weights;        ///< float64 [C], sum 1
    at::Tensor means;          ///< float64 [C,K]
    at::Tensor variances;      ///< float64 [C,K], above 0; each posterior's own variance is part of them
    double logLikelihood = 0;  ///< of the codes' means, nats per image, without the posteriors' own variance
};
/// Expectation-maximisation (Dempster, Laird and Rubin 1977) on the posterior means, from centres that lie
/// apart (k-means++, Arthur and Vassilvitskii 2007). @param components  at least 1; fewer than asked for are
/// taken where there are fewer images
/// @throws Error(BadData) for no codes, Error(BadSetting) for no components, Cancelled
[[nodiscard]] GaussianMixture fitMixture(const LatentCodes& codes, std::int64_t components,
                                         std::uint64_t seed, const std::stop_token& stop = {});

}  // namespace elbo
