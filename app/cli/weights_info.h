// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>

namespace elbo::cli {

/// What a file of weights is and holds: format, tensors, parameters, types, and the model where it can be
/// told.
/// @throws Error(BadFile) for a damaged one
[[nodiscard]] nlohmann::json weightsInfo(const std::filesystem::path& file);

}  // namespace elbo::cli
