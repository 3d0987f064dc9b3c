// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <stop_token>
#include <vector>

namespace elbo {

struct Dataset;

struct NearestImage {
    std::int64_t index = -1;  ///< in the set
    double distance = 0;      ///< Euclidean, of all prepared values in [0, 1]
};

/// The image of a set that each given one is most like: a sample that is no copy of a training image is far
/// from all of them. @param unit  float32 [M,C,H,W] in [0, 1] @param indices  where to look, at least one
/// @throws Error(BadSetting) for images of another size, or nowhere to look; Cancelled
[[nodiscard]] std::vector<NearestImage> nearestImages(const at::Tensor& unit, const Dataset& data,
                                                      const std::vector<std::int64_t>& indices,
                                                      const ProgressFunction& progress = {},
                                                      const std::stop_token& stop = {});

}  // namespace elbo
