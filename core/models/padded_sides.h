// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>

namespace elbo {

/// The sides of images inside a network that halves them five times: multiples of 32, or 28x28 with two
/// pixels of black around it. Terms and metrics are over the values of the image alone (models.md, "The four
/// VAEs").
class PaddedSides {
public:
    /// @param title of the model, for the sentence @throws Error(BadSetting) for other sides
    PaddedSides(const ImageShape& shape, const std::string& title);

    /// Of the smallest features.
    [[nodiscard]] std::int64_t height() const { return m_height; }
    [[nodiscard]] std::int64_t width() const { return m_width; }
    /// [B,C,H,W] -> [B,C,32 height,32 width]
    [[nodiscard]] at::Tensor pad(const at::Tensor& x, double black) const;
    /// Back again.
    [[nodiscard]] at::Tensor crop(const at::Tensor& y) const;

private:
    std::int64_t m_padding = 0;  ///< pixels added on each side
    std::int64_t m_height = 0;
    std::int64_t m_width = 0;
};

}  // namespace elbo
