// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run_notes.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/training/run_paths.h"
#include "core/training/small_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <system_error>

namespace elbo {

namespace {

constexpr std::size_t kMostBytes = 30000;  ///< below what readSmallJson reads, even if each is escaped

}  // namespace

void writeRunNotes(const std::filesystem::path& runFolder, const RunNotes& notes)
{
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(RunPaths{runFolder}.info(), ignored))
        throw Error(ErrorCode::NotFound, runFolder.string() +
                                             " is no longer a run: its note cannot be kept. Refresh the list "
                                             "of runs.");
    const nlohmann::json json{{"notes", notes.notes}, {"tags", notes.tags}};
    const auto text = json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    if (text.size() > kMostBytes)
        throw Error(ErrorCode::BadSetting, "The note of a run holds at most 30,000 bytes: shorten it.");
    writeTextFile(RunPaths{runFolder}.notes(), text);
}

std::optional<RunNotes> readRunNotes(const std::filesystem::path& runFolder, std::string* problem)
{
    const auto file = RunPaths{runFolder}.notes();
    std::string why;
    const auto json = readSmallJson(file, &why);
    if (json) {
        try {
            RunNotes notes;
            json->at("notes").get_to(notes.notes);
            json->at("tags").get_to(notes.tags);
            return notes;
        } catch (const nlohmann::json::exception&) {
            why = "it is damaged";
        }
    }
    if (!why.empty() && problem != nullptr)
        *problem = "The note of the run in " + file.string() + " cannot be used: " + why + ".";
    return std::nullopt;
}

std::vector<std::string> tagsFromText(const std::string& text)
{
    std::vector<std::string> tags;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(',', begin), text.size());
        const auto first = text.find_first_not_of(" \t\r\n", begin);
        if (first < end) {
            const auto last = text.find_last_not_of(" \t\r\n", end - 1);
            const auto tag = text.substr(first, last - first + 1);
            if (std::ranges::find(tags, tag) == tags.end())
                tags.push_back(tag);
        }
        begin = end + 1;
    }
    return tags;
}

std::uint64_t runBytes(const std::filesystem::path& runFolder)
{
    std::uint64_t bytes = 0;
    std::error_code failed;
    auto entry = std::filesystem::recursive_directory_iterator(
        runFolder, std::filesystem::directory_options::skip_permission_denied, failed);
    while (!failed && entry != std::filesystem::recursive_directory_iterator()) {
        std::error_code gone;
        if (!entry->is_symlink(gone) && entry->is_regular_file(gone)) {
            const auto size = entry->file_size(gone);
            bytes += gone ? 0 : size;
        }
        entry.increment(failed);
    }
    return bytes;
}

}  // namespace elbo
