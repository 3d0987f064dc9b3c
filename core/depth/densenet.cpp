// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/depth/depth_encoder.h"
#include "core/nn/channel_join.h"
#include "core/nn/conv_norm.h"
#include "core/nn/shared_norm.h"

#include <ATen/Functions.h>

namespace elbo {

namespace {

using torch::nn::BatchNorm2d;
using torch::nn::Conv2d;
using torch::nn::Conv2dOptions;

constexpr std::int64_t kBottleneck = 4;  ///< width of the 1x1 convolution over the growth

/// BatchNorm, ReLU, 1x1, BatchNorm, ReLU, 3x3: `growth` more channels from all before.
struct DenseLayer : torch::nn::Module {
    BatchNorm2d norm1{nullptr}, norm2{nullptr};
    Conv2d conv1{nullptr}, conv2{nullptr};

    DenseLayer(std::int64_t inputs, std::int64_t growth)
    {
        const auto width = kBottleneck * growth;
        norm1 = register_module("norm1", BatchNorm2d(inputs));
        conv1 = register_module("conv1", Conv2d(Conv2dOptions(inputs, width, 1).bias(false)));
        norm2 = register_module("norm2", BatchNorm2d(width));
        conv2 = register_module("conv2", Conv2d(Conv2dOptions(width, growth, 3).padding(1).bias(false)));
    }
    at::Tensor forward(const at::Tensor& x)
    {
        const auto y = convNorm(batchNorm(x, *norm1).relu_(), *conv1, *norm2, After::Relu);
        return convolved(y, *conv2);
    }
};

struct DenseBlock : torch::nn::Module {
    std::vector<std::shared_ptr<DenseLayer>> layers;

    DenseBlock(std::int64_t inputs, std::int64_t count, std::int64_t growth)
    {
        for (std::int64_t i = 0; i < count; ++i)
            layers.push_back(register_module("denselayer" + std::to_string(i + 1),
                                             std::make_shared<DenseLayer>(inputs + i * growth, growth)));
    }
    at::Tensor forward(const at::Tensor& x)
    {
        std::vector<at::Tensor> maps{x};
        for (const auto& layer : layers)
            maps.push_back(layer->forward(maps.size() == 1 ? x : joinChannels(maps)));
        return joinChannels(maps);
    }
};

/// BatchNorm, ReLU, 1x1 to half the channels, mean of 2x2.
struct Transition : torch::nn::Module {
    BatchNorm2d norm{nullptr};
    Conv2d conv{nullptr};

    explicit Transition(std::int64_t inputs)
    {
        norm = register_module("norm", BatchNorm2d(inputs));
        conv = register_module("conv", Conv2d(Conv2dOptions(inputs, inputs / 2, 1).bias(false)));
    }
    at::Tensor forward(const at::Tensor& x)
    {
        return at::avg_pool2d(convolved(batchNorm(x, *norm).relu_(), *conv), 2, 2);
    }
};

struct Sizes {
    std::int64_t first, growth;
    std::array<std::int64_t, 4> layers;
};

class DenseNet : public DepthEncoder {
public:
    explicit DenseNet(const Sizes& sizes)
    {
        m_conv = register_module("conv0",
                                 Conv2d(Conv2dOptions(3, sizes.first, 7).stride(2).padding(3).bias(false)));
        m_norm = register_module("norm0", BatchNorm2d(sizes.first));
        m_widths[0] = m_widths[1] = sizes.first;
        std::int64_t channels = sizes.first;
        for (std::size_t i = 0; i < sizes.layers.size(); ++i) {
            const auto number = std::to_string(i + 1);
            m_blocks.push_back(
                register_module("denseblock" + number,
                                std::make_shared<DenseBlock>(channels, sizes.layers.at(i), sizes.growth)));
            channels += sizes.layers.at(i) * sizes.growth;
            if (i + 1 < sizes.layers.size()) {
                m_transitions.push_back(
                    register_module("transition" + number, std::make_shared<Transition>(channels)));
                channels /= 2;
                if (i < 2)
                    m_widths.at(i + 2) = channels;
            }
        }
        m_widths[4] = channels;
        m_last = register_module("norm5", BatchNorm2d(channels));
    }

    std::vector<at::Tensor> features(const at::Tensor& x) override
    {
        std::vector<at::Tensor> maps{convNorm(x, *m_conv, *m_norm, After::Relu)};
        auto y = at::max_pool2d(maps.front(), 3, 2, 1);
        maps.push_back(y);
        for (std::size_t i = 0; i < m_blocks.size(); ++i) {
            y = m_blocks[i]->forward(y);
            if (i < m_transitions.size())
                y = m_transitions[i]->forward(y);
            if (i < 2)
                maps.push_back(y);
        }
        maps.push_back(batchNorm(y, *m_last));
        return maps;
    }
    [[nodiscard]] const FeatureWidths& widths() const override { return m_widths; }

private:
    Conv2d m_conv{nullptr};
    BatchNorm2d m_norm{nullptr}, m_last{nullptr};
    std::vector<std::shared_ptr<DenseBlock>> m_blocks;
    std::vector<std::shared_ptr<Transition>> m_transitions;
    FeatureWidths m_widths{};
};

}  // namespace

std::shared_ptr<DepthEncoder> makeDenseNet121()
{
    return std::make_shared<DenseNet>(Sizes{64, 32, {6, 12, 24, 16}});
}
std::shared_ptr<DepthEncoder> makeDenseNet161()
{
    return std::make_shared<DenseNet>(Sizes{96, 48, {6, 12, 36, 24}});
}

}  // namespace elbo
