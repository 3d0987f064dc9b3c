// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run_queue.h"

#include <filesystem>
#include <string>
#include <vector>

namespace elbo {

/// "queue.json" in a folder of runs, or in that of a sweep.
[[nodiscard]] std::filesystem::path queueFile(const std::filesystem::path& folder);

/// The queue of a folder; an empty one when it has none. A file that is none of Elbo's, or entries in it that
/// cannot be used, are named in `problems`, and the file as it was stays beside the queue as
/// queue-damaged.json (-2 ... when taken): what is left of it takes its place.
/// @throws Error(BadFile) for a file of a newer version, which stays; Error(NoPermission, DiskFull) when it
/// cannot be read, or put aside
[[nodiscard]] RunQueue readQueue(const std::filesystem::path& folder, std::vector<std::string>& problems);

/// Replaces the queue of a folder, which is made when it is not there. Run folders below it are stored by
/// name, so that all can be moved together.
/// @throws Error(NoPermission, DiskFull)
void writeQueue(const std::filesystem::path& folder, const RunQueue& queue);

}  // namespace elbo
