// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace elbo {

/// What "field=a,b,c" names.
struct SweepAxis {
    std::string field;
    std::vector<std::string> values;  ///< ranges are written out; at least one, none twice
};

/// @param text  one field with its values as planSweep describes them
/// @throws Error(BadSetting) which says what is wrong with it
[[nodiscard]] SweepAxis parseSweepAxis(std::string_view text);

}  // namespace elbo
