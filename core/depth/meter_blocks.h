// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>

#include <cstdint>
#include <memory>

namespace elbo {

/// METER calls it separable: 3x3 over all channels, then 1x1; no biases.
class MeterSeparable : public torch::nn::Module {
public:
    MeterSeparable(std::int64_t inputs, std::int64_t outputs, std::int64_t stride = 1);
    [[nodiscard]] at::Tensor forward(const at::Tensor& x);
    /// BatchNorm of it, then ReLU.
    [[nodiscard]] at::Tensor forward(const at::Tensor& x, torch::nn::BatchNorm2dImpl& norm);

private:
    torch::nn::Conv2d m_spatial{nullptr}, m_pointwise{nullptr};
};

/// 1x1 to twice the width, depthwise 3x3, 1x1, each with BatchNorm; added to its input where shapes agree.
class MeterInvertedResidual : public torch::nn::Module {
public:
    MeterInvertedResidual(std::int64_t inputs, std::int64_t outputs, std::int64_t stride);
    [[nodiscard]] at::Tensor forward(const at::Tensor& x);

private:
    torch::nn::Conv2d m_expand{nullptr}, m_depthwise{nullptr}, m_project{nullptr};
    torch::nn::BatchNorm2d m_expandNorm{nullptr}, m_depthwiseNorm{nullptr}, m_projectNorm{nullptr};
    bool m_residual;
};

/// Pre-norm attention and feed-forward network, one after the other.
class MeterTransformer : public torch::nn::Module {
public:
    MeterTransformer(std::int64_t width, std::int64_t hidden);
    /// @param x  [B,P,N,width]: attention among the N, for each of the P apart
    [[nodiscard]] at::Tensor forward(const at::Tensor& x);

private:
    torch::nn::LayerNorm m_attentionNorm{nullptr}, m_feedNorm{nullptr};
    torch::nn::Linear m_qkv{nullptr}, m_out{nullptr}, m_widen{nullptr}, m_narrow{nullptr};
};

/// A MobileViT block of one transformer over 2x2 patches, joined with its input.
class MeterBlock : public torch::nn::Module {
public:
    /// @param width  of the transformer  @param hidden  of its feed-forward network
    MeterBlock(std::int64_t channels, std::int64_t width, std::int64_t hidden);
    [[nodiscard]] at::Tensor forward(const at::Tensor& x);

private:
    std::shared_ptr<MeterSeparable> m_local, m_join;
    std::shared_ptr<MeterTransformer> m_transformer;
    torch::nn::Conv2d m_in{nullptr}, m_out{nullptr};
    torch::nn::BatchNorm2d m_localNorm{nullptr}, m_inNorm{nullptr}, m_outNorm{nullptr}, m_joinNorm{nullptr};
};

/// Transposed convolution to twice the sides, joined with the encoder's map of that size.
class MeterUpBlock : public torch::nn::Module {
public:
    MeterUpBlock(std::int64_t inputs, std::int64_t kept, std::int64_t outputs);
    [[nodiscard]] at::Tensor forward(const at::Tensor& x, const at::Tensor& kept);

private:
    torch::nn::ConvTranspose2d m_up{nullptr};
    std::shared_ptr<MeterSeparable> m_join;
};

}  // namespace elbo
