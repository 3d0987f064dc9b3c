// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace elbo::cli {

/// A golden file of resources/golden, built into the program.
struct GoldenFile {
    std::string_view modelKey;  ///< of a model or a depth estimator
    std::string_view json;
};
[[nodiscard]] std::span<const GoldenFile> goldenFiles();

}  // namespace elbo::cli
