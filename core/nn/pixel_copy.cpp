// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/pixel_copy.h"

#include <ATen/Functions.h>

#include <cstdint>
#include <utility>

namespace elbo {

namespace {

/// Whether the innermost dimension of [B,H,W,C] can be read as elements of so many bytes.
bool fits(const at::Tensor& pixels, std::int64_t bytes)
{
    const auto unit = static_cast<std::int64_t>(pixels.element_size());
    if (pixels.stride(3) != 1 || pixels.size(3) * unit % bytes != 0 ||
        pixels.storage_offset() * unit % bytes != 0)
        return false;
    for (int dimension = 0; dimension < 3; ++dimension)
        if (pixels.stride(dimension) * unit % bytes != 0)
            return false;
    return true;
}

}  // namespace

void copyPixels(const at::Tensor& to, const at::Tensor& from)
{
    const auto target = to.permute({0, 2, 3, 1});
    const auto source = from.permute({0, 2, 3, 1});
    if (!to.is_cpu() && to.scalar_type() == from.scalar_type()) {
        for (const auto& [bytes, type] : {std::pair<std::int64_t, at::ScalarType>{16, at::kComplexDouble},
                                          {8, at::kLong},
                                          {4, at::kInt}}) {
            if (static_cast<std::int64_t>(to.element_size()) < bytes && fits(target, bytes) &&
                fits(source, bytes)) {
                target.view(type).copy_(source.view(type));
                return;
            }
        }
    }
    to.copy_(from);
}

}  // namespace elbo
