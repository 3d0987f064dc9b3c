// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/train_config.h"

#include <filesystem>

namespace elbo::cli {

class Session;

/// `train --sweep`: one run after the other, then a table. With --out the folder keeps the queue of the
/// runs, so that a sweep that was stopped or killed can go on.
/// @throws Cancelled, Error(NotFinite) after the table when the loss of a run was not finite, Error for
/// anything else that ends a run
void trainSweep(const TrainArguments& arguments, Session& session);

/// Whether a folder is that of a sweep: it holds a queue and is no run itself.
[[nodiscard]] bool isSweepFolder(const std::filesystem::path& folder);

/// `train --resume FOLDER` of a sweep: goes on with the run that was under way, from its last save, and with
/// what is left. What is complete is not trained again.
void resumeSweep(const TrainArguments& arguments, Session& session);

}  // namespace elbo::cli
