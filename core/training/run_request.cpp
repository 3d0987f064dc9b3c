// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run_request.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/training/run_lock.h"
#include "core/training/run_paths.h"
#include "core/training/small_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <system_error>
#include <utility>

#include <unistd.h>

namespace elbo {

namespace {

constexpr int kFormat = 1;
constexpr std::size_t kLongestId = 100;

constexpr std::array<std::pair<RunAction, std::string_view>, 3> kActions{{
    {RunAction::Pause, "pause"},
    {RunAction::Resume, "resume"},
    {RunAction::Stop, "stop"},
}};

std::string newId()
{
    static std::atomic<unsigned> counter{0};
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    return std::to_string(::getpid()) + "-" + std::to_string(now) + "-" + std::to_string(counter++);
}

/// @param problem  why it is none
std::optional<RunRequest> requestFrom(const nlohmann::json& json, std::string& problem)
{
    const auto format = json.find("format");
    const auto action = json.find("action");
    const auto id = json.find("id");
    if (format == json.end() || !format->is_number_integer() || *format != kFormat) {
        problem = "it is of another version";
        return std::nullopt;
    }
    if (action == json.end() || !action->is_string() || id == json.end() || !id->is_string() ||
        id->get_ref<const std::string&>().size() > kLongestId) {
        problem = "it is damaged";
        return std::nullopt;
    }
    const auto known = runActionFromString(action->get_ref<const std::string&>());
    if (!known.has_value()) {
        problem = "it asks for something unknown";
        return std::nullopt;
    }
    return RunRequest{*known, id->get<std::string>()};
}

bool isFolder(const std::filesystem::path& path)
{
    std::error_code ignored;
    return std::filesystem::is_directory(std::filesystem::symlink_status(path, ignored));
}

bool liesThere(const std::filesystem::path& path)
{
    std::error_code ignored;
    return std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
}

}  // namespace

std::string_view toString(RunAction action)
{
    return std::ranges::find(kActions, action, &std::pair<RunAction, std::string_view>::first)->second;
}

std::optional<RunAction> runActionFromString(std::string_view name)
{
    const auto found = std::ranges::find(kActions, name, &std::pair<RunAction, std::string_view>::second);
    return found == kActions.end() ? std::nullopt : std::optional(found->first);
}

std::string sendRunRequest(const std::filesystem::path& runFolder, RunAction action)
{
    if (!isRunLocked(runFolder))
        throw Error(ErrorCode::NotFound,
                    "No process trains the run " + runFolder.string() +
                        " now: there is nothing to ask for. Resume it to go on with it.");
    auto id = newId();
    const nlohmann::json json{{"format", kFormat}, {"action", toString(action)}, {"id", id}};
    writeTextFile(RunPaths{runFolder}.request(), json.dump() + "\n");
    return id;
}

bool isRunRequestWaiting(const std::filesystem::path& runFolder)
{
    // In the order in which it wanders.
    const RunPaths paths{runFolder};
    return liesThere(paths.request()) || liesThere(paths.takenRequest());
}

RunRequestBox::RunRequestBox(std::filesystem::path runFolder) : m_runFolder(std::move(runFolder)) {}

void RunRequestBox::refuse(const std::string& why)
{
    // What cannot be taken away is met again and again.
    if (std::exchange(m_refused, why) != why)
        log(LogLevel::Warning, "The request in " + m_runFolder.string() + " is not followed: " + why + ".");
}

void RunRequestBox::clear()
{
    const RunPaths paths{m_runFolder};
    for (const auto& file : {paths.request(), paths.takenRequest()}) {
        std::error_code failed;
        if (isFolder(file))
            refuse(file.filename().string() + " is a folder");
        else if (std::filesystem::remove(file, failed))
            log(LogLevel::Info, "A request that was left behind in " + m_runFolder.string() +
                                    " is not followed: " + file.filename().string() + " was removed.");
        else if (failed)
            refuse(failed.message());
    }
}

std::optional<RunRequest> RunRequestBox::take()
{
    const RunPaths paths{m_runFolder};
    if (!liesThere(paths.request())) {
        m_refused.clear();
        return std::nullopt;
    }
    if (isFolder(paths.request())) {
        refuse("it is a folder");
        return std::nullopt;
    }
    // Renamed first: one that is sent from now on is another file, and is taken next.
    std::error_code failed;
    std::filesystem::rename(paths.request(), paths.takenRequest(), failed);
    if (failed) {
        refuse(failed.message());
        return std::nullopt;
    }
    std::string problem;
    const auto json = readSmallJson(paths.takenRequest(), &problem);
    auto request = json.has_value() ? requestFrom(*json, problem) : std::nullopt;
    if (!request.has_value()) {
        m_refused.clear();
        refuse(problem);
        answered();
    }
    return request;
}

void RunRequestBox::answered()
{
    std::error_code failed;
    std::filesystem::remove(RunPaths{m_runFolder}.takenRequest(), failed);
    if (failed)
        refuse(failed.message());
}

}  // namespace elbo
