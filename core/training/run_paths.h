// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace elbo {

/// Where the files of a run lie (design.md, "Run folder").
struct RunPaths {
    std::filesystem::path folder;

    [[nodiscard]] std::filesystem::path info() const { return folder / "run.json"; }
    /// What a person said of the run (run_notes.h); may be missing.
    [[nodiscard]] std::filesystem::path notes() const { return folder / "notes.json"; }
    [[nodiscard]] std::filesystem::path history() const { return folder / "history.jsonl"; }
    [[nodiscard]] std::filesystem::path resume() const { return folder / "resume.safetensors"; }
    [[nodiscard]] std::filesystem::path lock() const { return folder / "lock"; }
    /// What others ask of the process that trains the run (run_request.h), and what it tells of itself
    /// (live_status.h). Both go when it ends.
    [[nodiscard]] std::filesystem::path request() const { return folder / "request.json"; }
    [[nodiscard]] std::filesystem::path takenRequest() const { return folder / "request-taken.json"; }
    [[nodiscard]] std::filesystem::path status() const { return folder / "status.json"; }
    /// What a process without terminal and window said (detached_run.h).
    [[nodiscard]] std::filesystem::path detachedLog() const { return folder / "detached.log"; }
    [[nodiscard]] std::filesystem::path keptFolder() const { return folder / "kept"; }
    [[nodiscard]] std::filesystem::path weightsFolder() const { return folder / "weights"; }
    [[nodiscard]] std::filesystem::path last() const { return weightsFolder() / "last.safetensors"; }
    [[nodiscard]] std::filesystem::path best() const { return weightsFolder() / "best.safetensors"; }
    /// The best weights of the save under way; becomes best.safetensors once resume.safetensors tells of
    /// them.
    [[nodiscard]] std::filesystem::path nextBest() const { return weightsFolder() / "best-next.safetensors"; }
    /// "kept/epoch-0080.safetensors"
    [[nodiscard]] std::filesystem::path kept(std::int64_t epoch) const;
    [[nodiscard]] std::filesystem::path weights(std::int64_t epoch) const;
};

/// The epoch in "epoch-0080.safetensors"; nothing for any other name.
[[nodiscard]] std::optional<std::int64_t> epochOfFileName(std::string_view name);
/// Epochs that have a file of that form in a folder, ascending; empty for a folder that is not there.
[[nodiscard]] std::vector<std::int64_t> epochsInFolder(const std::filesystem::path& folder);

}  // namespace elbo
