// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run_config.h"

#include <string>
#include <vector>

namespace elbo::cli {

/// Runs that differ in the values of some fields.
struct Sweep {
    struct Run {
        std::vector<std::string> values;  ///< as they were written, in the order of the fields
        RunConfig config;
        std::string name;  ///< "learning_rate=0.01,beta=2": the run's folder below --out; unique in the sweep
    };
    std::vector<std::string> fields;
    std::vector<Run> runs;
};

/// A run for each value of "field=a,b,c"; of several fields a run for each combination, the last field's
/// values turning fastest. They stand above everything that `base` says.
/// @throws Error(BadSetting) for another form, a field or value given twice, and a value that cannot be used
[[nodiscard]] Sweep planSweep(const RunConfig& base, const std::vector<std::string>& sweeps);

}  // namespace elbo::cli
