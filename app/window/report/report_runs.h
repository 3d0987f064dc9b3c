// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/training/history.h"
#include "core/training/run_folder.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace elbo {

/// A run as the report's figures look at it.
struct ReportRun {
    RunInfo info;
    History history;             ///< empty where it cannot be read
    std::string historyProblem;  ///< why not; empty
    std::vector<std::int64_t> kept;
    std::optional<ImageShape> shape;  ///< of its images; nothing when neither weights nor pictures tell
    bool estimatesDepth = false;      ///< a depth network
};

/// The sets of the report.
enum class ReportSet { Mnist, Nyu };
[[nodiscard]] std::string_view titleOf(ReportSet set);

/// Each folder once, in the order given.
/// @throws Error(BadSetting) without any, Error(NotFound, BadFile) for a folder that is no run
[[nodiscard]] std::vector<ReportRun> readReportRuns(const std::vector<std::filesystem::path>& folders);

/// Whether it learned from that very set.
[[nodiscard]] bool isOfSet(const ReportRun& run, ReportSet set);
/// The run of that model that shows best what a figure shows: of the figure's set, else of one like it (for
/// MNIST grey images before others; for NYU images with depth alone, photographs before synthetic rooms),
/// then the one that kept pictures nearest to `epoch`, then the first given. Null: none will do.
/// @param epoch  0: the number of epochs does not matter
[[nodiscard]] const ReportRun* chooseRun(const std::vector<ReportRun>& runs, std::string_view model,
                                         ReportSet set, std::int64_t epoch);
/// Of `epochs`, the one nearest to that, the earlier of two.
[[nodiscard]] std::optional<std::int64_t> nearestEpoch(const std::vector<std::int64_t>& epochs,
                                                       std::int64_t wanted);

/// A word of a command line as a shell takes it for one.
[[nodiscard]] std::string shellWord(const std::string& text);

}  // namespace elbo
