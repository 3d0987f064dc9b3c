// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/fc_vae.h"

#include "core/models/sigma_fields.h"
#include "core/nn/autocast.h"

#include <ATen/Functions.h>
#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/linear.h>

#include <numbers>

namespace elbo {

FcVae::FcVae(const ImageShape& shape, std::int64_t latentSize, std::int64_t hiddenSize,
             const GaussianSigma& sigma)
    : Vae(shape), m_latentSize(latentSize)
{
    useGaussian(sigma);
    using torch::nn::Linear;
    using torch::nn::ReLU;
    m_encoder = register_module("encoder", torch::nn::Sequential(Linear(shape.values(), hiddenSize), ReLU(),
                                                                 Linear(hiddenSize, 2 * latentSize)));
    m_decoder = register_module("decoder", torch::nn::Sequential(Linear(latentSize, hiddenSize), ReLU(),
                                                                 Linear(hiddenSize, shape.values())));
}

Posterior FcVae::encode(const Batch& batch)
{
    checkImages(batch.x);
    const auto outputs = m_encoder->forward(batch.x.flatten(1));  // [B,2K]
    const WithoutAutocast float32;
    const auto halves = outputs.to(batch.x.scalar_type()).chunk(2, 1);
    return {.mean = halves[0], .std = (0.5 * halves[1]).exp()};
}

at::Tensor FcVae::decoderOutput(const at::Tensor& z, const at::Tensor& /*labels*/)
{
    const auto outputs = m_decoder->forward(z);  // [B,D]
    const WithoutAutocast float32;
    return at::sigmoid(outputs.to(z.scalar_type()))
        .view({-1, shape().channels, shape().height, shape().width});
}

ModelInfo fcVaeInfo()
{
    return {
        .key = "fc-vae",
        .title = "FC-VAE",
        .source = "Arora, Harish, Sahota, Smith 2020; Kingma and Welling 2014",
        .kind = ModelKind::Trained,
        .fields = withSigmaFields(
            {{.name = "latent_size",
              .label = "Latent size",
              .help = "How many numbers describe an image; the report uses 10.",
              .kind = FieldKind::Integer,
              .defaultValue = std::int64_t{10},
              .minimum = 1,
              .maximum = 4096},
             {.name = "hidden_size",
              .label = "Hidden size",
              .help = "Width of the one hidden layer of the encoder and of the decoder; the report uses 100.",
              .kind = FieldKind::Integer,
              .defaultValue = std::int64_t{100},
              .minimum = 1,
              .maximum = 16384,
              .step = 10}},
            1.0 / std::numbers::sqrt2),
    };
}

std::shared_ptr<Vae> makeFcVae(const ModelConfig& config, const ImageShape& shape)
{
    const auto fields = fcVaeInfo().fields;
    return std::make_shared<FcVae>(shape, config.fields.integer(fields, "latent_size"),
                                   config.fields.integer(fields, "hidden_size"), sigmaOf(config, fields));
}

}  // namespace elbo
