// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/rgbd_vae.h"

#include "core/base/error.h"
#include "core/models/sigma_fields.h"
#include "core/nn/autocast.h"
#include "core/nn/norm_activation.h"
#include "core/nn/patch_convolution.h"
#include "core/nn/up_convolution.h"

#include <ATen/Functions.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include <string>
#include <vector>

namespace elbo {
namespace {

constexpr double kSlope = 0.2;  ///< of LeakyReLU
constexpr double kLeastStd = 1e-5;

/// Children named as those of the published nn.Sequential: the gaps are modules without parameters.
struct DownBlock : torch::nn::Module {
    DownBlock(std::int64_t inputs, std::int64_t outputs)
        : convolution(torch::nn::Conv2dOptions(inputs, outputs, 4).stride(2).padding(1)), norm(outputs)
    {
        register_module("0", convolution);
        register_module("1", norm);
    }
    /// [B,Cin,H,W] -> [B,Cout,H/2,W/2]
    at::Tensor forward(const at::Tensor& x)
    {
        const auto pixels = x.size(2) / 2 * (x.size(3) / 2);
        const auto& weight = convolution->weight;
        const auto features = prefersPatches(x, pixels)
                                  ? patchConvolution(x, weight, {}, {.stride = 2, .padding = 1})
                                  : at::conv2d(x, weight, {}, /*stride=*/2, /*padding=*/1);
        return normaliseLeakyRelu(features, convolution->bias, *norm, kSlope);
    }

    torch::nn::Conv2d convolution;
    torch::nn::BatchNorm2d norm;
};

struct UpBlock : torch::nn::Module {
    UpBlock(std::int64_t inputs, std::int64_t outputs, bool last) : convolution(inputs, outputs)
    {
        register_module("1", convolution);
        if (!last) {
            norm = register_module("2", torch::nn::BatchNorm2d(outputs));
        }
    }
    UpConvolution convolution;
    torch::nn::BatchNorm2d norm = nullptr;
};

/// A list of blocks as one child.
template <typename Block>
struct Blocks : torch::nn::Module {
    void add(std::shared_ptr<Block> block)
    {
        all.push_back(register_module(std::to_string(all.size()), std::move(block)));
    }
    std::vector<std::shared_ptr<Block>> all;
};

}  // namespace

class RgbdEncoder : public torch::nn::Module {
public:
    RgbdEncoder(std::int64_t channels, std::int64_t pixels, const RgbdVaeSizes& sizes)
    {
        register_module("convs", m_blocks);
        std::int64_t inputs = channels;
        for (const std::int64_t factor : {1, 2, 4, 8, 8}) {
            m_blocks->add(std::make_shared<DownBlock>(inputs, factor * sizes.encoderFilters));
            inputs = factor * sizes.encoderFilters;
        }
        m_linear = register_module("fc1", torch::nn::Linear(inputs * pixels, 2 * sizes.latentSize));
    }

    /// [B,C,H,W] -> [B,2K]
    at::Tensor forward(const at::Tensor& x)
    {
        auto features = x.contiguous(at::MemoryFormat::ChannelsLast);
        for (const auto& block : m_blocks->all) {
            features = block->forward(features);
        }
        return m_linear->forward(features.flatten(1));
    }

private:
    std::shared_ptr<Blocks<DownBlock>> m_blocks = std::make_shared<Blocks<DownBlock>>();
    torch::nn::Linear m_linear = nullptr;
};

class RgbdDecoder : public torch::nn::Module {
public:
    RgbdDecoder(std::int64_t channels, std::int64_t height, std::int64_t width, const RgbdVaeSizes& sizes)
        : m_height(height), m_width(width)
    {
        const std::int64_t first = 8 * sizes.decoderFilters;
        m_linear = register_module("fc", torch::nn::Linear(sizes.latentSize, first * height * width));
        register_module("convs", m_blocks);
        std::int64_t inputs = first;
        for (const std::int64_t factor : {8, 4, 2, 1}) {
            m_blocks->add(std::make_shared<UpBlock>(inputs, factor * sizes.decoderFilters, /*last=*/false));
            inputs = factor * sizes.decoderFilters;
        }
        m_blocks->add(std::make_shared<UpBlock>(inputs, channels, /*last=*/true));
    }

