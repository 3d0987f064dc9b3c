// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace elbo {

/// How two codes are joined. Linear: a straight line. Spherical (Shoemake 1985; White 2016): along the great
/// circle, the length changing evenly, so that codes between are as far from the origin as codes are.
enum class LatentPath { Linear, Spherical };
[[nodiscard]] std::string_view toString(LatentPath path);
/// "linear", "spherical" @throws Error(BadSetting)
[[nodiscard]] LatentPath parseLatentPath(std::string_view text);

/// The code at a part of the way; both ends exact. Opposite codes have many great circles: one of them is
/// taken, always the same; a code of zeros has none, and the line is taken.
/// @param a, b  float32 [K] @param t  in [0, 1] @return float32 [K]
[[nodiscard]] at::Tensor between(const at::Tensor& a, const at::Tensor& b, double t, LatentPath path);

/// Codes along a way through several points, each leg as long as the others.
/// @param points  float32 [W,K], W >= 2 @param steps  at least 2, ends included @return float32 [steps,K]
/// @throws Error(BadSetting) for fewer points or steps
[[nodiscard]] at::Tensor pathThrough(const at::Tensor& points, std::int64_t steps, LatentPath path);

}  // namespace elbo
