// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/trainer.h"

#include <filesystem>
#include <optional>
#include <string>

namespace elbo {

/// What a run that trains does with the wishes it was told. Pausing: it will hold before the next step;
/// Stopping: it ends within a step and saves.
enum class LiveState { Running, Pausing, Paused, Stopping };
[[nodiscard]] std::string_view toString(LiveState state);

/// status.json: what the process that trains a run tells to those who follow it, at most a second old while
/// it computes.
struct LiveStatus {
    LiveState state = LiveState::Running;
    std::string answered;  ///< id of the last request that was taken (run_request.h); may be empty
    TrainingStatus training;
};

/// @throws Error(DiskFull, NoPermission)
void writeLiveStatus(const std::filesystem::path& runFolder, const LiveStatus& status);
/// Nothing when no process trains the run, when it is of a version that tells nothing, or when what lies
/// there is no such file.
[[nodiscard]] std::optional<LiveStatus> readLiveStatus(const std::filesystem::path& runFolder);

}  // namespace elbo
