// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace elbo {

/// What a person says of a run.
struct RunNotes {
    std::string notes;
    std::vector<std::string> tags;
    bool operator==(const RunNotes&) const = default;
};

/// Replaces notes.json of the run. It lies beside run.json, which the process that trains the run writes
/// again and again: neither overwrites what the other knows.
/// @throws Error(BadSetting) for more than 30,000 bytes, Error(NotFound) without such a run,
/// Error(NoPermission)
void writeRunNotes(const std::filesystem::path& runFolder, const RunNotes& notes);
/// Nothing when nobody said anything. @param problem  why a file that lies there cannot be used; may be null
[[nodiscard]] std::optional<RunNotes> readRunNotes(const std::filesystem::path& runFolder,
                                                   std::string* problem = nullptr);
/// "a, b,,a " as a and b: without spaces around them, none empty, none twice.
[[nodiscard]] std::vector<std::string> tagsFromText(const std::string& text);

/// Bytes of all files of a run on disk; links are not followed, what goes meanwhile counts for nothing.
[[nodiscard]] std::uint64_t runBytes(const std::filesystem::path& runFolder);

}  // namespace elbo
