// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/latent/latent_path.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace elbo {

/// The code at a part of the way; both ends exact. Opposite codes have many great circles: one of them is
/// taken, always the same; a code of zeros has none, and the line is taken.
/// @param a, b  float32 [K] @param t  in [0, 1] @return float32 [K]
[[nodiscard]] at::Tensor between(const at::Tensor& a, const at::Tensor& b, double t, LatentPath path);

/// Codes along a way through several points, each leg as long as the others.
/// @param points  float32 [W,K], W >= 2 @param steps  at least 2, ends included @return float32 [steps,K]
/// @throws Error(BadSetting) for fewer points or steps
[[nodiscard]] at::Tensor pathThrough(const at::Tensor& points, std::int64_t steps, LatentPath path);

}  // namespace elbo
