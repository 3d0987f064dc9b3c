// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/golden.h"

#include <string_view>
#include <vector>

namespace elbo {

/// Computes what the golden file of a depth network lists and compares, in float32: METER-XXS with its
/// bundled weights, BTS with weights made from their names.
/// @param key  "meter-xxs" or "bts-ENCODER"  @throws Error(BadSetting) for another key
[[nodiscard]] std::vector<GoldenComparison> compareDepthWithGolden(std::string_view key,
                                                                   const nlohmann::json& golden,
                                                                   const c10::Device& device);

}  // namespace elbo
