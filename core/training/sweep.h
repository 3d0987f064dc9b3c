// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run_config.h"

#include <string>
#include <vector>

namespace elbo {

/// Runs that differ in the values of some fields.
struct Sweep {
    struct Run {
        std::vector<std::string> values;  ///< in the order of the fields
        RunConfig config;
        std::string name;  ///< "learning_rate=0.01,beta=2": can name a folder; unique in the sweep
    };
    std::vector<std::string> fields;
    std::vector<Run> runs;
};

/// The most runs of one sweep: a range with a small step would fill memory and years.
constexpr std::size_t kMostSweptRuns = 1000;

/// A run for each value of "field=a,b,c"; of several fields a run for each combination, the last field's
/// values turning fastest. They stand above everything that `base` says. Spaces around names and values do
/// not count. In place of a value may stand a range, which its last value ends when a step meets it:
/// - `1..8`         the whole numbers 1, 2 ... 8
/// - `0.5..2+0.5`   0.5, 1, 1.5, 2: adding a step (a negative one leads down)
/// - `0.001..1*10`  0.001, 0.01, 0.1, 1: multiplying by a factor (one below 1 leads down)
/// @throws Error(BadSetting) for another form, a field or value given twice, a value that cannot be used, and
/// more than kMostSweptRuns runs
[[nodiscard]] Sweep planSweep(const RunConfig& base, const std::vector<std::string>& sweeps);

}  // namespace elbo
