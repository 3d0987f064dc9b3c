// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace elbo {

/// The one writer of a run folder: an flock on its file `lock`, which names the process. The system lets go
/// of it however the process ends.
class RunLock {
public:
    /// @throws Error(Busy) naming the process that writes the run, Error(NoPermission, NotFound, DiskFull)
    explicit RunLock(const std::filesystem::path& runFolder);
    ~RunLock();
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;

private:
    int m_descriptor = -1;
};

/// Whether a process (this one included) writes the run now.
[[nodiscard]] bool isRunLocked(const std::filesystem::path& runFolder);

}  // namespace elbo
