// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>

namespace elbo {

/// Goes on with a run in a process of its own (`elbo-cli train --resume RUN`) that neither a window nor a
/// terminal ends, and waits until it trains. What it says goes to detached.log in the run folder. Nothing of
/// this process may hold the run's lock. A run that cannot go on has the reason in run.json, where the next
/// window shows it, unless another process trains it.
/// @param epochs  new total, when larger @return the number of the process
/// @throws what resumeRun and the loading of its data throw; Error(HelperFailed) when elbo-cli cannot be
/// started; Cancelled when stopped: then nothing goes on
int goOnDetached(const std::filesystem::path& runFolder, std::optional<std::int64_t> epochs,
                 const std::stop_token& stop);

/// Writes into run.json that the run ended with that failure. Does nothing for one that another process
/// trains, or whose run.json cannot be read or written: then there is no place for it.
void leaveFailure(const std::filesystem::path& runFolder, const Failure& failure);

}  // namespace elbo
