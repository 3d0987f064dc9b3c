// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/safetensors.h"

#include <torch/nn/module.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace elbo {

/// What the names and shapes of weights tell of a depth network.
struct DepthWeightsKind {
    std::string key;         ///< of depthEstimatorInfos()
    std::int64_t width = 0;  ///< of BTS's decoder, as the file has it
};
/// @return nothing for weights of another kind
[[nodiscard]] std::optional<DepthWeightsKind> recogniseDepthWeights(const std::vector<TensorInfo>& tensors);
[[nodiscard]] std::vector<TensorInfo> infosOf(const std::vector<NamedTensor>& tensors);

/// Copies weights into a depth network. What the network lacks is left and told; counters of batches, which
/// older files do not have, may be missing.
/// @param file  for the sentence
/// @return the names that were not used, shortened to a sentence; empty when all were
/// @throws Error(BadFile) for missing and misshapen entries; nothing was copied then
[[nodiscard]] std::string loadDepthWeights(torch::nn::Module& network,
                                           const std::vector<NamedTensor>& tensors, const std::string& file);

}  // namespace elbo
