// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/nn/module.h>

namespace elbo {

/// Brings a network's weights into the memory order that training is fastest in.
/// @return whether it has convolutions, so that its images are best in channels_last too
bool prepareMemoryOrder(torch::nn::Module& module);

}  // namespace elbo
