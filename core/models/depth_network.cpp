// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/depth_network.h"

#include "core/base/error.h"
#include "core/depth/estimator.h"
#include "core/nn/autocast.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <string>

namespace elbo {

namespace {

constexpr std::int64_t kMultiple = 32;   ///< of the sides that the encoder takes
constexpr double kLeastDepth = 1e-3;     ///< metres; nearer truth does not count
constexpr double kLossScale = 10;        ///< alpha of the paper
constexpr double kClose = 1.25;          ///< d1: the share of pixels within this factor
constexpr double kLeastVariance = 1e-8;  ///< under the root, whose slope is infinite at 0

const std::vector<TermInfo> kTerms{
    {.key = "loss",
     .title = "Scale-invariant log loss",
     .unit = "of ln depth, times 10",
     .higherIsBetter = false},
    {.key = "rmse", .title = "RMSE", .unit = "metres", .higherIsBetter = false, .choosesBest = true},
    {.key = "abs_rel", .title = "AbsRel", .unit = "part of the depth", .higherIsBetter = false},
    {.key = "d1", .title = "d1", .unit = "part of the pixels", .higherIsBetter = true},
};

/// 1 where a pixel counts, else 0.
at::Tensor counting(const at::Tensor& truth, double most)
{
    return truth.gt(kLeastDepth).logical_and(truth.lt(most)).to(at::kFloat);
}

/// Sums over the images of their means over the pixels that count; an image without any takes the mean of
/// the others. [T-1]
at::Tensor metricSums(const DepthBatch& batch, double most)
{
    const auto weight = counting(batch.truth, most);
    const auto pixels = weight.sum({1, 2, 3});
    const auto truth = batch.truth.clamp_min(kLeastDepth);
    const auto difference = batch.estimate - truth;
    const auto ratio = at::maximum(batch.estimate / truth, truth / batch.estimate);
    const auto meanOf = [&](const at::Tensor& values) {
        return (values * weight).sum({1, 2, 3}) / pixels.clamp_min(1);
    };
    const auto known = pixels.gt(0).sum().clamp_min(1).to(at::kFloat);
    return at::stack({meanOf(difference.square()).sqrt().sum(), meanOf(difference.abs() / truth).sum(),
                      meanOf(ratio.lt(kClose).to(at::kFloat)).sum()}) *
           (static_cast<double>(truth.size(0)) / known);
}

std::int64_t missingTo(std::int64_t side)
{
    return (kMultiple - side % kMultiple) % kMultiple;
}

std::vector<Field> fields()
{
    const DepthNetworkSettings defaults;
    return {
        {.name = "decoder_width",
         .label = "Width of the decoder",
         .help = "Channels of the decoder's first layer; all others scale with it. 512 is the paper's; 64 or "
                 "128 learn on a laptop.",
         .kind = FieldKind::Choice,
         .defaultValue = std::to_string(defaults.decoderWidth),
         .choices = {"512", "256", "128", "64"}},
        {.name = "max_depth",
         .label = "Largest depth",
         .help =
             "Depth that the network can tell at most; farther truth does not count. 10 for rooms, 80 for "
             "streets.",
         .unit = "m",
         .kind = FieldKind::Real,
         .defaultValue = defaults.maxDepth,
         .minimum = 0.1,
         .maximum = 1000},
        {.name = "variance_focus",
         .label = "Variance focus",
         .help =
             "Lambda of the scale-invariant log loss: at 1 a common factor of all depths costs nothing, at "
             "0 as much as any other error.",
         .kind = FieldKind::Real,
         .defaultValue = defaults.varianceFocus,
         .minimum = 0,
         .maximum = 1,
         .step = 0.05,
         .advanced = true},
        {.name = "weight_decay",
         .label = "Weight decay of the encoder",
         .help = "Part of the encoder's weights, times the learning rate, that each step takes away (AdamW). "
                 "The decoder has none.",
         .kind = FieldKind::Real,
         .defaultValue = defaults.weightDecay,
         .minimum = 0,
         .maximum = 1,
         .step = 0.01,
         .advanced = true},
    };
}

}  // namespace

DepthNetwork::DepthNetwork(std::string_view encoder, const ImageShape& shape,
                           const DepthNetworkSettings& settings)
    : m_colors(shape.channels - 1), m_settings(settings)
{
    if (!shape.hasDepth || (m_colors != 1 && m_colors != 3))
        throw Error(ErrorCode::BadSetting,
                    "BTS learns from colour images with depth: choose a set of such pairs.");
    m_network = std::make_shared<Bts>(encoder, settings.decoderWidth);
    // The parts, not the whole: names of the state dict begin as those of published checkpoints.
    for (const auto& part : m_network->named_children())
        register_module(part.key(), part.value());
}

const std::vector<TermInfo>& DepthNetwork::terms() const
{
    return kTerms;
}

at::Tensor DepthNetwork::metres(const at::Tensor& x)
{
    const auto height = x.size(2), width = x.size(3);
    auto color = x.narrow(1, 0, m_colors);
    if (m_colors == 1)
        color = color.expand({-1, 3, -1, -1});
    auto seen = imageNetNormalised(color);
    if (missingTo(height) > 0 || missingTo(width) > 0)
        seen = at::replication_pad2d(seen, {0, missingTo(width), 0, missingTo(height)});
    const auto depth = m_network->forward(seen.contiguous(at::MemoryFormat::ChannelsLast)).depth;
    return depth.narrow(2, 0, height).narrow(3, 0, width) * m_settings.maxDepth;
}

StepResult DepthNetwork::step(const Batch& batch, const at::Tensor& /*noise*/, double /*beta*/)
{
    const auto estimate = metres(batch.x);
    const WithoutAutocast float32;
    const DepthBatch depth{estimate, batch.x.narrow(1, m_colors, 1)};
    StepResult result;
    result.loss = scaleInvariantLogLoss(depth, m_settings.varianceFocus, m_settings.maxDepth);
    const c10::AutoGradMode without(false);
    const auto images = static_cast<double>(batch.x.size(0));
    result.terms = at::cat({(result.loss.detach() * images).view({1}),
                            metricSums({estimate.detach(), depth.truth}, m_settings.maxDepth)});
    return result;
}

std::vector<ParameterGroup> DepthNetwork::parameterGroups()
{
    std::vector<ParameterGroup> groups(2);
    groups[0].weightDecay = m_settings.weightDecay;
    groups[0].decoupledDecay = true;
    for (const auto& parameter : named_parameters())
        groups[parameter.key().starts_with("encoder.") ? 0 : 1].parameters.push_back(parameter.value());
    return groups;
}

at::Tensor scaleInvariantLogLoss(const DepthBatch& batch, double focus, double most)
{
    const auto weight = counting(batch.truth, most);
    const auto pixels = weight.sum().clamp_min(1);
    const auto g = (batch.estimate.log() - batch.truth.clamp_min(kLeastDepth).log()) * weight;
    const auto mean = g.sum() / pixels;
    const auto variance = g.square().sum() / pixels - focus * mean.square();
    return kLossScale * variance.clamp_min(kLeastVariance).sqrt() * weight.sum().gt(0);
}

std::vector<ModelInfo> depthNetworkInfos()
{
    std::vector<ModelInfo> infos;
    for (const auto& estimator : depthEstimatorInfos()) {
        if (!estimator.encoder.empty())
            infos.push_back({.key = estimator.key,
                             .title = estimator.title,
                             .source = estimator.source,
                             .fields = fields(),
                             .estimatesDepth = true});
    }
    return infos;
}

std::shared_ptr<Trainable> makeDepthNetwork(const ModelConfig& config, const ImageShape& shape)
{
    const auto& table = findModelInfo(config.key).fields;
    DepthNetworkSettings settings;
    settings.decoderWidth = std::stoll(config.fields.text(table, "decoder_width"));  // one of the choices
    settings.maxDepth = config.fields.real(table, "max_depth");
    settings.varianceFocus = config.fields.real(table, "variance_focus");
    settings.weightDecay = config.fields.real(table, "weight_decay");
    return std::make_shared<DepthNetwork>(findDepthEstimatorInfo(config.key).encoder, shape, settings);
}

}  // namespace elbo
