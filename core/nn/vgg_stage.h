// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/up_convolution.h"

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace elbo {

/// Convolution 3x3 with zeros around, BatchNorm, ReLU: [B,Cin,H,W] -> [B,Cout,H,W]. Source: Simonyan and
/// Zisserman 2015, with the BatchNorm of later VGGs.
class VggConvolution : public torch::nn::Module {
public:
    /// @param plain the convolution alone, as the last of a decoder
    VggConvolution(std::int64_t inputChannels, std::int64_t outputChannels, bool plain = false);
    [[nodiscard]] at::Tensor forward(const at::Tensor& x);

private:
    torch::nn::Conv2d m_convolution;
    torch::nn::BatchNorm2d m_norm = nullptr;
};

/// The convolutions between two changes of size in a VGG encoder, then max-pooling 2x2:
/// [B,Cin,H,W] -> [B,Cout,H/2,W/2].
class VggStage : public torch::nn::Module {
public:
    VggStage(std::int64_t inputChannels, std::int64_t outputChannels, int convolutions);
    [[nodiscard]] at::Tensor forward(const at::Tensor& x);

private:
    std::vector<std::shared_ptr<VggConvolution>> m_convolutions;
};

/// Its mirror in a decoder: nearest x2, then convolutions to the channels that are listed:
/// [B,Cin,H,W] -> [B,channels.back(),2H,2W]. The first convolution is computed at low resolution.
class VggUpStage : public torch::nn::Module {
public:
    /// @param channels what each convolution gives, at least two @param last whether the last convolution has
    /// neither BatchNorm nor ReLU
    VggUpStage(std::int64_t inputChannels, const std::vector<std::int64_t>& channels, bool last);
    [[nodiscard]] at::Tensor forward(const at::Tensor& x);

private:
    UpConvolution m_up = nullptr;
    torch::nn::BatchNorm2d m_norm = nullptr;
    std::vector<std::shared_ptr<VggConvolution>> m_convolutions;
};

}  // namespace elbo
