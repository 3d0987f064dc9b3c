// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/patches.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace elbo {

/// How a convolution steps over its image.
struct ConvolutionSteps {
    std::int64_t stride = 1;
    std::int64_t padding = 0;
    PatchEdge edge = PatchEdge::Zero;
};

/// A convolution as one matrix product over the patches it sees: [B,Cin,H,W] -> [B,Cout,H',W'],
/// channels_last, on the CPU. Where a layer has many channels and few pixels, the convolution's own backward
/// pass spends much of its time on preparing weights; a matrix product does not.
/// @param weight [Cout,Cin,k,k] @param bias [Cout] or undefined
[[nodiscard]] at::Tensor patchConvolution(const at::Tensor& x, const at::Tensor& weight,
                                          const at::Tensor& bias, const ConvolutionSteps& steps);

/// Whether patchConvolution() was measured to be the faster way to `pixels` output pixels an image from x.
[[nodiscard]] bool prefersPatches(const at::Tensor& x, std::int64_t pixels);

}  // namespace elbo
