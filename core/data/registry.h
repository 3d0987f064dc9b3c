// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/field.h"

#include <string>
#include <string_view>
#include <vector>

namespace elbo {

/// A line of the data-set registry. Every key is listed in every build; what a build cannot read it says when
/// asked.
struct DataSetEntry {
    std::string key;     ///< written into files: never renamed
    std::string title;   ///< "Synthetic rooms"; English, the window translates it
    std::string source;  ///< paper or origin
    std::string help;    ///< one sentence: what it is, what a path must hold
    bool needsPath = true;
    bool hasDepth = true;
    std::vector<Field> fields;  ///< its own and the common ones
};

[[nodiscard]] const std::vector<DataSetEntry>& dataSets();
/// @throws Error(BadSetting) that lists the keys there are
[[nodiscard]] const DataSetEntry& findDataSet(std::string_view key);

}  // namespace elbo