    /// [B,K] -> [B,C,32 height,32 width], before tanh
    at::Tensor forward(const at::Tensor& z)
    {
        const auto code = m_linear->forward(z);
        auto features =
            code.view({z.size(0), -1, m_height, m_width}).contiguous(at::MemoryFormat::ChannelsLast);
        for (const auto& block : m_blocks->all) {
            auto& convolution = *block->convolution;
            features = block->norm ? normaliseLeakyRelu(convolution.forwardWithoutBias(features),
                                                        convolution.bias, *block->norm, kSlope)
                                   : convolution.forward(features);
        }
        return features;
    }

private:
    std::int64_t m_height;
    std::int64_t m_width;
    torch::nn::Linear m_linear = nullptr;
    std::shared_ptr<Blocks<UpBlock>> m_blocks = std::make_shared<Blocks<UpBlock>>();
};

RgbdVae::RgbdVae(const ImageShape& shape, const RgbdVaeSizes& sizes)
    : Vae(shape), m_sizes(sizes), m_sides(shape, "RGB-D VAE")
{
    useGaussian(sizes.sigma);
    m_encoder = register_module(
        "encoder", std::make_shared<RgbdEncoder>(shape.channels, m_sides.height() * m_sides.width(), sizes));
    m_decoder = register_module(
        "decoder", std::make_shared<RgbdDecoder>(shape.channels, m_sides.height(), m_sides.width(), sizes));
}

Posterior RgbdVae::encode(const Batch& batch)
{
    checkImages(batch.x);
    const auto x = m_sides.pad(batch.x, /*black=*/-1);
    const auto outputs = m_encoder->forward(x);
    const WithoutAutocast float32;
    const auto halves = outputs.to(batch.x.scalar_type()).chunk(2, 1);
    return {.mean = halves[0], .std = at::softplus(halves[1]) + kLeastStd};
}

at::Tensor RgbdVae::decoderOutput(const at::Tensor& z, const at::Tensor& /*labels*/)
{
    const auto output = m_decoder->forward(z);
    const WithoutAutocast float32;
    return at::tanh(m_sides.crop(output).to(z.scalar_type()));
}

ModelInfo rgbdVaeInfo()
{
    return {
        .key = "rgbd-vae",
        .title = "RGB-D VAE",
        .source = "Arora, Harish, Sahota, Smith 2020",
        .kind = ModelKind::Trained,
        .fields = withSigmaFields(
            {{.name = "latent_size",
              .label = "Latent size",
              .help = "How many numbers describe an image; the report uses 400.",
              .kind = FieldKind::Integer,
              .defaultValue = std::int64_t{400},
              .minimum = 1,
              .maximum = 4096,
              .step = 10},
             {.name = "encoder_filters",
              .label = "Encoder filters",
              .help = "Channels of the first convolution; the following have 2, 4, 8 and 8 times as "
                      "many. The report uses 64.",
              .unit = "channels",
              .kind = FieldKind::Integer,
              .defaultValue = std::int64_t{64},
              .minimum = 4,
              .maximum = 256,
              .step = 8,
              .advanced = true},
             {.name = "decoder_filters",
              .label = "Decoder filters",
              .help = "Channels before the last convolution; the earlier ones have 2, 4, 8 and 8 times "
                      "as many. The published "
                      "network has 32; 64 makes it as wide as the encoder, as the report says.",
              .unit = "channels",
              .kind = FieldKind::Integer,
              .defaultValue = std::int64_t{32},
              .minimum = 4,
              .maximum = 256,
              .step = 8,
              .advanced = true}},
            1.0),
    };
}

std::shared_ptr<Vae> makeRgbdVae(const ModelConfig& config, const ImageShape& shape)
{
    const auto fields = rgbdVaeInfo().fields;
    return std::make_shared<RgbdVae>(
        shape, RgbdVaeSizes{.latentSize = config.fields.integer(fields, "latent_size"),
                            .encoderFilters = config.fields.integer(fields, "encoder_filters"),
                            .decoderFilters = config.fields.integer(fields, "decoder_filters"),
                            .sigma = sigmaOf(config, fields)});
}

}  // namespace elbo
