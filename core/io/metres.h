// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

namespace elbo {

/// Depth that claims to be in metres and cannot be: nothing these cameras see is farther than a kilometre.
/// @param depth [H,W] float32; values that are not finite are holes and do not count
/// @throws Error(BadData): the sentence of an image
void requireMetres(const at::Tensor& depth);

}  // namespace elbo
