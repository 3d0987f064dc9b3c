// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/depth/depth_encoder.h"
#include "core/nn/conv_norm.h"

#include <ATen/Functions.h>

namespace elbo {

namespace {

using torch::nn::BatchNorm2d;
using torch::nn::Conv2d;
using torch::nn::Conv2dOptions;

/// Convolution "0", BatchNorm "1", ReLU6.
struct ConvNormRelu6 : torch::nn::Module {
    Conv2d convolution{nullptr};
    BatchNorm2d norm{nullptr};

    ConvNormRelu6(std::int64_t inputs, std::int64_t outputs, std::int64_t kernel, std::int64_t stride,
                  std::int64_t groups)
    {
        convolution = register_module("0", Conv2d(Conv2dOptions(inputs, outputs, kernel)
                                                      .stride(stride)
                                                      .padding((kernel - 1) / 2)
                                                      .groups(groups)
                                                      .bias(false)));
        norm = register_module("1", BatchNorm2d(outputs));
    }
    at::Tensor forward(const at::Tensor& x) { return convNorm(x, *convolution, *norm, After::Relu6); }
};

/// Children named by numbers.
struct Numbered : torch::nn::Module {};

/// 1x1 to `expansion` times the width, depthwise 3x3, 1x1 back; added to its input where the shapes agree.
struct InvertedResidual : torch::nn::Module {
    std::shared_ptr<ConvNormRelu6> expand, depthwise;
    Conv2d project{nullptr};
    BatchNorm2d norm{nullptr};
    bool residual = false;

    InvertedResidual(std::int64_t inputs, std::int64_t outputs, std::int64_t stride, std::int64_t expansion)
        : residual(stride == 1 && inputs == outputs)
    {
        const auto width = inputs * expansion;
        const auto conv = register_module("conv", std::make_shared<Numbered>());
        int place = 0;
        const auto next = [&] { return std::to_string(place++); };
        if (expansion != 1)
            expand = conv->register_module(next(), std::make_shared<ConvNormRelu6>(inputs, width, 1, 1, 1));
        depthwise =
            conv->register_module(next(), std::make_shared<ConvNormRelu6>(width, width, 3, stride, width));
        project = conv->register_module(next(), Conv2d(Conv2dOptions(width, outputs, 1).bias(false)));
        norm = conv->register_module(next(), BatchNorm2d(outputs));
    }
    at::Tensor forward(const at::Tensor& x)
    {
        const auto y = depthwise->forward(expand ? expand->forward(x) : x);
        return convNorm(y, *project, *norm, After::Nothing, residual ? x : at::Tensor());
    }
};

struct Stage {
    std::int64_t expansion, outputs, blocks, stride;
};
constexpr std::array<Stage, 7> kStages{{{1, 16, 1, 1},
                                        {6, 24, 2, 2},
                                        {6, 32, 3, 2},
                                        {6, 64, 4, 2},
                                        {6, 96, 3, 1},
                                        {6, 160, 3, 2},
                                        {6, 320, 1, 1}}};
constexpr std::int64_t kFirst = 32;
constexpr std::int64_t kLast = 1280;

class MobileNetV2 : public DepthEncoder {
public:
    MobileNetV2()
    {
        int place = 0;
        const auto next = [&] { return std::to_string(place++); };
        m_first = register_module(next(), std::make_shared<ConvNormRelu6>(3, kFirst, 3, 2, 1));
        std::int64_t inputs = kFirst;
        for (const auto& stage : kStages) {
            for (std::int64_t block = 0; block < stage.blocks; ++block) {
                m_blocks.push_back(register_module(
                    next(), std::make_shared<InvertedResidual>(
                                inputs, stage.outputs, block == 0 ? stage.stride : 1, stage.expansion)));
                inputs = stage.outputs;
            }
        }
        m_last = register_module(next(), std::make_shared<ConvNormRelu6>(inputs, kLast, 1, 1, 1));
    }

    std::vector<at::Tensor> features(const at::Tensor& x) override
    {
        // Blocks counted from 1, the first convolution being block 1.
        constexpr std::array<std::size_t, 4> kKept{2, 4, 7, 11};
        std::vector<at::Tensor> maps;
        auto y = m_first->forward(x);
        for (std::size_t i = 0; i < m_blocks.size(); ++i) {
            y = m_blocks[i]->forward(y);
            if (std::ranges::find(kKept, i + 2) != kKept.end())
                maps.push_back(y);
        }
        maps.push_back(m_last->forward(y));
        return maps;
    }
    [[nodiscard]] const FeatureWidths& widths() const override
    {
        static constexpr FeatureWidths kWidths{16, 24, 32, 64, kLast};
        return kWidths;
    }

private:
    std::shared_ptr<ConvNormRelu6> m_first, m_last;
    std::vector<std::shared_ptr<InvertedResidual>> m_blocks;
};

}  // namespace

std::shared_ptr<DepthEncoder> makeMobileNetV2()
{
    return std::make_shared<MobileNetV2>();
}

}  // namespace elbo
