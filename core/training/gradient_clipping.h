// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace elbo {

/// Shortens all gradients by one factor where their Euclidean norm together is above `most` (Pascanu et al.
/// 2013). The norm is float32 and stays on the device: nothing waits for it. Parameters without a gradient
/// are passed over.
/// @param most above 0
void clipGradients(const std::vector<at::Tensor>& parameters, double most);

}  // namespace elbo
