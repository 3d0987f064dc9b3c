// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/patches.h"

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include <cstdint>

namespace elbo {

/// Nearest x2, padding 1 (replicated edge or zeros), convolution 3x3: [B,Cin,H,W] -> [B,Cout,2H,2W], computed
/// at low resolution. An output pixel (2i+a, 2j+b) sees only 2x2 pixels of the input, so one convolution 2x2
/// to 4 Cout channels on the input, padded alike, and an interleaving give the same numbers with 16/36 of the
/// multiplications (models.md, "The sub-pixel up-convolution"). Weights are stored as those of the 3x3
/// convolution, so that files stay compatible; gradients flow through the sums.
class UpConvolutionImpl : public torch::nn::Module {
public:
    UpConvolutionImpl(std::int64_t inputChannels, std::int64_t outputChannels,
                      PatchEdge edge = PatchEdge::Replicate);

    [[nodiscard]] at::Tensor forward(const at::Tensor& x);
    /// Leaves the bias to the normaliseLeakyRelu() that follows.
    [[nodiscard]] at::Tensor forwardWithoutBias(const at::Tensor& x);
    /// The same in the words of its definition: for tests and the plain benchmark.
    [[nodiscard]] at::Tensor plainForward(const at::Tensor& x);

    at::Tensor weight;  ///< [Cout,Cin,3,3]
    at::Tensor bias;    ///< [Cout]

private:
    /// @param phaseBias [4 Cout] or undefined
    [[nodiscard]] at::Tensor convolve(const at::Tensor& x, const at::Tensor& phaseBias);

    /// 3x3 -> [4 Cout,Cin,2,2]: the first dimension is (1 - a, 1 - b, Cout).
    [[nodiscard]] at::Tensor lowResolutionWeight();

    /// One pixel more on every side.
    [[nodiscard]] at::Tensor padded(const at::Tensor& x) const;

    PatchEdge m_edge;
    at::Tensor m_sums;  ///< [9,16], which of the 3x3 weights each of the 2x2 ones sums; no part of the state
};
TORCH_MODULE(UpConvolution);

}  // namespace elbo
