// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/trainable.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace elbo {

struct RunConfig;

/// Changes training images at random: a mirrored image, a part of it at full size, other colours. What
/// happens to an image is a function of (seed, epoch, its position in the epoch) alone, so that a resumed run
/// goes on with the same images on any number of processes. Depth is mirrored and cropped with its colours
/// and keeps its values.
class Augmentation {
public:
    /// @param hasDepth whether the last channel is depth
    Augmentation(const RunConfig& config, ValueRange range, bool hasDepth);

    /// Whether anything is changed at all.
    [[nodiscard]] bool isOn() const { return m_flip || m_crop > 0 || colours(); }
    /// @param x float32 [B,C,H,W] in the value range, of the positions first, first + 1, ... of the epoch
    /// @return the same kind of images, in the range and the memory order of x
    [[nodiscard]] at::Tensor apply(const at::Tensor& x, std::int64_t epoch, std::int64_t first) const;

private:
    [[nodiscard]] bool colours() const { return m_brightness > 0 || m_contrast > 0 || m_saturation > 0; }
    [[nodiscard]] at::Tensor recoloured(const at::Tensor& x, const at::Tensor& draws) const;

    std::uint64_t m_seed;
    ValueRange m_range;
    bool m_hasDepth;
    bool m_flip;
    double m_crop;  ///< largest part of a side that is cut away
    double m_brightness, m_contrast, m_saturation;
};

}  // namespace elbo
