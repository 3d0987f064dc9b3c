// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run_folder.h"

#include "core/base/error.h"
#include "core/base/version.h"
#include "core/training/run_info.h"
#include "core/training/run_lock.h"
#include "core/training/run_notes.h"
#include "core/training/run_paths.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <ctime>
#include <string_view>
#include <system_error>

namespace elbo {

namespace {

constexpr std::size_t kLongestDataName = 32;

/// Letters, digits, '-', '_' and '.' of a text, anything else as '-'.
std::string fileNamePart(const std::string& text)
{
    std::string part;
    for (const char c : text.substr(0, kLongestDataName)) {
        const auto plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '_' || c == '.';
        part += plain ? c : '-';
    }
    return part;
}

/// What to call the data in a folder's name: the folder or file they come from when the key alone does not
/// tell.
std::string dataName(const DataConfig& config)
{
    const auto tells = config.key != "rgbd-folder" && config.key != "prepared";
    const auto path = config.fields.all().find("path");
    if (tells || path == config.fields.all().end() || !std::holds_alternative<std::string>(path->second))
        return config.key;
    auto given = std::filesystem::path(std::get<std::string>(path->second)).lexically_normal();
    if (!given.has_filename())
        given = given.parent_path();
    const auto name = fileNamePart(given.stem().string());
    return name.empty() || name == "." ? config.key : name;
}

/// "2026-11-23-1542", local time: people look for the hour that their clock showed.
std::string timeName()
{
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm local{};
    ::localtime_r(&now, &local);
    std::string text(32, '\0');
    text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%d-%H%M", &local));
    return text;
}

/// The numbers of "0.12.1"; what is no number counts as 0.
std::array<int, 3> versionNumbers(std::string_view text)
{
    std::array<int, 3> numbers{};
    const auto* at = text.data();
    const auto* const end = at + text.size();
    for (auto& number : numbers) {
        at = std::from_chars(at, end, number).ptr;
        if (at == end || *at != '.')
            break;
        ++at;
    }
    return numbers;
}

/// Whether the description of a run is that of a later version of this program.
bool isNewer(const nlohmann::json& json)
{
    const auto found = json.find("elbo_version");
    return found != json.end() && found->is_string() &&
           versionNumbers(found->get_ref<const std::string&>()) > versionNumbers(programVersion());
}

}  // namespace

RunInfo readRunInfo(const std::filesystem::path& runFolder)
{
    const auto file = RunPaths{runFolder}.info();
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored))
        throw Error(
            ErrorCode::NotFound,
            runFolder.string() + " is no run folder: it holds no run.json. Choose the folder of a run.");
    const auto json = nlohmann::json::parse(readTextFile(file), nullptr, /*allow_exceptions=*/false);
    if (!json.is_object())
        throw Error(ErrorCode::BadFile,
                    file.string() + " is damaged: its weights can still be opened one by one.");
    try {
        auto info = runInfoFromJson(json);
        info.folder = runFolder;
        if (info.state == RunState::Running && !isRunLocked(runFolder))
            info.state = RunState::Interrupted;
        if (auto said = readRunNotes(runFolder)) {
            info.notes = std::move(said->notes);
            info.tags = std::move(said->tags);
        }
        return info;
    } catch (const Error& error) {
        if (isNewer(json))
            throw Error(
                ErrorCode::BadFile,
                file.string() + " was written by a newer version of Elbo: update Elbo to use this run.",
                error.what());
        throw Error(ErrorCode::BadFile, file.string() + " cannot be used: " + error.what(), error.detail());
    }
}

std::vector<RunInfo> listRuns(const std::filesystem::path& runsFolder, std::vector<std::string>* problems)
{
    std::vector<RunInfo> runs;
    std::error_code noFolder;
    for (const auto& entry : std::filesystem::directory_iterator(runsFolder, noFolder)) {
        std::error_code ignored;
        if (!std::filesystem::exists(RunPaths{entry.path()}.info(), ignored))
            continue;
        try {
            runs.push_back(readRunInfo(entry.path()));
        } catch (const Error& error) {
            if (problems != nullptr)
                problems->emplace_back(error.what());
        }
    }
    std::ranges::sort(runs, [](const RunInfo& a, const RunInfo& b) {
        return a.createdUtc != b.createdUtc ? a.createdUtc > b.createdUtc : a.name > b.name;
    });
    return runs;
}

std::filesystem::path createRunFolder(const std::filesystem::path& runsFolder, const RunConfig& config)
{
    std::error_code failed;
    std::filesystem::create_directories(runsFolder, failed);
    if (failed)
        throw fileError(failed.value(), "create", runsFolder.string());
    const auto name = fileNamePart(config.model.key) + "-" + dataName(config.data) + "-" + timeName();
    for (int number = 1;; ++number) {
        const auto folder = runsFolder / (number == 1 ? name : name + "-" + std::to_string(number));
        if (std::filesystem::create_directory(folder, failed))
            return folder;
        if (failed)
            throw fileError(failed.value(), "create", folder.string());
    }
}

std::vector<std::int64_t> keptEpochs(const std::filesystem::path& runFolder)
{
    return epochsInFolder(RunPaths{runFolder}.keptFolder());
}

}  // namespace elbo
