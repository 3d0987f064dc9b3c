// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/report/report.h"

#include <string>
#include <string_view>
#include <vector>

namespace elbo {

/// The report as one HTML page that needs no other file and no network, follows the reader's choice of light
/// or dark on a screen, and is light on paper.
/// @param drawings  SVG of each figure, in their order; empty where there is nothing to draw
[[nodiscard]] std::string reportPage(const Report& report, const std::vector<std::string>& drawings);

/// Text of any origin as it may stand in an element or a quoted attribute: one line of UTF-8.
[[nodiscard]] std::string htmlText(std::string_view text);

}  // namespace elbo
