// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace elbo::cli {

/// One line of JSON on standard output, flushed, so that a reader sees it at once. NaN and infinity become
/// null.
void printJson(const nlohmann::json& json);
/// Columns aligned by spaces; the first row is the heading.
void printTable(const std::vector<std::vector<std::string>>& rows);
/// A number as people read it: six significant digits.
[[nodiscard]] std::string numberText(double value);

}  // namespace elbo::cli
