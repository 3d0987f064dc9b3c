// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/vgg_stage.h"

#include "core/nn/norm_activation.h"
#include "core/nn/patch_convolution.h"

#include <ATen/Functions.h>

#include <string>

namespace elbo {
namespace {

constexpr double kReluSlope = 0.0;  ///< ReLU is the LeakyReLU that lets nothing through

}  // namespace

VggConvolution::VggConvolution(std::int64_t inputChannels, std::int64_t outputChannels, bool plain)
    : m_convolution(torch::nn::Conv2dOptions(inputChannels, outputChannels, 3).padding(1))
{
    register_module("conv", m_convolution);
    if (!plain) {
        m_norm = register_module("norm", torch::nn::BatchNorm2d(outputChannels));
    }
}

at::Tensor VggConvolution::forward(const at::Tensor& x)
{
    const auto& weight = m_convolution->weight;
    const auto& bias = m_convolution->bias;
    const auto own = m_norm ? at::Tensor() : bias;  // a norm takes the bias over
    const auto features = prefersPatches(x, x.size(2) * x.size(3))
                              ? patchConvolution(x, weight, own, {.stride = 1, .padding = 1})
                              : at::conv2d(x, weight, own, /*stride=*/1, /*padding=*/1);
    return m_norm ? normaliseLeakyRelu(features, bias, *m_norm, kReluSlope) : features;
}

VggStage::VggStage(std::int64_t inputChannels, std::int64_t outputChannels, int convolutions)
{
    for (int i = 0; i < convolutions; ++i) {
        m_convolutions.push_back(register_module(
            std::to_string(i),
            std::make_shared<VggConvolution>(i == 0 ? inputChannels : outputChannels, outputChannels)));
    }
}

at::Tensor VggStage::forward(const at::Tensor& x)
{
    auto features = x;
    for (const auto& convolution : m_convolutions) {
        features = convolution->forward(features);
    }
    return at::max_pool2d(features, {2, 2});
}

VggUpStage::VggUpStage(std::int64_t inputChannels, const std::vector<std::int64_t>& channels, bool last)
    : m_up(inputChannels, channels.front(), PatchEdge::Zero), m_norm(channels.front())
{
    register_module("up", m_up);
    register_module("norm", m_norm);
    for (std::size_t i = 1; i < channels.size(); ++i) {
        const bool plain = last && i + 1 == channels.size();
        m_convolutions.push_back(register_module(
            std::to_string(i), std::make_shared<VggConvolution>(channels[i - 1], channels[i], plain)));
    }
}

at::Tensor VggUpStage::forward(const at::Tensor& x)
{
    auto features = normaliseLeakyRelu(m_up->forwardWithoutBias(x), m_up->bias, *m_norm, kReluSlope);
    for (const auto& convolution : m_convolutions) {
        features = convolution->forward(features);
    }
    return features;
}

}  // namespace elbo
