// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/vae.h"

#include <cstdint>
#include <stop_token>

namespace elbo {

/// The importance-weighted bound of one image and the standard error that K samples leave.
struct ImportanceEstimate {
    double logLikelihood = 0.0;  ///< log 1/K sum_k p(x|z_k) p(z_k) / q(z_k|x), nats
    double standardError = 0.0;  ///< of it, by the delta method; one image's weights alone
};

/// @param image      one image [1,C,H,W] in the value range, with its label
/// @param position   of the image in its data set: keys the noise together with the seed
/// @param samples    K >= 1; the sum is taken over logarithms in float64
/// @throws Cancelled
/// Source: Burda, Grosse, Salakhutdinov 2016, "Importance weighted autoencoders".
[[nodiscard]] ImportanceEstimate importanceEstimate(Vae& model, const Batch& image, std::int64_t position,
                                                    std::int64_t samples, std::uint64_t seed,
                                                    const std::stop_token& stop = {});

}  // namespace elbo
