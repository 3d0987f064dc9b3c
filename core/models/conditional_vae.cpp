// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/conditional_vae.h"

#include "core/base/error.h"
#include "core/models/sigma_fields.h"
#include "core/nn/autocast.h"

#include <ATen/Functions.h>

#include <numbers>

namespace elbo {

ConditionalVae::ConditionalVae(const ImageShape& shape, const ConditionalVaeSizes& sizes)
    : Vae(shape), m_sizes(sizes)
{
    if (shape.classes < 1) {
        throw Error(
            ErrorCode::BadSetting,
            "The conditional VAE needs images with labels, and this set has none: give a CSV file with the "
            "columns image and label as labels=FILE, or choose another model.");
    }
    useGaussian(sizes.sigma);
    using torch::nn::Linear;
    const auto values = shape.values();
    const auto classes = shape.classes;
    m_fc1 = register_module("fc1", Linear(values + classes, sizes.firstHidden));
    m_fc2 = register_module("fc2", Linear(sizes.firstHidden, sizes.secondHidden));
    m_fc31 = register_module("fc31", Linear(sizes.secondHidden, sizes.latentSize));
    m_fc32 = register_module("fc32", Linear(sizes.secondHidden, sizes.latentSize));
    m_fc4 = register_module("fc4", Linear(sizes.latentSize + classes, sizes.secondHidden));
    m_fc5 = register_module("fc5", Linear(sizes.secondHidden, sizes.firstHidden));
    m_fc6 = register_module("fc6", Linear(sizes.firstHidden, values));
}

at::Tensor ConditionalVae::oneHot(const at::Tensor& labels, const at::Tensor& like) const
{
    if (!labels.defined()) {
        throw Error(
            ErrorCode::BadData,
            "The conditional VAE needs the class of each image: choose one, or use a set with labels.");
    }
    // Compared, not scattered: nothing waits for the device to look for a class that is out of range.
    const auto classes = at::arange(shape().classes, labels.options());
    return labels.unsqueeze(1).eq(classes).to(like.scalar_type());
}

Posterior ConditionalVae::encode(const Batch& batch)
{
    checkImages(batch.x);
    const auto joined = at::cat({batch.x.flatten(1), oneHot(batch.labels, batch.x)}, 1);  // [B,D+C]
    const auto hidden = at::relu(m_fc2->forward(at::relu(m_fc1->forward(joined))));
    const auto mean = m_fc31->forward(hidden);
    const auto logVariance = m_fc32->forward(hidden);
    const WithoutAutocast float32;
    const auto type = batch.x.scalar_type();
    return {.mean = mean.to(type), .std = (0.5 * logVariance.to(type)).exp()};
}

at::Tensor ConditionalVae::decoderOutput(const at::Tensor& z, const at::Tensor& labels)
{
    const auto joined = at::cat({z, oneHot(labels, z)}, 1);  // [B,K+C]
    const auto outputs = m_fc6->forward(at::relu(m_fc5->forward(at::relu(m_fc4->forward(joined)))));
    const WithoutAutocast float32;
    return at::sigmoid(outputs.to(z.scalar_type()))
        .view({-1, shape().channels, shape().height, shape().width});
}

ModelInfo conditionalVaeInfo()
{
    return {
        .key = "conditional-vae",
        .title = "Conditional VAE",
        .source = "Arora, Harish, Sahota, Smith 2020; Sohn, Lee and Yan 2015",
        .kind = ModelKind::Trained,
        .fields = withSigmaFields(
            {{.name = "latent_size",
              .label = "Latent size",
              .help = "How many numbers, beside its class, describe an image; the report uses 2.",
              .kind = FieldKind::Integer,
              .defaultValue = std::int64_t{2},
              .minimum = 1,
              .maximum = 4096},
             {.name = "first_hidden",
              .label = "Hidden size beside the image",
              .help =
                  "Width of the hidden layer next to the image, in encoder and decoder; the report uses 512.",
              .kind = FieldKind::Integer,
              .defaultValue = std::int64_t{512},
              .minimum = 1,
              .maximum = 16384,
              .step = 16},
             {.name = "second_hidden",
              .label = "Hidden size beside the latent",
              .help = "Width of the hidden layer next to the latent, in encoder and decoder; the report uses "
                      "256.",
              .kind = FieldKind::Integer,
              .defaultValue = std::int64_t{256},
              .minimum = 1,
              .maximum = 16384,
              .step = 16}},
            1.0 / std::numbers::sqrt2),
        .needsLabels = true,
    };
}

std::shared_ptr<Vae> makeConditionalVae(const ModelConfig& config, const ImageShape& shape)
{
    const auto fields = conditionalVaeInfo().fields;
    return std::make_shared<ConditionalVae>(
        shape, ConditionalVaeSizes{.latentSize = config.fields.integer(fields, "latent_size"),
                                   .firstHidden = config.fields.integer(fields, "first_hidden"),
                                   .secondHidden = config.fields.integer(fields, "second_hidden"),
                                   .sigma = sigmaOf(config, fields)});
}

}  // namespace elbo
