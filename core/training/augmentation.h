// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/data_fields.h"
#include "core/nn/trainable.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

namespace elbo {

struct RunConfig;

/// Changes training images at random: a mirrored or turned image, a part of it at full size or in its own,
/// other colours. What happens to an image is a function of (seed, epoch, its position in the epoch) alone,
/// so that a resumed run goes on with the same images on any number of processes. Depth is mirrored, turned
/// and cropped with its colours and keeps its values; of ValueRange::Original it is never mixed from several
/// pixels, and has no value where the image has none.
class Augmentation {
public:
    /// @param hasDepth whether the last channel is depth @throws Error(BadSetting) for a `crop_size` that is
    /// no size
    Augmentation(const RunConfig& config, ValueRange range, bool hasDepth);

    /// Whether anything is changed at all.
    [[nodiscard]] bool isOn() const
    {
        return m_flip || m_crop > 0 || m_rotation > 0 || m_cropSize.has_value() || colours();
    }
    /// The size that images are cut to, where they keep their scale.
    [[nodiscard]] const std::optional<ImageSize>& cropSize() const { return m_cropSize; }
    /// @param x float32 [B,C,H,W] in the value range, of the positions first, first + 1, ... of the epoch
    /// @return the same kind of images, in the range and the memory order of x; [B,C,cropSize()] where there
    /// is one
    [[nodiscard]] at::Tensor apply(const at::Tensor& x, std::int64_t epoch, std::int64_t first) const;

private:
    [[nodiscard]] bool colours() const
    {
        return m_brightness > 0 || m_contrast > 0 || m_saturation > 0 || m_gamma > 0 || m_colorBalance > 0;
    }
    [[nodiscard]] at::Tensor moved(const at::Tensor& x, const at::Tensor& draws) const;
    [[nodiscard]] at::Tensor recoloured(const at::Tensor& x, const at::Tensor& draws) const;

    std::uint64_t m_seed;
    ValueRange m_range;
    bool m_hasDepth;
    bool m_flip;
    double m_crop;      ///< largest part of a side that is cut away
    double m_rotation;  ///< largest angle, degrees
    std::optional<ImageSize> m_cropSize;
    double m_brightness, m_contrast, m_saturation, m_gamma, m_colorBalance;
};

}  // namespace elbo
