// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/depth/meter.h"

#include "core/depth/meter_blocks.h"
#include "core/nn/conv_norm.h"

#include <ATen/Functions.h>

#include <array>
#include <string>

namespace elbo {

namespace {

struct Group : torch::nn::Module {};

struct Residual {
    std::int64_t inputs, outputs, stride;
    bool kept;                   ///< its map is joined in the decoder
    std::int64_t width, hidden;  ///< of the transformer that follows; 0: none
};
constexpr std::array<Residual, 7> kResiduals{{{16, 16, 1, false, 0, 0},
                                              {16, 24, 2, true, 0, 0},
                                              {24, 24, 1, false, 0, 0},
                                              {24, 24, 1, false, 0, 0},
                                              {24, 48, 2, true, 64, 128},
                                              {48, 64, 2, true, 80, 320},
                                              {64, 80, 2, false, 96, 384}}};
constexpr std::int64_t kFirst = 16, kLast = 160, kDecoder = 64;
constexpr std::array<std::int64_t, 3> kUps{32, 16, 8};
constexpr std::array<std::int64_t, 3> kKept{64, 48, 24};

}  // namespace

MeterXxs::MeterXxs()
{
    using torch::nn::BatchNorm2d;
    using torch::nn::Conv2d;
    using torch::nn::Conv2dOptions;
    const auto encoder = register_module("encoder", std::make_shared<Group>());
    const auto first = encoder->register_module("conv1", std::make_shared<Group>());
    m_first = first->register_module("0", std::make_shared<MeterSeparable>(3, kFirst, 2));
    m_firstNorm = first->register_module("1", BatchNorm2d(kFirst));
    const auto residuals = encoder->register_module("mv2", std::make_shared<Group>());
    const auto blocks = encoder->register_module("mvit", std::make_shared<Group>());
    for (const auto& part : kResiduals) {
        m_residuals.push_back(residuals->register_module(
            std::to_string(m_residuals.size()),
            std::make_shared<MeterInvertedResidual>(part.inputs, part.outputs, part.stride)));
        if (part.width > 0)
            m_blocks.push_back(
                blocks->register_module(std::to_string(m_blocks.size()),
                                        std::make_shared<MeterBlock>(part.outputs, part.width, part.hidden)));
    }
    const auto last = encoder->register_module("conv2", std::make_shared<Group>());
    const auto encoded = kResiduals.back().outputs;
    m_last = last->register_module("0", Conv2d(Conv2dOptions(encoded, kLast, 1).bias(false)));
    m_lastNorm = last->register_module("1", BatchNorm2d(kLast));

    const auto decoder = register_module("decoder", std::make_shared<Group>());
    m_in = decoder->register_module("conv2d_in", Conv2d(Conv2dOptions(kLast, kDecoder, 1).bias(false)));
    auto inputs = kDecoder;
    for (std::size_t i = 0; i < kUps.size(); ++i) {
        m_ups.push_back(
            decoder->register_module("ups_block_" + std::to_string(i + 1),
                                     std::make_shared<MeterUpBlock>(inputs, kKept.at(i), kUps.at(i))));
        inputs = kUps.at(i);
    }
    m_out =
        decoder->register_module("conv2d_out", Conv2d(Conv2dOptions(inputs, 1, 3).padding(1).bias(false)));
}

at::Tensor MeterXxs::forward(const at::Tensor& x)
{
    auto y = m_first->forward(x, *m_firstNorm);
    std::vector<at::Tensor> kept;
    std::size_t block = 0;
    for (std::size_t i = 0; i < kResiduals.size(); ++i) {
        y = m_residuals[i]->forward(y);
        if (kResiduals.at(i).kept)
            kept.push_back(y);
        if (kResiduals.at(i).width > 0)
            y = m_blocks[block++]->forward(y);
    }
    y = convNorm(y, *m_last, *m_lastNorm, After::Relu);
    y = convolved(y, *m_in);
    for (std::size_t i = 0; i < m_ups.size(); ++i)
        y = m_ups[i]->forward(y, kept.at(kept.size() - 1 - i));
    return convolved(y, *m_out);
}

}  // namespace elbo
