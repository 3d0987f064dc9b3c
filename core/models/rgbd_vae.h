// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/model_table.h"
#include "core/models/padded_sides.h"
#include "core/models/vae.h"

#include <memory>

namespace elbo {

class RgbdEncoder;
class RgbdDecoder;

struct RgbdVaeSizes {
    std::int64_t latentSize = 400;
    std::int64_t encoderFilters = 64;  ///< of the first convolution; then 2, 4, 8, 8 times as many
    std::int64_t decoderFilters =
        32;  ///< of the last hidden convolution; before it 2, 4, 8 and 8 times as many
    GaussianSigma sigma = {};
};

/// Convolutional VAE of colour and depth: five convolutions 4x4 stride 2 with BatchNorm and LeakyReLU, fully
/// connected to mean and softplus std; fully connected, then five times nearest x2 and convolution 3x3, tanh.
/// Gaussian with sigma = 1 on data in [-1, 1]. Sides are multiples of 32; 28x28 is padded to 32x32 and the
/// output cropped. State-dict names are those of the published layout. Source: Arora et al. 2020, whose
/// published decoder starts at 8 x 32 channels (models.md, "The four VAEs").
class RgbdVae : public Vae {
public:
    /// @throws Error(BadSetting) when a side is neither a multiple of 32 nor 28x28
    RgbdVae(const ImageShape& shape, const RgbdVaeSizes& sizes);

    [[nodiscard]] ValueRange valueRange() const override { return ValueRange::Symmetric; }
    [[nodiscard]] std::int64_t latentSize() const override { return m_sizes.latentSize; }
    [[nodiscard]] Likelihood likelihood() const override { return gaussian(); }
    [[nodiscard]] Posterior encode(const Batch& batch) override;
    [[nodiscard]] at::Tensor decoderOutput(const at::Tensor& z, const at::Tensor& labels) override;

private:
    RgbdVaeSizes m_sizes;
    PaddedSides m_sides;
    std::shared_ptr<RgbdEncoder> m_encoder;
    std::shared_ptr<RgbdDecoder> m_decoder;
};

[[nodiscard]] ModelInfo rgbdVaeInfo();
[[nodiscard]] std::shared_ptr<Vae> makeRgbdVae(const ModelConfig& config, const ImageShape& shape);

}  // namespace elbo
