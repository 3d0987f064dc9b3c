// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace elbo::cli {

/// A new folder of its own in the system's place for temporary files; gone with its content at the end.
class TemporaryFolder {
public:
    /// @throws std::system_error when it cannot be made
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

}  // namespace elbo::cli
