// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/estimate.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

namespace elbo {

namespace {

/// "240 MB", "1.9 GB": powers of 1000.
std::string bytesText(std::int64_t bytes)
{
    constexpr std::array<const char*, 5> kUnits{"B", "KB", "MB", "GB", "TB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < kUnits.size()) {
        value /= 1000;
        ++unit;
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.*f %s", unit == 0 || value >= 99.95 ? 0 : 1, value,
                  kUnits[unit]);
    return text.data();
}

/// In the unit of which there are at least two: "42 hours".
std::string roughTime(double seconds)
{
    constexpr std::array<std::pair<double, const char*>, 4> kUnits{
        {{365.25 * 86400, "years"}, {86400, "days"}, {3600, "hours"}, {60, "minutes"}}};
    constexpr std::array<double, 4> kFrom{2, 3, 1.5, 1.5};
    for (std::size_t i = 0; i < kUnits.size(); ++i)
        if (seconds >= kUnits[i].first * kFrom[i])
            return std::to_string(std::llround(seconds / kUnits[i].first)) + " " + kUnits[i].second;
    return seconds < 1.5 ? "a second" : std::to_string(std::llround(seconds)) + " seconds";
}

}  // namespace

std::vector<std::string> estimateWarnings(const RunEstimate& estimate,
                                          const std::filesystem::path& runsFolder)
{
    std::vector<std::string> warnings;
    const auto& memory = estimate.memory;
    if (memory.available > 0 && memory.total() > memory.available)
        warnings.push_back("The run needs " + std::string(estimate.time ? "about " : "more than ") +
                           bytesText(memory.total()) + " of memory, and " + bytesText(memory.available) +
                           " are free here: choose a smaller batch, smaller images or a smaller model.");
    const auto& disk = estimate.disk;
    // A file is replaced by one that is written beside it.
    if (disk.available > 0 && disk.total() + disk.resume > disk.available)
        warnings.push_back(
            "The run needs about " + bytesText(disk.total() + disk.resume) + " on disk, and " +
            bytesText(disk.available) + " are free in " + runsFolder.string() +
            ": make room, choose another folder for runs, or keep fewer weights and pictures.");
    return warnings;
}

std::string estimateSentence(const RunEstimate& estimate)
{
    auto sentence = estimate.modelTitle + " at " + std::to_string(estimate.width) + "x" +
                    std::to_string(estimate.height) + ": ";
    if (estimate.time)
        sentence += "about " + roughTime(estimate.time->run) + " here, ";
    return sentence + bytesText(estimate.memory.total()) + " of memory, " + bytesText(estimate.disk.total()) +
           " on disk";
}

nlohmann::json toJson(const RunEstimate& estimate)
{
    nlohmann::json json{{"model", estimate.modelTitle},
                        {"device", estimate.deviceTitle},
                        {"precision", estimate.precision},
                        {"width", estimate.width},
                        {"height", estimate.height},
                        {"parameters", estimate.parameters},
                        {"epochs", estimate.epochs},
                        {"steps_per_epoch", estimate.stepsPerEpoch},
                        {"memory",
                         {{"bytes", estimate.memory.total()},
                          {"weights", estimate.memory.weights},
                          {"activations", estimate.memory.activations},
                          {"data", estimate.memory.data},
                          {"available", estimate.memory.available}}},
                        {"disk",
                         {{"bytes", estimate.disk.total()},
                          {"weights", estimate.disk.weights},
                          {"resume", estimate.disk.resume},
                          {"kept_pictures", estimate.disk.keptPictures},
                          {"kept_weights", estimate.disk.keptWeights},
                          {"history", estimate.disk.history},
                          {"available", estimate.disk.available}}},
                        {"warnings", estimate.warnings},
                        {"sentence", estimateSentence(estimate)}};
    if (estimate.time)
        json["seconds"] = {
            {"step", estimate.time->step}, {"epoch", estimate.time->epoch}, {"run", estimate.time->run}};
    else
        json["seconds"] = nullptr;
    return json;
}

}  // namespace elbo
