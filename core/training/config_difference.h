// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run_config.h"

#include <string>
#include <vector>

namespace elbo {

/// A setting in which runs differ.
struct ConfigDifference {
    std::string name;                 ///< "model", "data", or the field's, "learning_rate"
    std::string label;                ///< "Learning rate"
    std::string unit;                 ///< may be empty
    std::vector<std::string> values;  ///< of each run; empty where it has no such field
};

/// Every setting that is not the same in all of these, defaults counted as what they stand for: model and
/// data first, then training, model and data fields in the order of their tables. Empty for fewer than two.
[[nodiscard]] std::vector<ConfigDifference> configDifferences(const std::vector<RunConfig>& configs);

}  // namespace elbo
