// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/model_table.h"
#include "core/models/vae.h"

#include <torch/nn/modules/container/sequential.h>

#include <memory>
#include <numbers>

namespace elbo {

/// Fully connected VAE: D -> hidden -> 2 x latent (means first, then log-variances); latent -> hidden -> D,
/// sigmoid; ReLU. Gaussian with sigma^2 = 1/2 on data in [0, 1]: the published "MSE + KL" up to a constant.
/// Source: Arora et al. 2020 (FC-VAE); Kingma and Welling 2014. State-dict names are those of the published
/// layout.
class FcVae : public Vae {
public:
    FcVae(const ImageShape& shape, std::int64_t latentSize, std::int64_t hiddenSize,
          const GaussianSigma& sigma = {1.0 / std::numbers::sqrt2});

    [[nodiscard]] ValueRange valueRange() const override { return ValueRange::Unit; }
    [[nodiscard]] std::int64_t latentSize() const override { return m_latentSize; }
    [[nodiscard]] Likelihood likelihood() const override { return gaussian(); }
    [[nodiscard]] Posterior encode(const Batch& batch) override;
    [[nodiscard]] at::Tensor decoderOutput(const at::Tensor& z, const at::Tensor& labels) override;

private:
    std::int64_t m_latentSize;
    torch::nn::Sequential m_encoder;
    torch::nn::Sequential m_decoder;
};

[[nodiscard]] ModelInfo fcVaeInfo();
[[nodiscard]] std::shared_ptr<Vae> makeFcVae(const ModelConfig& config, const ImageShape& shape);

}  // namespace elbo
