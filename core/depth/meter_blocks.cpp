// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/depth/meter_blocks.h"

#include "core/nn/channel_join.h"
#include "core/nn/conv_norm.h"

#include <ATen/Functions.h>

#include <cmath>

namespace elbo {

namespace {

using torch::nn::BatchNorm2d;
using torch::nn::Conv2d;
using torch::nn::Conv2dOptions;
using torch::nn::LayerNorm;
using torch::nn::LayerNormOptions;
using torch::nn::Linear;
using torch::nn::LinearOptions;

constexpr std::int64_t kHeads = 4;
constexpr std::int64_t kHeadWidth = 8;
constexpr std::int64_t kPatch = 2;

/// Children with names of their own, to nest names as the published file does.
struct Group : torch::nn::Module {};

Conv2d pointwise(std::int64_t inputs, std::int64_t outputs)
{
    return Conv2d(Conv2dOptions(inputs, outputs, 1).bias(false));
}

template <class Module>
std::shared_ptr<Group> group(Module& parent, const std::string& name)
{
    return parent.register_module(name, std::make_shared<Group>());
}

}  // namespace

MeterSeparable::MeterSeparable(std::int64_t inputs, std::int64_t outputs, std::int64_t stride)
{
    m_spatial = register_module(
        "depthwise", Conv2d(Conv2dOptions(inputs, outputs, 3).stride(stride).padding(1).bias(false)));
    m_pointwise = register_module("pointwise", pointwise(outputs, outputs));
}

at::Tensor MeterSeparable::forward(const at::Tensor& x)
{
    return convolved(convolved(x, *m_spatial), *m_pointwise);
}

at::Tensor MeterSeparable::forward(const at::Tensor& x, torch::nn::BatchNorm2dImpl& norm)
{
    return convNorm(convolved(x, *m_spatial), *m_pointwise, norm, After::Relu);
}

MeterInvertedResidual::MeterInvertedResidual(std::int64_t inputs, std::int64_t outputs, std::int64_t stride)
    : m_residual(stride == 1 && inputs == outputs)
{
    const auto width = 2 * inputs;
    const auto conv = group(*this, "conv");
    m_expand = conv->register_module("0", pointwise(inputs, width));
    m_expandNorm = conv->register_module("1", BatchNorm2d(width));
    m_depthwise = conv->register_module(
        "3", Conv2d(Conv2dOptions(width, width, 3).stride(stride).padding(1).groups(width).bias(false)));
    m_depthwiseNorm = conv->register_module("4", BatchNorm2d(width));
    m_project = conv->register_module("6", pointwise(width, outputs));
    m_projectNorm = conv->register_module("7", BatchNorm2d(outputs));
}

at::Tensor MeterInvertedResidual::forward(const at::Tensor& x)
{
    auto y = convNorm(x, *m_expand, *m_expandNorm, After::Relu);
    y = convNorm(y, *m_depthwise, *m_depthwiseNorm, After::Relu);
    return convNorm(y, *m_project, *m_projectNorm, After::Nothing, m_residual ? x : at::Tensor());
}

MeterTransformer::MeterTransformer(std::int64_t width, std::int64_t hidden)
{
    constexpr auto kInner = kHeads * kHeadWidth;
    const auto layer = group(*group(*this, "layers"), "0");
    const auto attention = group(*layer, "0");
    m_attentionNorm = attention->register_module("norm", LayerNorm(LayerNormOptions({width})));
    const auto attend = group(*attention, "fn");
    m_qkv = attend->register_module("to_qkv", Linear(LinearOptions(width, 3 * kInner).bias(false)));
    m_out = group(*attend, "to_out")->register_module("0", Linear(kInner, width));
    const auto feed = group(*layer, "1");
    m_feedNorm = feed->register_module("norm", LayerNorm(LayerNormOptions({width})));
    const auto net = group(*group(*feed, "fn"), "net");
    m_widen = net->register_module("0", Linear(width, hidden));
    m_narrow = net->register_module("3", Linear(hidden, width));
}

at::Tensor MeterTransformer::forward(const at::Tensor& x)
{
    const auto batch = x.size(0), positions = x.size(1), patches = x.size(2);
    const auto qkv = m_qkv->forward(m_attentionNorm->forward(x)).chunk(3, -1);
    const auto heads = [&](const at::Tensor& t) {
        return t.reshape({batch, positions, patches, kHeads, kHeadWidth}).transpose(2, 3);  // [B,P,heads,N,8]
    };
    const auto scores = at::matmul(heads(qkv[0]), heads(qkv[1]).transpose(-1, -2)) /
                        std::sqrt(static_cast<double>(kHeadWidth));
    const auto attended = at::matmul(scores.softmax(-1), heads(qkv[2])).transpose(2, 3).flatten(3);
    const auto y = x + m_out->forward(attended);
    return y + m_narrow->forward(m_widen->forward(m_feedNorm->forward(y)).relu());
}

MeterBlock::MeterBlock(std::int64_t channels, std::int64_t width, std::int64_t hidden)
{
    const auto conv1 = group(*this, "conv1");
    m_local = conv1->register_module("0", std::make_shared<MeterSeparable>(channels, channels));
    m_localNorm = conv1->register_module("1", BatchNorm2d(channels));
    const auto conv2 = group(*this, "conv2");
    m_in = conv2->register_module("0", pointwise(channels, width));
    m_inNorm = conv2->register_module("1", BatchNorm2d(width));
    m_transformer = register_module("transformer", std::make_shared<MeterTransformer>(width, hidden));
    const auto conv3 = group(*this, "conv3");
    m_out = conv3->register_module("0", pointwise(width, channels));
    m_outNorm = conv3->register_module("1", BatchNorm2d(channels));
    const auto conv4 = group(*this, "conv4");
    m_join = conv4->register_module("0", std::make_shared<MeterSeparable>(2 * channels, channels));
    m_joinNorm = conv4->register_module("1", BatchNorm2d(channels));
}

at::Tensor MeterBlock::forward(const at::Tensor& x)
{
    auto y = m_local->forward(x, *m_localNorm);
    y = convNorm(y, *m_in, *m_inNorm, After::Relu);
    const auto batch = y.size(0), width = y.size(1), rows = y.size(2) / kPatch, columns = y.size(3) / kPatch;
    // [B,d,rows,2,columns,2] -> [B,4,rows*columns,d]: attention among pixels of one place in their patches.
    const auto positions = y.reshape({batch, width, rows, kPatch, columns, kPatch})
                               .permute({0, 3, 5, 2, 4, 1})
                               .reshape({batch, kPatch * kPatch, rows * columns, width});
    y = m_transformer->forward(positions)
            .view({batch, kPatch, kPatch, rows, columns, width})
            .permute({0, 5, 3, 1, 4, 2})
            .reshape({batch, width, rows * kPatch, columns * kPatch});
    y = convNorm(y, *m_out, *m_outNorm, After::Relu);
    return m_join->forward(joinChannels({y, x}), *m_joinNorm);
}

MeterUpBlock::MeterUpBlock(std::int64_t inputs, std::int64_t kept, std::int64_t outputs)
{
    m_up = register_module("conv2d_transpose",
                           torch::nn::ConvTranspose2d(torch::nn::ConvTranspose2dOptions(inputs, outputs, 3)
                                                          .stride(2)
                                                          .padding(1)
                                                          .output_padding(1)
                                                          .bias(false)));
    m_join = group(*this, "end_up_layer")
                 ->register_module("0", std::make_shared<MeterSeparable>(outputs + kept, outputs));
}

at::Tensor MeterUpBlock::forward(const at::Tensor& x, const at::Tensor& kept)
{
    return m_join->forward(joinChannels({m_up->forward(x), kept})).relu();
}

}  // namespace elbo
