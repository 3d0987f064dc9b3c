// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/safetensors.h"

#include <torch/nn/module.h>

#include <vector>

namespace elbo {

/// Parameters and buffers in PyTorch's state-dict order and names; tensors share storage with the module.
[[nodiscard]] std::vector<NamedTensor> stateDict(const torch::nn::Module& module);
/// Copies values into the module. @throws Error(BadFile) naming the first missing, unexpected or misshapen
/// tensors ("weights of another model: ...")
void loadStateDict(torch::nn::Module& module, const std::vector<NamedTensor>& tensors);

}  // namespace elbo
