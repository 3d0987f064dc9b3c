// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/depth/bts_decoder.h"

#include "core/depth/planar_guidance.h"
#include "core/nn/autocast.h"
#include "core/nn/channel_join.h"
#include "core/nn/conv_norm.h"
#include "core/nn/phase_image.h"
#include "core/nn/shared_norm.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <array>
#include <string>

namespace elbo {

namespace {

using torch::nn::BatchNorm2d;
using torch::nn::BatchNorm2dOptions;
using torch::nn::Conv2d;
using torch::nn::Conv2dOptions;

constexpr std::array<std::int64_t, 5> kDilations{3, 6, 12, 18, 24};
constexpr std::int64_t kNarrowest = 8;  ///< where a halving chain ends

/// Children with names of their own, to nest names as published files do.
struct Group : torch::nn::Module {};

Conv2d convolution(std::int64_t inputs, std::int64_t outputs, std::int64_t kernel, std::int64_t dilation = 1)
{
    return Conv2d(Conv2dOptions(inputs, outputs, kernel)
                      .padding((kernel - 1) / 2 * dilation)
                      .dilation(dilation)
                      .bias(false));
}

BatchNorm2d norm(std::int64_t channels)
{
    return BatchNorm2d(BatchNorm2dOptions(channels).eps(1.1e-5).momentum(0.01));
}

/// "NAME.0", as a published sequence begins.
Conv2d sequence(torch::nn::Module& parent, const std::string& name, std::int64_t inputs, std::int64_t outputs,
                std::int64_t kernel)
{
    return parent.register_module(name, std::make_shared<Group>())
        ->register_module("0", convolution(inputs, outputs, kernel));
}

/// ELU, in place.
at::Tensor elued(at::Tensor values)
{
    return at::elu_(values);
}

/// In the type of the first one.
at::Tensor join(std::initializer_list<at::Tensor> maps)
{
    std::vector<at::Tensor> joined;
    for (const auto& map : maps)
        joined.push_back(map.to(maps.begin()->scalar_type()));
    return joinChannels(joined);
}

/// Every k-th pixel: nearest-neighbour shrinking.
at::Tensor shrunk(const at::Tensor& map, std::int64_t k)
{
    return map.slice(2, 0, std::nullopt, k).slice(3, 0, std::nullopt, k).contiguous();
}

/// In float32 whatever the convolutions compute in: sines of large angles and quotients.
at::Tensor guide(const at::Tensor& planes, std::int64_t k)
{
    const WithoutAutocast float32;
    return planarGuidance(planes.to(at::kFloat), k);
}

/// 3x3 -> [4 Cout,Cin,2,2], even rows and columns first: rows {k0} {k1 + k2} for even output rows, {k0 + k1}
/// {k2} for odd ones; columns alike.
at::Tensor phasesOf(const at::Tensor& weight)
{
    const auto phases = [](const at::Tensor& kernel, std::int64_t dim) {
        const auto k0 = kernel.narrow(dim, 0, 1), k1 = kernel.narrow(dim, 1, 1),
                   k2 = kernel.narrow(dim, 2, 1);
        return std::array{at::cat({k0, k1 + k2}, dim), at::cat({k0 + k1, k2}, dim)};
    };
    std::vector<at::Tensor> kernels;
    for (const auto& rows : phases(weight, 2))
        for (const auto& both : phases(rows, 3))
            kernels.push_back(both);
    return at::cat(kernels, 0);
}

}  // namespace

BtsUpConvolution::BtsUpConvolution(std::int64_t inputs, std::int64_t outputs)
{
    m_conv = register_module("conv", convolution(inputs, outputs, 3));
}

at::Tensor BtsUpConvolution::forward(const at::Tensor& x)
{
    const auto& weight = m_conv->weight;
    if (is_training() || c10::GradMode::is_enabled())
        return at::elu(m_conv->forward(at::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)})));
    // One pixel of zeros around gives each phase its 2x2 neighbourhood, one pixel too many on one side.
    const auto make = [&] { return ConvolutionWeights{.weight = phasesOf(weight), .padding = {1, 1}}; };
    auto* kept = InferenceWeights::current();
    return imageOfPhases(elued(kept != nullptr ? kept->convolve(this, make, x, After::Nothing, {})
                                               : at::conv2d(x, phasesOf(weight), {}, 1, 1)));
}

BtsAtrous::BtsAtrous(std::int64_t inputs, std::int64_t outputs, std::int64_t dilation, bool normFirst)
{
    const auto parts = register_module("atrous_conv", std::make_shared<Group>());
    if (normFirst)
        m_first = parts->register_module("first_bn", norm(inputs));
    const auto chain = parts->register_module("aconv_sequence", std::make_shared<Group>());
    m_reduce = chain->register_module("1", convolution(inputs, 2 * outputs, 1));
    m_norm = chain->register_module("2", BatchNorm2d(2 * outputs));
    m_atrous = chain->register_module("4", convolution(2 * outputs, outputs, 3, dilation));
}

at::Tensor BtsAtrous::forward(const at::Tensor& x)
{
    const auto y = (m_first ? batchNorm(x, *m_first) : x).relu();
    return convolved(convNorm(y, *m_reduce, *m_norm, After::Relu), *m_atrous);
}

