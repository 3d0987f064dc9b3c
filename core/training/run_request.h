// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace elbo {

/// What may be asked of the process that trains a run by another one: request.json in the run folder,
/// {"format": 1, "action": "pause", "id": "..."}.
enum class RunAction { Pause, Resume, Stop };
[[nodiscard]] std::string_view toString(RunAction action);
/// @return nothing for another name
[[nodiscard]] std::optional<RunAction> runActionFromString(std::string_view name);

struct RunRequest {
    RunAction action = RunAction::Pause;
    std::string id;  ///< of this one request; status.json names it once it was taken
};

/// Puts a request into the folder; one that was not taken yet is replaced. The process takes it within a
/// fraction of a second (live_status.h).
/// @return its id @throws Error(NotFound) when no process trains the run, Error(NoPermission, DiskFull)
std::string sendRunRequest(const std::filesystem::path& runFolder, RunAction action);
/// A request lies in the folder that was not answered yet. After this is false, status.json, when it is read
/// afterwards, names it.
[[nodiscard]] bool isRunRequestWaiting(const std::filesystem::path& runFolder);

/// The side of the process that trains. Takes requests out of a folder in two steps, so that none is lost and
/// none is without a trace until it was answered. Whatever else lies there is logged, once, and left alone
/// when it is no file; it never ends or disturbs a run.
class RunRequestBox {
public:
    explicit RunRequestBox(std::filesystem::path runFolder);
    /// Takes what was left behind by earlier hands, answered or not.
    void clear();
    /// The request that waits, if one does. The next take() is after answered().
    [[nodiscard]] std::optional<RunRequest> take();
    void answered();

private:
    void refuse(const std::string& why);

    std::filesystem::path m_runFolder;
    std::string m_refused;  ///< the last thing that was logged about what cannot be taken away
};

}  // namespace elbo
