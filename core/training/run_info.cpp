// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run_info.h"

#include "core/base/error.h"
#include "core/training/run_paths.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace elbo {

namespace {

constexpr std::array<std::pair<RunState, std::string_view>, 5> kStates{{
    {RunState::Running, "running"},
    {RunState::Completed, "completed"},
    {RunState::Stopped, "stopped"},
    {RunState::Failed, "failed"},
    {RunState::Interrupted, "interrupted"},
}};

RunState stateFromString(const std::string& text)
{
    const auto found = std::ranges::find(kStates, text, &std::pair<RunState, std::string_view>::second);
    return found == kStates.end() ? RunState::Interrupted : found->first;
}

}  // namespace

std::string_view toString(RunState state)
{
    return std::ranges::find(kStates, state, &std::pair<RunState, std::string_view>::first)->second;
}

nlohmann::json toJson(const RunInfo& info)
{
    return {{"config", toJson(info.config)},
            {"name", info.name},
            {"state", toString(info.state)},
            {"ending", info.ending},
            {"device", info.device},
            {"device_title", info.deviceTitle},
            {"precision", info.precision},
            {"threads", info.threads},
            {"processes", info.processes},
            {"seed", info.config.integer("seed")},
            {"elbo_version", info.elboVersion},
            {"torch_version", info.torchVersion},
            {"data_fingerprint", info.dataFingerprint},
            {"data_title", info.dataTitle},
            {"data_spec", info.dataSpec},
            {"split_note", info.splitNote},
            {"train_images", info.trainImages},
            {"test_images", info.testImages},
            {"validation_images", info.validationImages},
            {"parameters", info.parameters},
            {"epochs_done", info.epochsDone},
            {"best_epoch", info.bestEpoch},
            {"best_chosen_on_test", info.bestChosenOnTest},
            {"initial_weights", info.initialWeights},
            {"created_utc", info.createdUtc},
            {"notes", info.notes},
            {"tags", info.tags}};
}

RunInfo runInfoFromJson(const nlohmann::json& json)
{
    try {
        RunInfo info;
        info.config = runConfigFromJson(json.at("config"));
        json.at("name").get_to(info.name);
        info.state = stateFromString(json.at("state").get<std::string>());
        json.at("ending").get_to(info.ending);
        json.at("device").get_to(info.device);
        json.at("device_title").get_to(info.deviceTitle);
        json.at("precision").get_to(info.precision);
        json.at("threads").get_to(info.threads);
        info.processes = json.value("processes", 1);  // runs of earlier versions have none
        json.at("elbo_version").get_to(info.elboVersion);
        json.at("torch_version").get_to(info.torchVersion);
        json.at("data_fingerprint").get_to(info.dataFingerprint);
        json.at("data_title").get_to(info.dataTitle);
        json.at("data_spec").get_to(info.dataSpec);
        json.at("split_note").get_to(info.splitNote);
        json.at("train_images").get_to(info.trainImages);
        json.at("test_images").get_to(info.testImages);
        json.at("validation_images").get_to(info.validationImages);
        json.at("parameters").get_to(info.parameters);
        json.at("epochs_done").get_to(info.epochsDone);
        json.at("best_epoch").get_to(info.bestEpoch);
        json.at("best_chosen_on_test").get_to(info.bestChosenOnTest);
        info.initialWeights = json.value("initial_weights", std::string());  // earlier runs have none
        json.at("created_utc").get_to(info.createdUtc);
        json.at("notes").get_to(info.notes);
        json.at("tags").get_to(info.tags);
        return info;
    } catch (const nlohmann::json::exception& exception) {
        throw Error(ErrorCode::BadFile,
                    "The description of the run is damaged: its weights can still be opened one by one.",
                    exception.what());
    }
}

void writeRunInfo(const RunInfo& info, const WriteObserver& observer)
{
    // A path may hold bytes that are no UTF-8.
    const auto text = toJson(info).dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
    writeTextFile(RunPaths{info.folder}.info(), text + "\n", observer);
}

}  // namespace elbo
