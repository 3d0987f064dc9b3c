// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace elbo {

/// Local planar guidance (Lee et al. 2019, section 3.3): each cell of the map is a plane that gives the depth
/// of the k x k pixels it covers.
/// @param planes  float32 [B,3,h,w] before their sigmoids: polar angle (to pi/3), azimuth (to 2 pi), distance
/// (to 1, of the largest depth)
/// @return float32 [B,1,k h,k w]: n4 / (n1 u + n2 v + n3) with u along columns, v along rows,
/// (i - (k - 1) / 2) / k; in parts of the largest depth
[[nodiscard]] at::Tensor planarGuidance(const at::Tensor& planes, std::int64_t k);

}  // namespace elbo
