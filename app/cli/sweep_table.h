// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/sweep.h"
#include "core/training/history.h"
#include "core/training/run_folder.h"

#include <vector>

namespace elbo::cli {

/// A run of a sweep that has ended.
struct SweepResult {
    RunInfo run;
    EpochRecord last;  ///< its last epoch; epoch 0 when it finished none
    double seconds = 0;
};

/// What closes a sweep: a line a run with its values and what its last epoch reached, or as JSON one object
/// {"event":"sweep","runs":[...]}.
/// @param results  of the sweep's first runs, in their order
void printSweep(const Sweep& sweep, const std::vector<SweepResult>& results, bool asJson);

}  // namespace elbo::cli
