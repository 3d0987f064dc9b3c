// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/modules/batchnorm.h>

namespace elbo {

/// BatchNorm, then LeakyReLU: what follows nearly every convolution here. Keeps type and memory format of x.
[[nodiscard]] at::Tensor normaliseLeakyRelu(const at::Tensor& x, torch::nn::BatchNorm2dImpl& norm,
                                            double slope);

}  // namespace elbo
