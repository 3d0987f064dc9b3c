// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/model_table.h"
#include "core/models/padded_sides.h"
#include "core/models/vae.h"
#include "core/nn/vgg_stage.h"

#include <torch/nn/modules/linear.h>

#include <memory>
#include <vector>

namespace elbo {

struct VggVaeSizes {
    std::int64_t latentSize = 400;
    std::int64_t filters = 64;  ///< of the first stage; then 2, 4, 8 and 8 times as many
};

/// VAE around VGG-19's sixteen convolutions (Simonyan and Zisserman 2015, with BatchNorm): five stages of 2,
/// 2, 4, 4, 4 convolutions, fully connected to mean and log-variance; a decoder of five stages that mirrors
/// it. Bernoulli on data in [0, 1], from logits. Sides are multiples of 32; 28x28 is zero-padded to 32x32 and
/// the output cropped. Source: Arora et al. 2020, its words: the published script runs none of its
/// convolutions and takes exp(log-variance) for a standard deviation (models.md, "The four VAEs").
class VggVae : public Vae {
public:
    /// @throws Error(BadSetting) when a side is neither a multiple of 32 nor 28x28
    VggVae(const ImageShape& shape, const VggVaeSizes& sizes);

    [[nodiscard]] ValueRange valueRange() const override { return ValueRange::Unit; }
    [[nodiscard]] std::int64_t latentSize() const override { return m_sizes.latentSize; }
    [[nodiscard]] Likelihood likelihood() const override
    {
        return {.kind = Likelihood::Kind::Bernoulli, .comparable = hasBinaryData()};
    }
    [[nodiscard]] Posterior encode(const Batch& batch) override;
    [[nodiscard]] at::Tensor decoderOutput(const at::Tensor& z, const at::Tensor& labels) override;

private:
    VggVaeSizes m_sizes;
    PaddedSides m_sides;
    std::vector<std::shared_ptr<VggStage>> m_encoder;
    std::vector<std::shared_ptr<VggUpStage>> m_decoder;
    torch::nn::Linear m_mean = nullptr, m_logVariance = nullptr, m_expand = nullptr;
};

[[nodiscard]] ModelInfo vggVaeInfo();
[[nodiscard]] std::shared_ptr<Vae> makeVggVae(const ModelConfig& config, const ImageShape& shape);

}  // namespace elbo
