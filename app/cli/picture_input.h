// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>

namespace elbo {
struct LoadedModel;
}

namespace elbo::cli {

/// Posterior mean of a picture from a file, with the depth image beside it where the model reads depth: [K].
/// @throws Error(BadData) without such depth, and what reading throws
[[nodiscard]] at::Tensor codeOfPicture(const LoadedModel& loaded, const std::string& file,
                                       std::optional<std::int64_t> label);

}  // namespace elbo::cli
