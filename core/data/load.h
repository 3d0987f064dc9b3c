// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/data/image_source.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace elbo {

struct Dataset;

struct LoadHooks {
    ProgressFunction progress;
    std::function<void(const ImageProblem&)> problem;
    std::stop_token stop;
    std::filesystem::path helper;  ///< program started instead of elbo-cli, for tests; empty: helperProgram()
};

/// The reader of the config's key. `prepared` has none: its files are mapped as they are.
/// @throws Error(Unsupported) when this build has no reader for it
[[nodiscard]] const DataReader& findReader(const DataConfig& config, const DataReaders& readers);

/// The one way in for data sets: finds the prepared file in the cache by its fingerprint, else starts the
/// helper process that writes it there; then maps it. `prepared:FILE` is mapped as it is. Updates the cache's
/// last-used time and trims it (least recently used first, never one in use).
/// @throws Error (a helper that crashed or was killed: HelperFailed, one sentence), Cancelled
[[nodiscard]] std::shared_ptr<const Dataset> loadDataset(const DataConfig& config, const DataReaders& readers,
                                                         const LoadHooks& hooks);

/// Hex fingerprint of options + name, size and time of every input file.
[[nodiscard]] std::string dataFingerprint(const DataConfig& config, const DataReaders& readers);
[[nodiscard]] std::filesystem::path preparedCacheFolder();
/// Deletes least recently used prepared files above `limitBytes`; files that a process has mapped are kept
/// (shared flock).
void trimPreparedCache(std::uint64_t limitBytes);

}  // namespace elbo
