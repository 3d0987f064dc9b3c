// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace elbo {

/// Makes the error of a file that is damaged or foreign: one sentence around the reason.
using DamagedFileError = Error (*)(const std::string& path, const std::string& reason);

/// A regular file opened for reading, whose size is known.
class InputFile {
public:
    /// @throws Error(NotFound, NoPermission); damaged() for a folder, a pipe or a device
    InputFile(const std::filesystem::path& file, DamagedFileError damaged);
    ~InputFile();
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;

    [[nodiscard]] int descriptor() const { return m_descriptor; }
    [[nodiscard]] std::uint64_t size() const { return m_size; }
    [[nodiscard]] const std::string& path() const { return m_path; }

    /// All of these bytes. @throws Error when the system refuses, damaged() when the file became shorter
    void read(std::uint64_t offset, void* target, std::uint64_t bytes) const;

private:
    std::string m_path;
    DamagedFileError m_damaged;
    int m_descriptor = -1;
    std::uint64_t m_size = 0;
};

}  // namespace elbo
