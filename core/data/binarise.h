// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace elbo {

/// Grey images in [0, 1] as black and white ones: a pixel is 1 with the probability that its grey value is.
/// Their Bernoulli likelihood is that of data, so that an ELBO is one (Salakhutdinov and Murray 2008).
/// x float32 [B,1,H,W] on any device; the draws are a function of the arguments alone.

/// Drawn anew for each image of each epoch ("dynamic"). @param first  position of the first image in the
/// epoch
[[nodiscard]] at::Tensor binarisedForTraining(const at::Tensor& x, std::uint64_t seed, std::int64_t epoch,
                                              std::int64_t first);
/// Drawn once for all: every run and every model is tested on the same images.
/// @param indices  [B], places of the images in the data set
[[nodiscard]] at::Tensor binarisedForTest(const at::Tensor& x, std::span<const std::int64_t> indices);

}  // namespace elbo
