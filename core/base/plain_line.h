// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace elbo {

/// The text as one line of UTF-8, fit for a list of names, JSON and a terminal: control characters, the line
/// feed among them, and bytes that are no UTF-8 become \xNN. All other text comes back as it is.
[[nodiscard]] std::string plainLine(std::string_view text);

}  // namespace elbo
