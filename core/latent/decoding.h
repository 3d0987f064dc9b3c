// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/shown_image.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

namespace elbo {

class Vae;

/// Images of codes, in [0, 1] on the CPU: float32 [B,C,H,W]. The network is put into evaluation mode and
/// back.
/// @param z  float32 [B,K] @param shownClass  for a model that is given the class; others ignore it
/// @throws Error(BadSetting) for codes of another length, for no class or one that is not there; Cancelled
[[nodiscard]] at::Tensor decodeCodes(Vae& model, const at::Tensor& z, std::optional<std::int64_t> shownClass,
                                     const std::stop_token& stop = {});

/// The same as pictures.
[[nodiscard]] std::vector<ShownImage> shownCodes(Vae& model, const at::Tensor& z,
                                                 std::optional<std::int64_t> shownClass,
                                                 const ShownRanges& ranges, const std::stop_token& stop = {});

}  // namespace elbo
