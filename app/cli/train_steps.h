// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/train_config.h"
#include "core/training/run_folder.h"
#include "core/training/trainer.h"

#include <filesystem>

namespace elbo::cli {

class Session;

/// The folder of --out, made when it is not there. @throws Error(BadSetting) when it is not empty, and as
/// fileError
[[nodiscard]] std::filesystem::path emptyFolder(const std::filesystem::path& folder);

/// What the trainer needs to know beside the run's configuration.
[[nodiscard]] TrainingOptions optionsOf(const TrainArguments& arguments, Session& session);

/// A run has ended: its folder on standard output, or the object {"event":"end",...}.
void printEnd(const RunInfo& info, Session& session);

/// Prints the end of a run, by the one process of a group that speaks. @throws Cancelled when it was stopped
void finishRun(TrainingEnd end, const std::filesystem::path& folder, Session& session);

}  // namespace elbo::cli
