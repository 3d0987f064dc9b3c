// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/data_fields.h"

#include <ATen/core/Tensor.h>

namespace elbo {

enum class Resizing { Bicubic, Area };

/// Antialiased bicubic interpolation (MATLAB's imresize) or area averaging; not clamped.
/// @param image float32 [C,H,W]  @return float32 [C,size.height,size.width]
[[nodiscard]] at::Tensor resizeImage(const at::Tensor& image, const ImageSize& size, Resizing resizing);
/// The nearest pixel's value. @param image [H,W]
[[nodiscard]] at::Tensor resizeNearest(const at::Tensor& image, const ImageSize& size);

/// Depth that can be used: above 0 and finite. @param depth float32 [H,W]  @return bool [H,W]
[[nodiscard]] at::Tensor validDepth(const at::Tensor& depth);
/// Every pixel without valid depth gets the value of the nearest one that has it (exact Euclidean distance;
/// of equally near ones the upper, then the left). Some pixel must be valid. @param depth float32 [H,W]
[[nodiscard]] at::Tensor fillNearest(const at::Tensor& depth);

}  // namespace elbo
