// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace elbo {

/// MATLAB's characters as UTF-8; a half of a pair that stands alone becomes U+FFFD.
[[nodiscard]] std::string utf8FromUtf16(std::span<const std::uint16_t> units);

}  // namespace elbo
