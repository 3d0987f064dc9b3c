// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/model_table.h"
#include "core/models/vae.h"

#include <torch/nn/modules/linear.h>

#include <memory>
#include <numbers>

namespace elbo {

struct ConditionalVaeSizes {
    std::int64_t latentSize = 2;
    std::int64_t firstHidden = 512;   ///< beside the image, in encoder and decoder
    std::int64_t secondHidden = 256;  ///< beside the latent, in encoder and decoder
    GaussianSigma sigma = {1.0 / std::numbers::sqrt2};
};

/// Conditional VAE: the class of an image, as a one-hot vector, is joined to the image in the encoder and to
/// z in the decoder, so that z tells what the class does not: q(z|x,c), p(x|z,c). D+C -> 512 -> 256 -> mean
/// and log-variance; K+C -> 256 -> 512 -> D, sigmoid. Gaussian with sigma^2 = 1/2 on data in [0, 1].
/// State-dict names are those of the published layout. Source: Sohn et al. 2015; Arora et al. 2020.
class ConditionalVae : public Vae {
public:
    /// @throws Error(BadSetting) when shape.classes is 0: there is nothing to condition on
    ConditionalVae(const ImageShape& shape, const ConditionalVaeSizes& sizes);

    [[nodiscard]] ValueRange valueRange() const override { return ValueRange::Unit; }
    [[nodiscard]] std::int64_t latentSize() const override { return m_sizes.latentSize; }
    [[nodiscard]] bool needsLabels() const override { return true; }
    [[nodiscard]] Likelihood likelihood() const override { return gaussian(); }
    /// @throws Error(BadData) when the batch has no labels
    [[nodiscard]] Posterior encode(const Batch& batch) override;
    /// @throws Error(BadData) when labels is undefined
    [[nodiscard]] at::Tensor decoderOutput(const at::Tensor& z, const at::Tensor& labels) override;

private:
    /// int64 [B] -> [B,C] of `like`'s type
    [[nodiscard]] at::Tensor oneHot(const at::Tensor& labels, const at::Tensor& like) const;

    ConditionalVaeSizes m_sizes;
    // Numbered as published: 31 and 32 stand side by side.
    torch::nn::Linear m_fc1 = nullptr, m_fc2 = nullptr, m_fc31 = nullptr, m_fc32 = nullptr;
    torch::nn::Linear m_fc4 = nullptr, m_fc5 = nullptr, m_fc6 = nullptr;
};

[[nodiscard]] ModelInfo conditionalVaeInfo();
[[nodiscard]] std::shared_ptr<Vae> makeConditionalVae(const ModelConfig& config, const ImageShape& shape);

}  // namespace elbo
