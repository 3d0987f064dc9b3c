// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/history.h"
#include "core/training/run_folder.h"

#include <string>
#include <utility>
#include <vector>

namespace elbo::cli {

/// A run of a sweep that has ended.
struct SweepResult {
    std::vector<std::pair<std::string, std::string>> values;  ///< of the swept fields, in their order
    RunInfo run;
    EpochRecord last;    ///< its last epoch; epoch 0 when it finished none
    double seconds = 0;  ///< of its epochs' training
};

/// What closes a sweep: a line a run with its values and what its last epoch reached, or as JSON one object
/// {"event":"sweep","runs":[...]}.
void printSweep(const std::vector<SweepResult>& results, bool asJson);

}  // namespace elbo::cli
