// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/vgg_vae.h"

#include "core/nn/autocast.h"

#include <ATen/Functions.h>

#include <array>
#include <string>

namespace elbo {
namespace {

struct EncoderStage {
    std::int64_t factor;  ///< of the filters
    int convolutions;
};
constexpr std::array<EncoderStage, 5> kEncoder{{{1, 2}, {2, 2}, {4, 4}, {8, 4}, {8, 4}}};

/// Children named "0", "1", ...
struct Stages : torch::nn::Module {};

/// What each convolution of the decoder gives, stage by stage.
std::vector<std::vector<std::int64_t>> decoderChannels(std::int64_t filters, std::int64_t channels)
{
    const auto f = filters;
    return {{8 * f, 8 * f, 8 * f, 8 * f},
            {8 * f, 8 * f, 8 * f, 4 * f},
            {4 * f, 4 * f, 4 * f, 2 * f},
            {2 * f, f},
            {f, channels}};
}

}  // namespace

VggVae::VggVae(const ImageShape& shape, const VggVaeSizes& sizes)
    : Vae(shape), m_sizes(sizes), m_sides(shape, "VGG-VAE")
{
    using torch::nn::Linear;
    const auto encoder = register_module("encoder", std::make_shared<Stages>());
    std::int64_t inputs = shape.channels;
    for (const auto& [factor, convolutions] : kEncoder) {
        const auto outputs = factor * sizes.filters;
        m_encoder.push_back(encoder->register_module(
            std::to_string(m_encoder.size()), std::make_shared<VggStage>(inputs, outputs, convolutions)));
        inputs = outputs;
    }
    const auto features = inputs * m_sides.height() * m_sides.width();
    m_mean = register_module("mean", Linear(features, sizes.latentSize));
    m_logVariance = register_module("log_variance", Linear(features, sizes.latentSize));
    m_expand = register_module("expand", Linear(sizes.latentSize, features));
    const auto decoder = register_module("decoder", std::make_shared<Stages>());
    const auto stages = decoderChannels(sizes.filters, shape.channels);
    for (const auto& outputs : stages) {
        const bool last = m_decoder.size() + 1 == stages.size();
        m_decoder.push_back(decoder->register_module(std::to_string(m_decoder.size()),
                                                     std::make_shared<VggUpStage>(inputs, outputs, last)));
        inputs = outputs.back();
    }
}

Posterior VggVae::encode(const Batch& batch)
{
    checkImages(batch.x);
    auto features = m_sides.pad(batch.x, /*black=*/0).contiguous(at::MemoryFormat::ChannelsLast);
    for (const auto& stage : m_encoder) {
        features = stage->forward(features);
    }
    const auto flat = features.flatten(1);
    const auto mean = m_mean->forward(flat);
    const auto logVariance = m_logVariance->forward(flat);
    const WithoutAutocast float32;
    const auto type = batch.x.scalar_type();
    return {.mean = mean.to(type), .std = (0.5 * logVariance.to(type)).exp()};
}

at::Tensor VggVae::decoderOutput(const at::Tensor& z, const at::Tensor& /*labels*/)
{
    auto features = m_expand->forward(z)
                        .view({z.size(0), -1, m_sides.height(), m_sides.width()})
                        .contiguous(at::MemoryFormat::ChannelsLast);
    for (const auto& stage : m_decoder) {
        features = stage->forward(features);
    }
    const WithoutAutocast float32;
    return m_sides.crop(features).to(z.scalar_type());
}

ModelInfo vggVaeInfo()
{
    return {
        .key = "vgg-vae",
        .title = "VGG-VAE",
        .source = "Arora, Harish, Sahota, Smith 2020; Simonyan and Zisserman 2015",
        .kind = ModelKind::Trained,
        .fields =
            {{.name = "latent_size",
              .label = "Latent size",
              .help = "How many numbers describe an image; the report uses 400.",
              .kind = FieldKind::Integer,
              .defaultValue = std::int64_t{400},
              .minimum = 1,
              .maximum = 4096,
              .step = 10},
             {.name = "filters",
              .label = "Filters",
              .help =
                  "Channels of the first stage; the following have 2, 4, 8 and 8 times as many. VGG-19 and "
                  "the report have 64.",
              .unit = "channels",
              .kind = FieldKind::Integer,
              .defaultValue = std::int64_t{64},
              .minimum = 2,
              .maximum = 128,
              .step = 8,
              .advanced = true}},
    };
}

std::shared_ptr<Vae> makeVggVae(const ModelConfig& config, const ImageShape& shape)
{
    const auto fields = vggVaeInfo().fields;
    return std::make_shared<VggVae>(shape,
                                    VggVaeSizes{.latentSize = config.fields.integer(fields, "latent_size"),
                                                .filters = config.fields.integer(fields, "filters")});
}

}  // namespace elbo
