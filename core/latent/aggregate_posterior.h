// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/latent/encoding.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace elbo {

/// KL of a dimension, nats per image, below which it tells nothing of an image: collapsed.
constexpr double kCollapsedNats = 0.01;

/// q(z) = mean over the images of q(z|x): where codes lie, and along which directions (Hoffman and Johnson
/// 2016, "ELBO surgery").
struct AggregatePosterior {
    at::Tensor mean;                 ///< float32 [K]
    at::Tensor std;                  ///< float32 [K], of z ~ q(z): spread of the means and of each posterior
    at::Tensor kl;                   ///< float32 [K], nats per image, mean over the images
    std::vector<std::int64_t> byKl;  ///< all dimensions, largest KL first
    at::Tensor directions;           ///< float32 [D,K], orthonormal rows, of the posterior means
    at::Tensor variances;            ///< float32 [D], along each direction, descending
    double totalVariance = 0;        ///< of the means over all dimensions
    std::int64_t active = 0;         ///< dimensions with KL of at least kCollapsedNats

    [[nodiscard]] std::int64_t size() const { return mean.size(0); }
};
/// @throws Error(BadData) for fewer than two images
[[nodiscard]] AggregatePosterior aggregatePosterior(const LatentCodes& codes);

}  // namespace elbo
