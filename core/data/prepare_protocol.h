// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/data/image_source.h"

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace elbo {

/// What `elbo-cli prepare --json` says, a line of JSON each (design.md, "One of each"): any number of
/// Progress and ImageProblem, then the file that was written (a path) or a Failure.
using PrepareEvent = std::variant<Progress, ImageProblem, std::filesystem::path, Failure>;

[[nodiscard]] std::string prepareEventLine(const PrepareEvent& event);  ///< without the line feed
/// Nothing for a line that is no event.
[[nodiscard]] std::optional<PrepareEvent> parsePrepareEvent(std::string_view line);

/// Arguments that elbo-cli is started with.
[[nodiscard]] std::vector<std::string> prepareArguments(const DataConfig& config,
                                                        const std::filesystem::path& out);

/// The process may hold at most 700 MB of data from now on (550 MB more than LibTorch, where that alone holds
/// much), so that a hostile file costs an error, not the machine. Few threads are used for computing then,
/// since every one has a stack. For the helper process alone.
void limitHelperMemory();

/// Prepares and prints the events to `lines` (progress at most 20 times a second): all of `elbo-cli prepare
/// --json`.
/// @return exit status: 0 done, 1 failed, 130 stopped
int runPrepareHelper(const DataConfig& config, const DataReaders& readers, const std::filesystem::path& out,
                     const std::stop_token& stop, std::FILE* lines);

}  // namespace elbo
