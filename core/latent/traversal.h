// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace elbo {

/// Evenly spaced values from -range to range, 0 among them where their number is odd. @param steps  at least
/// 2
/// @throws Error(BadSetting)
[[nodiscard]] std::vector<float> traversalValues(std::int64_t steps, double range);

/// What one dimension at a time does: dimensions down, values across.
/// @param z  float32 [K], the code around which one dimension is set to each value
/// @param range  in standard deviations of the prior, which are 1
/// @return float32 [dims * steps, K], row by row @throws Error(BadSetting) for a dimension that is not there
[[nodiscard]] at::Tensor traverse(const at::Tensor& z, const std::vector<std::int64_t>& dims,
                                  std::int64_t steps, double range);

/// The plane of 2-dimensional codes: first dimension across, second one upwards.
/// @return float32 [steps * steps, 2], row by row from the top
[[nodiscard]] at::Tensor latentPlane(std::int64_t steps, double range);

}  // namespace elbo
