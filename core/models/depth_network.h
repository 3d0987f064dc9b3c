// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/depth/bts.h"
#include "core/models/model_config.h"
#include "core/models/model_table.h"
#include "core/nn/trainable.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace elbo {

struct DepthNetworkSettings {
    std::int64_t decoderWidth = 512;
    double maxDepth = 10;         ///< metres
    double varianceFocus = 0.85;  ///< lambda of the loss
    double weightDecay = 1e-2;    ///< of the encoder
};

/// BTS as the training loop sees it (Lee et al. 2019): colour in, depth in metres out, with the
/// scale-invariant log loss of its paper. Its state dict has the names of published checkpoints. It is no
/// VAE: there is no latent code and no noise.
class DepthNetwork : public Trainable {
public:
    /// @param encoder  one of depthEncoderNames() @param shape  of images with depth, any sides
    /// @throws Error(BadSetting) for images without depth, for other encoders and widths
    DepthNetwork(std::string_view encoder, const ImageShape& shape, const DepthNetworkSettings& settings);

    /// loss, rmse, abs_rel, d1
    [[nodiscard]] const std::vector<TermInfo>& terms() const override;
    [[nodiscard]] ValueRange valueRange() const override { return ValueRange::Original; }
    [[nodiscard]] std::int64_t noiseSize() const override { return 0; }
    [[nodiscard]] StepResult step(const Batch& batch, const at::Tensor& noise, double beta) override;
    /// The encoder with decoupled weight decay; the decoder without.
    [[nodiscard]] std::vector<ParameterGroup> parameterGroups() override;

    /// @param x  float32 [B,C,H,W] as ValueRange::Original has it; a last channel of depth is not looked at
    /// @return float32 [B,1,H,W], metres, above 0 and below the largest depth
    [[nodiscard]] at::Tensor metres(const at::Tensor& x);
    [[nodiscard]] double maxDepth() const { return m_settings.maxDepth; }

private:
    std::shared_ptr<Bts> m_network;
    std::int64_t m_colors;
    DepthNetworkSettings m_settings;
};

/// What the loss and the terms of a depth network are computed from.
struct DepthBatch {
    at::Tensor estimate;  ///< float32 [B,1,H,W], metres, above 0
    at::Tensor truth;     ///< float32 [B,1,H,W], metres; 0: none
};
/// 10 sqrt(mean g^2 - lambda (mean g)^2), g = ln estimate - ln truth, over the pixels of the whole batch with
/// 1e-3 < truth < most (Lee et al. 2019, equation 4, with alpha = 10). 0 where no pixel counts.
/// @param focus  lambda @return float32 scalar, differentiable
[[nodiscard]] at::Tensor scaleInvariantLogLoss(const DepthBatch& batch, double focus, double most);

/// Registry entries, one for each encoder: "bts-mobilenetv2"...
[[nodiscard]] std::vector<ModelInfo> depthNetworkInfos();
[[nodiscard]] std::shared_ptr<Trainable> makeDepthNetwork(const ModelConfig& config, const ImageShape& shape);

}  // namespace elbo
