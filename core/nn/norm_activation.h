// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/modules/batchnorm.h>

namespace elbo {

/// BatchNorm of x + bias, then LeakyReLU: what follows nearly every convolution here. Keeps type and memory
/// format of x [B,C,H,W].
/// The convolution leaves its bias [C] to this, where it costs no pass over the image: in training BatchNorm
/// takes it out again with the mean, so that it moves the running mean alone and its gradient is exactly 0
/// (of the other way round, rounding is left, which Adam would follow); in evaluation it joins the running
/// mean.
[[nodiscard]] at::Tensor normaliseLeakyRelu(const at::Tensor& x, const at::Tensor& bias,
                                            torch::nn::BatchNorm2dImpl& norm, double slope);

}  // namespace elbo
