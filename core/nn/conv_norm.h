// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/inference_weights.h"

#include <ATen/core/Tensor.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>

namespace elbo {

/// BatchNorm of the convolution of x [B,C,H,W], with what comes after. In evaluation the normalisation is
/// multiplied into the weights (a few million numbers) instead of the image, which saves a pass over it; they
/// are kept while InferenceWeights are in use.
/// @param added  to the normalised map, before what comes after; or undefined
[[nodiscard]] at::Tensor convNorm(const at::Tensor& x, torch::nn::Conv2dImpl& convolution,
                                  torch::nn::BatchNorm2dImpl& norm, After after = After::Nothing,
                                  const at::Tensor& added = {});

/// The convolution alone, its weights kept in the same way.
[[nodiscard]] at::Tensor convolved(const at::Tensor& x, torch::nn::Conv2dImpl& convolution);

}  // namespace elbo
