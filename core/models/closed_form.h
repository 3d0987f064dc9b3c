// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <stop_token>

namespace elbo {

/// Training images as a model sees them, however many there are: float32 [count,C,H,W] in its value range, on
/// its device, from position `first` on.
struct ImageBlocks {
    std::function<at::Tensor(std::int64_t first, std::int64_t count)> read;
    std::int64_t images = 0;
};

/// What computing such a model from so many images takes, about.
struct FitCost {
    double operations = 0;   ///< additions, multiplications and values read: to compare one number of images
                             ///< with another
    std::int64_t bytes = 0;  ///< the most memory beside the model itself
};

/// A model whose best values are computed, not approached: one epoch of the training loop, without steps.
class ClosedForm {
public:
    virtual ~ClosedForm() = default;
    /// Sets every value from the images. @param seed of whatever is drawn on the way
    /// @throws Error(BadData) when there are too few images; Cancelled
    virtual void fit(const ImageBlocks& images, std::uint64_t seed, const ProgressFunction& progress,
                     const std::stop_token& stop) = 0;
    [[nodiscard]] virtual FitCost fitCost(std::int64_t images) const = 0;
};

}  // namespace elbo
