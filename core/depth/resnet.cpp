// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/depth/depth_encoder.h"
#include "core/nn/conv_norm.h"

#include <ATen/Functions.h>
#include <torch/nn/modules/linear.h>

namespace elbo {

namespace {

using torch::nn::BatchNorm2d;
using torch::nn::Conv2d;
using torch::nn::Conv2dOptions;

constexpr std::int64_t kExpansion = 4;  ///< of a bottleneck's output over its planes

struct Numbered : torch::nn::Module {};

/// 1x1, 3x3 in groups, 1x1, each with BatchNorm; added to its input.
struct Bottleneck : torch::nn::Module {
    Conv2d conv1{nullptr}, conv2{nullptr}, conv3{nullptr}, shortcut{nullptr};
    BatchNorm2d bn1{nullptr}, bn2{nullptr}, bn3{nullptr}, shortcutNorm{nullptr};

    Bottleneck(std::int64_t inputs, std::int64_t planes, std::int64_t width, std::int64_t stride,
               std::int64_t groups)
    {
        const auto outputs = planes * kExpansion;
        conv1 = register_module("conv1", Conv2d(Conv2dOptions(inputs, width, 1).bias(false)));
        bn1 = register_module("bn1", BatchNorm2d(width));
        conv2 = register_module(
            "conv2",
            Conv2d(Conv2dOptions(width, width, 3).stride(stride).padding(1).groups(groups).bias(false)));
        bn2 = register_module("bn2", BatchNorm2d(width));
        conv3 = register_module("conv3", Conv2d(Conv2dOptions(width, outputs, 1).bias(false)));
        bn3 = register_module("bn3", BatchNorm2d(outputs));
        if (stride != 1 || inputs != outputs) {
            const auto downsample = register_module("downsample", std::make_shared<Numbered>());
            shortcut = downsample->register_module(
                "0", Conv2d(Conv2dOptions(inputs, outputs, 1).stride(stride).bias(false)));
            shortcutNorm = downsample->register_module("1", BatchNorm2d(outputs));
        }
    }
    at::Tensor forward(const at::Tensor& x)
    {
        auto y = convNorm(x, *conv1, *bn1, After::Relu);
        y = convNorm(y, *conv2, *bn2, After::Relu);
        return convNorm(y, *conv3, *bn3, After::Relu, shortcut ? convNorm(x, *shortcut, *shortcutNorm) : x);
    }
};

struct Sizes {
    std::array<std::int64_t, 4> blocks;
    std::int64_t groups = 1;
    std::int64_t widthOfGroup = 64;  ///< at 64 planes
};

class ResNet : public DepthEncoder {
public:
    explicit ResNet(const Sizes& sizes)
    {
        m_conv = register_module("conv1", Conv2d(Conv2dOptions(3, 64, 7).stride(2).padding(3).bias(false)));
        m_norm = register_module("bn1", BatchNorm2d(64));
        std::int64_t inputs = 64;
        for (std::size_t layer = 0; layer < m_layers.size(); ++layer) {
            const auto name = "layer" + std::to_string(layer + 1);
            const auto stage = register_module(name, std::make_shared<Numbered>());
            const auto planes = std::int64_t{64} << layer;
            for (std::int64_t block = 0; block < sizes.blocks.at(layer); ++block) {
                const std::int64_t stride = block == 0 && layer > 0 ? 2 : 1;
                m_layers.at(layer).push_back(stage->register_module(
                    std::to_string(block),
                    std::make_shared<Bottleneck>(inputs, planes,
                                                 planes * sizes.widthOfGroup / 64 * sizes.groups, stride,
                                                 sizes.groups)));
                inputs = planes * kExpansion;
            }
        }
        register_module("fc", torch::nn::Linear(inputs, 1000));
    }

    std::vector<at::Tensor> features(const at::Tensor& x) override
    {
        std::vector<at::Tensor> maps{convNorm(x, *m_conv, *m_norm, After::Relu)};
        auto y = at::max_pool2d(maps.front(), 3, 2, 1);
        for (const auto& layer : m_layers) {
            for (const auto& block : layer)
                y = block->forward(y);
            maps.push_back(y);
        }
        return maps;
    }
    [[nodiscard]] const FeatureWidths& widths() const override
    {
        static constexpr FeatureWidths kWidths{64, 256, 512, 1024, 2048};
        return kWidths;
    }

private:
    Conv2d m_conv{nullptr};
    BatchNorm2d m_norm{nullptr};
    std::array<std::vector<std::shared_ptr<Bottleneck>>, 4> m_layers;
};

}  // namespace

std::shared_ptr<DepthEncoder> makeResNet50()
{
    return std::make_shared<ResNet>(Sizes{{3, 4, 6, 3}});
}
std::shared_ptr<DepthEncoder> makeResNet101()
{
    return std::make_shared<ResNet>(Sizes{{3, 4, 23, 3}});
}
std::shared_ptr<DepthEncoder> makeResNext50()
{
    return std::make_shared<ResNet>(Sizes{{3, 4, 6, 3}, 32, 4});
}
std::shared_ptr<DepthEncoder> makeResNext101()
{
    return std::make_shared<ResNet>(Sizes{{3, 4, 23, 3}, 32, 8});
}

}  // namespace elbo
