// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace elbo {

/// What a window sees beyond the edge of an image.
enum class PatchEdge { Zero, Replicate };

/// Windows of kernel x kernel pixels that step over an image of [B,C,H,W] with `padding` pixels around it.
struct PatchGeometry {
    std::int64_t batch = 0, channels = 0, height = 0, width = 0;
    std::int64_t kernel = 1, stride = 1, padding = 0;
    PatchEdge edge = PatchEdge::Zero;
    [[nodiscard]] std::int64_t rows() const { return (height + 2 * padding - kernel) / stride + 1; }
    [[nodiscard]] std::int64_t columns() const { return (width + 2 * padding - kernel) / stride + 1; }
    [[nodiscard]] std::int64_t patchSize() const { return kernel * kernel * channels; }
};

/// @param image channels_last on the CPU, float32, float64 or bf16
/// @return [B rows columns, kernel kernel C], a row what one window sees
[[nodiscard]] at::Tensor gatherPatches(const at::Tensor& image, const PatchGeometry& geometry);

/// The transpose: every value of a patch is added to the pixel it came from, in float32 (float64 for
/// float64).
/// @return [B,C,H,W], channels_last
[[nodiscard]] at::Tensor scatterPatches(const at::Tensor& patches, const PatchGeometry& geometry);

}  // namespace elbo
