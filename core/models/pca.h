// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/closed_form.h"
#include "core/models/model_table.h"
#include "core/models/vae.h"

#include <memory>

namespace elbo {

/// Probabilistic PCA (Tipping and Bishop 1999) in the words of a VAE: p(x|z) = N(W z + mean, sigma^2 I) with
/// W = U (L - sigma^2 I)^(1/2) of the K leading components U and their variances L, and the exact posterior
/// q(z|x) = N(L^-1 (L - sigma^2)^(1/2) U^T (x - mean), sigma^2 L^-1), so that its ELBO is its log-likelihood.
/// sigma^2 is the mean of the variances left out, and at least that of rounding to 8 bits. The baseline that
/// a VAE of the same latent size is held against.
class Pca : public Vae, public ClosedForm {
public:
    Pca(const ImageShape& shape, std::int64_t latentSize);

    [[nodiscard]] ValueRange valueRange() const override { return ValueRange::Unit; }
    [[nodiscard]] std::int64_t latentSize() const override { return m_scales.size(0); }
    [[nodiscard]] Likelihood likelihood() const override;
    [[nodiscard]] Posterior encode(const Batch& batch) override;
    [[nodiscard]] at::Tensor decoderOutput(const at::Tensor& z, const at::Tensor& labels) override;
    /// A latent size above images - 1 leaves the dimensions beyond as the prior has them.
    void fit(const ImageBlocks& images, std::uint64_t seed, const ProgressFunction& progress,
             const std::stop_token& stop) override;
    [[nodiscard]] FitCost fitCost(std::int64_t images) const override;

private:
    at::Tensor m_mean;        ///< [D]
    at::Tensor m_components;  ///< [K,D], orthonormal rows; zero beyond those that the images give
    at::Tensor m_scales;      ///< [K], sqrt(variance - sigma^2)
    at::Tensor m_sigma;       ///< []
};

[[nodiscard]] ModelInfo pcaInfo();
[[nodiscard]] std::shared_ptr<Vae> makePca(const ModelConfig& config, const ImageShape& shape);

}  // namespace elbo
