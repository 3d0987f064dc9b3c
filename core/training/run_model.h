// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/trainable.h"
#include "core/training/run_config.h"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace elbo {

struct Dataset;

/// The network of a run on the CPU, with the weights that it begins with.
/// @param initialWeights  --init: a weights file of any format, or a run whose last weights are taken; empty:
/// from the seed @param processes  that train it together
/// @throws Error(BadSetting) for settings, images and weights that do not go together, and what reading
/// throws
[[nodiscard]] std::shared_ptr<Trainable> makeRunModel(const RunConfig& config, const Dataset& data,
                                                      const std::filesystem::path& initialWeights,
                                                      int processes);

/// Learned numbers of a network; of a closed form, which keeps what it computed in buffers, those.
[[nodiscard]] std::int64_t parameterCount(const torch::nn::Module& module);

}  // namespace elbo
