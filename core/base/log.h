// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string_view>

namespace elbo {

enum class LogLevel {
    Debug,
    Info,
    Warning,
    Error,
};

/// Lines of lower level are left out. Default: Info. From any thread.
void setLogLevel(LogLevel least);

/// Writes a line with time and level to standard error, and to the log file when there is one. English, for
/// people who look for a fault; what a user must know is an Error's sentence. From any thread.
void log(LogLevel level, std::string_view line);

/// Appends every later line to this file too; its folder is made. Replaces an earlier log file.
/// @throws Error(NoPermission, DiskFull) when the file cannot be opened
void setLogFile(const std::filesystem::path& file);

}  // namespace elbo
