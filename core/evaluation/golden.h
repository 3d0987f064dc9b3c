// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace elbo {

/// One value of a golden file held against ours.
struct GoldenComparison {
    std::string what;        ///< "decode_z", "train_mode_gradient_l2 decoder.fc.weight"
    double deviation = 0.0;  ///< relative to the largest absolute value of that output
    double tolerance = 1e-4;
    [[nodiscard]] bool agrees() const { return deviation <= tolerance; }  ///< false for NaN too
};

/// How far an output is from its golden summary {shape, mean, std, min, max, l2, at}, in parts of its largest
/// absolute value; infinite for another shape and for values that are not finite.
[[nodiscard]] double goldenDeviation(const nlohmann::json& expected, const at::Tensor& output);

/// Makes the network of that key with weights made from their names, computes everything its golden file
/// lists and compares. The file's input, noise and sizes are those of golden/README.md; float32.
/// @throws Error(BadSetting) for a model without golden values, Error(BadFile) when the file lacks a value
[[nodiscard]] std::vector<GoldenComparison> compareWithGolden(std::string_view modelKey,
                                                              const nlohmann::json& golden,
                                                              const c10::Device& device);

}  // namespace elbo
