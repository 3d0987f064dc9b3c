// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/pca.h"

#include "core/models/principal_components.h"
#include "core/nn/autocast.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>

namespace elbo {
namespace {

/// Variance that rounding to 256 codes leaves: no fit can be better than the data.
constexpr double kRoundingVariance = 1.0 / (255.0 * 255.0 * 12.0);

}  // namespace

Pca::Pca(const ImageShape& shape, std::int64_t latentSize) : Vae(shape)
{
    // Buffers, not parameters: no gradient ever changes them.
    m_mean = register_buffer("mean", at::zeros({shape.values()}));
    m_components = register_buffer("components", at::zeros({latentSize, shape.values()}));
    m_scales = register_buffer("scales", at::zeros({latentSize}));
    m_sigma = register_buffer("sigma", at::ones({}));
}

Likelihood Pca::likelihood() const
{
    return {.kind = Likelihood::Kind::Gaussian, .sigma = m_sigma.item<double>()};
}

Posterior Pca::encode(const Batch& batch)
{
    checkImages(batch.x);
    const WithoutAutocast float32;
    const auto coordinates = at::mm(batch.x.flatten(1) - m_mean, m_components.t());  // [B,K]
    const auto variances = m_scales.square() + m_sigma.square();                     // [K]
    return {.mean = coordinates * (m_scales / variances),
            .std = (m_sigma / variances.sqrt()).expand_as(coordinates)};
}

at::Tensor Pca::decoderOutput(const at::Tensor& z, const at::Tensor& /*labels*/)
{
    const WithoutAutocast float32;
    return at::addmm(m_mean, z * m_scales, m_components)
        .view({-1, shape().channels, shape().height, shape().width});
}

void Pca::fit(const ImageBlocks& images, std::uint64_t seed, const ProgressFunction& progress,
              const std::stop_token& stop)
{
    const auto found = principalComponents(images, latentSize(), seed, progress, stop);
    const c10::AutoGradMode noGradient(false);
    const auto count = found.variances.size(0);
    const auto left = std::max(0.0, found.totalVariance - found.variances.sum().item<double>());
    const auto directions = std::max<std::int64_t>(1, shape().values() - count);
    const double variance = std::max(left / static_cast<double>(directions), kRoundingVariance);
    m_mean.copy_(found.mean);
    m_components.zero_();
    m_components.narrow(0, 0, count).copy_(found.components);
    m_scales.zero_();
    m_scales.narrow(0, 0, count).copy_((found.variances - variance).clamp_min(0).sqrt());
    m_sigma.fill_(std::sqrt(variance));
}

FitCost Pca::fitCost(std::int64_t images) const
{
    return principalComponentsCost(images, shape().values(), latentSize());
}

ModelInfo pcaInfo()
{
    return {
        .key = "pca",
        .title = "PCA",
        .source = "Tipping and Bishop 1999",
        .kind = ModelKind::ClosedForm,
        .fields =
            {{.name = "latent_size",
              .label = "Components",
              .help = "How many principal components describe an image; those beyond the number of training "
                      "images less one stay unused.",
              .kind = FieldKind::Integer,
              .defaultValue = std::int64_t{400},
              .minimum = 1,
              .maximum = 4096,
              .step = 10}},
    };
}

std::shared_ptr<Vae> makePca(const ModelConfig& config, const ImageShape& shape)
{
    return std::make_shared<Pca>(shape, config.fields.integer(pcaInfo().fields, "latent_size"));
}

}  // namespace elbo
