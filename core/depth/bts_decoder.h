// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/depth/depth_encoder.h"

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace elbo {

/// What BTS computes of an image, in parts of the largest depth; float32 [B,1,H,W] each.
struct BtsOutput {
    at::Tensor depth;
    at::Tensor guide8, guide4, guide2;  ///< of planes over 8x8, 4x4 and 2x2 pixels
    at::Tensor reduced;                 ///< of single pixels
};

/// Nearest x2, convolution 3x3, ELU. In evaluation computed at low resolution (models.md, "The sub-pixel
/// up-convolution"; zeros around stay zeros around).
class BtsUpConvolution : public torch::nn::Module {
public:
    BtsUpConvolution(std::int64_t inputs, std::int64_t outputs);
    [[nodiscard]] at::Tensor forward(const at::Tensor& x);

private:
    torch::nn::Conv2d m_conv{nullptr};
};

/// A_r of models.md: [BatchNorm,] ReLU, 1x1 to twice `outputs`, BatchNorm, ReLU, 3x3 with holes.
class BtsAtrous : public torch::nn::Module {
public:
    BtsAtrous(std::int64_t inputs, std::int64_t outputs, std::int64_t dilation, bool normFirst);
    [[nodiscard]] at::Tensor forward(const at::Tensor& x);

private:
    torch::nn::BatchNorm2d m_first{nullptr}, m_norm{nullptr};
    torch::nn::Conv2d m_reduce{nullptr}, m_atrous{nullptr};
};

/// 1x1 convolutions that halve the width to 8, with ELU between, then one to planes (3) or to a value (1).
class BtsReduction : public torch::nn::Module {
public:
    /// @param keepsWidthFirst  begins with one that keeps the width  @param last  3: planes; 1: a value, with
    /// its sigmoid
    BtsReduction(std::int64_t inputs, bool keepsWidthFirst, std::int64_t last);
    [[nodiscard]] at::Tensor forward(const at::Tensor& x);

private:
    std::vector<torch::nn::Conv2d> m_halving;
    torch::nn::Conv2d m_last{nullptr};
    bool m_value;
};

/// The decoder of BTS (Lee et al. 2019, "From Big to Small"), from the paper.
class BtsDecoder : public torch::nn::Module {
public:
    /// @param width  512 as published, or 256, 128, 64: all widths scale by width / 512
    BtsDecoder(const FeatureWidths& features, std::int64_t width);
    /// @param maps  of the encoder, from a half to a 32nd of the sides
    [[nodiscard]] BtsOutput forward(const std::vector<at::Tensor>& maps);

private:
    using Norm = torch::nn::BatchNorm2d;
    std::shared_ptr<BtsUpConvolution> m_up5, m_up4, m_up3, m_up2, m_up1;
    Norm m_bn5{nullptr}, m_bn4{nullptr}, m_bn4After{nullptr}, m_bn3{nullptr}, m_bn2{nullptr};
    torch::nn::Conv2d m_conv5{nullptr}, m_conv4{nullptr}, m_pyramid{nullptr}, m_conv3{nullptr},
        m_conv2{nullptr}, m_conv1{nullptr}, m_depth{nullptr};
    std::vector<std::shared_ptr<BtsAtrous>> m_atrous;  ///< dilated 3, 6, 12, 18, 24
    std::shared_ptr<BtsReduction> m_reduce8, m_reduce4, m_reduce2, m_reduce1;
};

}  // namespace elbo
