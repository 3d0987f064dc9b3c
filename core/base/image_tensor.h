// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/image8.h"

#include <ATen/core/Tensor.h>

namespace elbo {

/// [H,W] of any type as real values; holes stay what they are.
[[nodiscard]] ImageF toImage(const at::Tensor& depth);
/// uint8 [C,H,W] as an interleaved picture.
[[nodiscard]] Image8 toPicture(const at::Tensor& color);
/// The way back: uint8 [C,H,W], float32 [H,W].
[[nodiscard]] at::Tensor toTensor(const Image8& picture);
[[nodiscard]] at::Tensor toTensor(const ImageF& values);

}  // namespace elbo
