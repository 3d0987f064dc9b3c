// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

namespace elbo {

/// Told after each piece that is written (bytes so far) and before the rename (finished = true). For tests
/// that kill the process in the middle of a save, and for tests of a failing disk (throw from it). Empty in
/// the programs.
using WriteObserver =
    std::function<void(const std::filesystem::path& target, std::uint64_t bytesWritten, bool finished)>;

/// Writes beside the target (NAME.part-PID-N), flushes to disk, renames over it. Destroyed without commit():
/// the part is removed and the target is untouched. Every method throws Error (NoPermission, DiskFull,
/// NotFound) with path and what to do.
class AtomicFile {
public:
    explicit AtomicFile(std::filesystem::path target, WriteObserver observer = {});
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    void write(std::span<const std::byte> bytes);
    void write(std::string_view text);
    /// Overwrites bytes written earlier (a header that is known only at the end).
    void writeAt(std::uint64_t offset, std::span<const std::byte> bytes);
    [[nodiscard]] std::uint64_t position() const;
    /// flush, fsync, rename, fsync of the folder
    void commit();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

void writeTextFile(const std::filesystem::path& target, std::string_view text,
                   const WriteObserver& observer = {});
/// @throws Error(NotFound, NoPermission, BadFile when larger than maximumBytes)
[[nodiscard]] std::string readTextFile(const std::filesystem::path& file,
                                       std::uint64_t maximumBytes = 64u << 20);

}  // namespace elbo
