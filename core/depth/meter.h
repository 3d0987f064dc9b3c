// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace elbo {

class MeterSeparable;
class MeterInvertedResidual;
class MeterBlock;
class MeterUpBlock;

/// METER-XXS (Papa, Russo and Amerini 2023, "METER: a mobile vision transformer architecture for monocular
/// depth estimation"): a MobileViT encoder and a decoder of transposed convolutions; 713,464 parameters.
/// State-dict names are the published ones.
class MeterXxs : public torch::nn::Module {
public:
    static constexpr std::int64_t kHeight = 192;  ///< of the images it was trained on
    static constexpr std::int64_t kWidth = 256;

    MeterXxs();
    /// @param x  float32 [B,3,H,W], RGB in [0, 1], sides multiples of 64
    /// @return float32 [B,1,H/4,W/4], centimetres
    [[nodiscard]] at::Tensor forward(const at::Tensor& x);

private:
    std::shared_ptr<MeterSeparable> m_first;
    torch::nn::BatchNorm2d m_firstNorm{nullptr}, m_lastNorm{nullptr};
    torch::nn::Conv2d m_last{nullptr}, m_in{nullptr}, m_out{nullptr};
    std::vector<std::shared_ptr<MeterInvertedResidual>> m_residuals;
    std::vector<std::shared_ptr<MeterBlock>> m_blocks;
    std::vector<std::shared_ptr<MeterUpBlock>> m_ups;
};

}  // namespace elbo
