// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/detached_run.h"

#include "core/base/detached_process.h"
#include "core/base/device_memory.h"
#include "core/base/helper_process.h"
#include "core/base/log.h"
#include "core/training/run_info.h"
#include "core/training/run_lock.h"
#include "core/training/run_paths.h"

#include <string>
#include <vector>

namespace elbo {

int goOnDetached(const std::filesystem::path& runFolder, std::optional<std::int64_t> epochs,
                 const std::stop_token& stop)
{
    const auto folder = std::filesystem::absolute(runFolder);
    static_cast<void>(readRunInfo(folder));  // what is no run has no place for a log either
    std::vector<std::string> arguments{"train", "--detached", "--resume", folder.string()};
    if (epochs.has_value())
        arguments.insert(arguments.end(), {"--epochs", std::to_string(*epochs)});
    releaseUnusedDeviceMemory();  // the other process needs as much as this one had
    try {
        return startDetached(helperProgram(), arguments, RunPaths{folder}.detachedLog(), stop);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::HelperFailed)  // one that began to work left its own
            leaveFailure(folder, {error.code(), error.what(), error.detail()});
        throw;
    }
}

void leaveFailure(const std::filesystem::path& runFolder, const Failure& failure)
{
    try {
        const RunLock lock(runFolder);
        auto info = readRunInfo(runFolder);
        info.state = RunState::Failed;
        info.ending = failure.sentence;
        writeRunInfo(info);
    } catch (const Error& error) {
        log(LogLevel::Info, "run.json does not tell how the run ended: " + std::string(error.what()));
    }
}

}  // namespace elbo
