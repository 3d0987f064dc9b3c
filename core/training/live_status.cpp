// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/live_status.h"

#include "core/base/atomic_file.h"
#include "core/training/run_lock.h"
#include "core/training/run_paths.h"
#include "core/training/small_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace elbo {

namespace {

constexpr int kFormat = 1;
constexpr std::size_t kLongestText = 200;

constexpr std::array<std::pair<LiveState, std::string_view>, 4> kStates{{
    {LiveState::Running, "running"},
    {LiveState::Pausing, "pausing"},
    {LiveState::Paused, "paused"},
    {LiveState::Stopping, "stopping"},
}};

/// A number that is not below zero; 0 for anything else, also for the null that JSON makes of an infinite
/// one.
double realIn(const nlohmann::json& json, const char* key)
{
    const auto found = json.find(key);
    const auto value = found != json.end() && found->is_number() ? found->get<double>() : 0.0;
    return std::isfinite(value) && value > 0 ? value : 0.0;
}

std::int64_t countIn(const nlohmann::json& json, const char* key)
{
    constexpr double kMost = 1e15;
    return static_cast<std::int64_t>(std::min(realIn(json, key), kMost));
}

std::string textIn(const nlohmann::json& json, const char* key)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_string()
               ? found->get_ref<const std::string&>().substr(0, kLongestText)
               : std::string();
}

}  // namespace

std::string_view toString(LiveState state)
{
    return std::ranges::find(kStates, state, &std::pair<LiveState, std::string_view>::first)->second;
}

void writeLiveStatus(const std::filesystem::path& runFolder, const LiveStatus& status)
{
    const auto& now = status.training;
    const nlohmann::json json{{"format", kFormat},
                              {"state", toString(status.state)},
                              {"answered", status.answered},
                              {"what", now.what},
                              {"epoch", now.epoch},
                              {"epochs", now.epochs},
                              {"step", now.step},
                              {"step_in_epoch", now.stepInEpoch},
                              {"steps_per_epoch", now.stepsPerEpoch},
                              {"images_per_second", now.imagesPerSecond},
                              {"seconds_left", now.secondsLeft}};
    writeTextFile(RunPaths{runFolder}.status(), json.dump() + "\n");
}

std::optional<LiveStatus> readLiveStatus(const std::filesystem::path& runFolder)
{
    if (!isRunLocked(runFolder))
        return std::nullopt;
    const auto json = readSmallJson(RunPaths{runFolder}.status(), nullptr);
    if (!json.has_value())
        return std::nullopt;
    const auto format = json->find("format");
    const auto name = textIn(*json, "state");
    const auto state = std::ranges::find(kStates, name, &std::pair<LiveState, std::string_view>::second);
    if (format == json->end() || *format != kFormat || state == kStates.end())
        return std::nullopt;
    LiveStatus status;
    status.state = state->first;
    status.answered = textIn(*json, "answered");
    auto& now = status.training;
    now.what = textIn(*json, "what");
    now.epoch = countIn(*json, "epoch");
    now.epochs = countIn(*json, "epochs");
    now.step = countIn(*json, "step");
    now.stepInEpoch = countIn(*json, "step_in_epoch");
    now.stepsPerEpoch = countIn(*json, "steps_per_epoch");
    now.imagesPerSecond = realIn(*json, "images_per_second");
    now.secondsLeft = realIn(*json, "seconds_left");
    now.paused = status.state == LiveState::Paused;
    return status;
}

}  // namespace elbo
