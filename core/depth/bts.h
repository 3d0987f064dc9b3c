// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/depth/bts_decoder.h"

#include <memory>
#include <string_view>

namespace elbo {

/// BTS: an encoder of an image classifier and a decoder with local planar guidance (Lee et al. 2019, "From
/// Big to Small: Multi-Scale Local Planar Guidance for Monocular Depth Estimation"). State-dict names as
/// published: `encoder.base_model.`..., `decoder.`...
class Bts : public torch::nn::Module {
public:
    /// @param encoder  one of depthEncoderNames()  @param width  of the decoder: 512, 256, 128 or 64
    /// @throws Error(BadSetting) for others
    explicit Bts(std::string_view encoder, std::int64_t width = 512);

    /// @param x  float32 [B,3,H,W], ImageNet-normalised, sides multiples of 32
    [[nodiscard]] BtsOutput forward(const at::Tensor& x);
    [[nodiscard]] DepthEncoder& encoder() { return *m_encoder; }

private:
    std::shared_ptr<DepthEncoder> m_encoder;
    std::shared_ptr<BtsDecoder> m_decoder;
};

/// ImageNet's mean and standard deviation of R, G, B in [0, 1] taken out. @param unit  [B,3,H,W] in [0, 1]
[[nodiscard]] at::Tensor imageNetNormalised(const at::Tensor& unit);

}  // namespace elbo
