// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace elbo {

/// Runs a program with posix_spawn, hands every line of its standard output to `onLine`, and waits.
/// Standard error is kept (the last 16 KiB) for the detail of an Error. A requested stop ends it at once
/// (SIGTERM, then SIGKILL after 0.2 s), and so does not count as its failure what Ctrl-C at a terminal does
/// to it.
struct HelperResult {
    int exitStatus = 0;  ///< valid when signal == 0
    int signal = 0;      ///< that ended it, 0 when it exited
    std::string errorTail;
};
/// @throws Error(HelperFailed) when it cannot be started, Cancelled when stopped
HelperResult runHelper(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                       const std::function<void(const std::string& line)>& onLine,
                       const std::stop_token& stop);

/// elbo-cli beside the running program (or the running program when that is elbo-cli itself).
/// @throws Error(HelperFailed) when it is not there: says to reinstall
[[nodiscard]] std::filesystem::path helperProgram();

}  // namespace elbo
