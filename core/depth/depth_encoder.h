// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace elbo {

/// Widths of the features at a half, a quarter, an eighth, a sixteenth and a 32nd of the sides.
using FeatureWidths = std::array<std::int64_t, 5>;

/// The part of an image classifier that a decoder of depth stands on; state-dict names are torchvision's.
class DepthEncoder : public torch::nn::Module {
public:
    /// @param x  float32 [B,3,H,W], ImageNet-normalised, sides multiples of 32
    /// @return five maps, [B,widths()[i],H/2^(i+1),W/2^(i+1)]
    [[nodiscard]] virtual std::vector<at::Tensor> features(const at::Tensor& x) = 0;
    [[nodiscard]] virtual const FeatureWidths& widths() const = 0;
};

/// "densenet121", "densenet161", "resnet50", "resnet101", "resnext50", "resnext101", "mobilenetv2".
[[nodiscard]] const std::vector<std::string>& depthEncoderNames();
/// @throws Error(BadSetting) for another name, with the nearest
[[nodiscard]] std::shared_ptr<DepthEncoder> makeDepthEncoder(std::string_view name);

/// Huang et al. 2017, "Densely Connected Convolutional Networks"; torchvision's `features` of densenet121 and
/// densenet161 (growth 32 and 48). Maps: relu0, pool0, transition1, transition2, norm5.
[[nodiscard]] std::shared_ptr<DepthEncoder> makeDenseNet121();
[[nodiscard]] std::shared_ptr<DepthEncoder> makeDenseNet161();

/// He et al. 2016, "Deep Residual Learning", and Xie et al. 2017, "Aggregated Residual Transformations"
/// (ResNeXt 32x4d and 32x8d): the whole torchvision network, its unused `fc` too, since published weights
/// hold it. Maps: relu, layer1 to layer4.
[[nodiscard]] std::shared_ptr<DepthEncoder> makeResNet50();
[[nodiscard]] std::shared_ptr<DepthEncoder> makeResNet101();
[[nodiscard]] std::shared_ptr<DepthEncoder> makeResNext50();
[[nodiscard]] std::shared_ptr<DepthEncoder> makeResNext101();

/// Sandler et al. 2018, "MobileNetV2"; torchvision's `features`. Maps: blocks 2, 4, 7, 11 and 19.
[[nodiscard]] std::shared_ptr<DepthEncoder> makeMobileNetV2();

}  // namespace elbo
