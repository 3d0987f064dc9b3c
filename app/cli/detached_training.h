// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>

namespace elbo::cli {

class Session;
class TrainingOutput;
struct TrainArguments;

/// `train --resume RUN --detach`: comes back when a process of its own trains the run, and tells which.
/// @throws Error with the sentence of why it does not
void startDetachedTraining(const TrainArguments& arguments, Session& session);

/// That process: trains with an output that tells the one who waits that it began. A run that cannot begin
/// has the reason in run.json.
void trainDetached(const std::filesystem::path& runFolder, Session& session,
                   const std::function<void(TrainingOutput&)>& train);

}  // namespace elbo::cli
