// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

namespace elbo {

/// All take x, y float32 [B,C,H,W] in [0, 1] and give [B] float32.
[[nodiscard]] at::Tensor squaredError(const at::Tensor& x, const at::Tensor& y);  ///< sum over values
[[nodiscard]] at::Tensor psnr(const at::Tensor& x,
                              const at::Tensor& y);  ///< dB, peak 1; equal images give +inf
/// Gaussian window 11, sigma 1.5, K 0.01 / 0.03, population covariance, range 1, mean over channels and the
/// valid region as scikit-image crops it. Source: Wang et al. 2004.
[[nodiscard]] at::Tensor ssim(const at::Tensor& x, const at::Tensor& y);

}  // namespace elbo