BtsReduction::BtsReduction(std::int64_t inputs, bool keepsWidthFirst, std::int64_t last) : m_value(last == 1)
{
    const auto chain = register_module("reduc", std::make_shared<Group>());
    const auto add = [&](std::int64_t from, std::int64_t to) {
        m_halving.push_back(
            sequence(*chain, "inter_" + std::to_string(from) + "_" + std::to_string(to), from, to, 1));
    };
    auto width = inputs;
    if (keepsWidthFirst && width > kNarrowest)
        add(width, width);
    for (; width > kNarrowest; width /= 2)
        add(width, width / 2);
    m_last = m_value ? sequence(*chain, "final", width, last, 1)
                     : chain->register_module("plane_params", convolution(width, last, 1));
}

at::Tensor BtsReduction::forward(const at::Tensor& x)
{
    auto y = x;
    for (auto& conv : m_halving)
        y = elued(convolved(y, *conv));
    y = convolved(y, *m_last);
    return m_value ? y.to(at::kFloat).sigmoid() : y;
}

BtsDecoder::BtsDecoder(const FeatureWidths& features, std::int64_t width)
{
    const auto half = width / 2, quarter = width / 4, eighth = width / 8, sixteenth = width / 16;
    const auto up = [&](const char* name, std::int64_t inputs, std::int64_t outputs) {
        return register_module(name, std::make_shared<BtsUpConvolution>(inputs, outputs));
    };
    m_up5 = up("upconv5", features[4], width);
    m_bn5 = register_module("bn5", norm(width));
    m_conv5 = sequence(*this, "conv5", width + features[3], width, 3);
    m_up4 = up("upconv4", width, half);
    m_bn4 = register_module("bn4", norm(half));
    const auto joined = half + features[2];
    m_conv4 = sequence(*this, "conv4", joined, half, 3);
    m_bn4After = register_module("bn4_2", norm(half));
    for (std::size_t i = 0; i < kDilations.size(); ++i) {
        const auto inputs = i == 0 ? half : joined + static_cast<std::int64_t>(i) * quarter;
        m_atrous.push_back(
            register_module("daspp_" + std::to_string(kDilations.at(i)),
                            std::make_shared<BtsAtrous>(inputs, quarter, kDilations.at(i), i > 0)));
    }
    m_pyramid = sequence(*this, "daspp_conv", half + static_cast<std::int64_t>(kDilations.size()) * quarter,
                         quarter, 3);
    const auto reduction = [&](const char* name, std::int64_t inputs, bool keepsWidthFirst,
                               std::int64_t last) {
        return register_module(name, std::make_shared<BtsReduction>(inputs, keepsWidthFirst, last));
    };
    m_reduce8 = reduction("reduc8x8", quarter, true, 3);
    m_up3 = up("upconv3", quarter, quarter);
    m_bn3 = register_module("bn3", norm(quarter));
    m_conv3 = sequence(*this, "conv3", quarter + features[1] + 1, quarter, 3);
    m_reduce4 = reduction("reduc4x4", quarter, false, 3);
    m_up2 = up("upconv2", quarter, eighth);
    m_bn2 = register_module("bn2", norm(eighth));
    m_conv2 = sequence(*this, "conv2", eighth + features[0] + 1, eighth, 3);
    m_reduce2 = reduction("reduc2x2", eighth, false, 3);
    m_up1 = up("upconv1", eighth, sixteenth);
    m_reduce1 = reduction("reduc1x1", sixteenth, false, 1);
    m_conv1 = sequence(*this, "conv1", sixteenth + 4, sixteenth, 3);
    m_depth = sequence(*this, "get_depth", sixteenth, 1, 3);
}

BtsOutput BtsDecoder::forward(const std::vector<at::Tensor>& maps)
{
    const auto& f2 = maps.at(0);
    const auto& f4 = maps.at(1);
    const auto& f8 = maps.at(2);
    const auto x5 = batchNorm(m_up5->forward(maps.at(4).relu()), *m_bn5);
    const auto i5 = elued(convolved(join({x5, maps.at(3)}), *m_conv5));
    const auto x4 = batchNorm(m_up4->forward(i5), *m_bn4);
    auto pyramid = join({x4, f8});
    const auto i4 = batchNorm(elued(convolved(pyramid, *m_conv4)), *m_bn4After);
    std::vector<at::Tensor> levels{i4};
    for (std::size_t i = 0; i < m_atrous.size(); ++i) {
        levels.push_back(m_atrous[i]->forward(i == 0 ? i4 : pyramid));
        if (i + 1 < m_atrous.size())
            pyramid = join({pyramid, levels.back()});
    }
    const auto y8 = elued(convolved(joinChannels(levels), *m_pyramid));
    BtsOutput output;
    output.guide8 = guide(m_reduce8->forward(y8), 8);
    const auto y4 = elued(
        convolved(join({batchNorm(m_up3->forward(y8), *m_bn3), f4, shrunk(output.guide8, 4)}), *m_conv3));
    output.guide4 = guide(m_reduce4->forward(y4), 4);
    const auto y2 = elued(
        convolved(join({batchNorm(m_up2->forward(y4), *m_bn2), f2, shrunk(output.guide4, 2)}), *m_conv2));
    output.guide2 = guide(m_reduce2->forward(y2), 2);
    const auto x1 = m_up1->forward(y2);
    output.reduced = m_reduce1->forward(x1);
    const auto y1 =
        elued(convolved(join({x1, output.reduced, output.guide2, output.guide4, output.guide8}), *m_conv1));
    // In float32 too: a sum in bf16 has 8 bits, and a wall would become steps of a centimetre.
    const WithoutAutocast float32;
    output.depth = convolved(y1.to(at::kFloat), *m_depth).sigmoid();
    return output;
}

}  // namespace elbo
