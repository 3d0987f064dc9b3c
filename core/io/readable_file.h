// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace elbo {

/// For libraries that only say that they failed.
/// @throws Error when the path is a folder, is not there, may not be read, or is empty
void requireReadableFile(const std::filesystem::path& file);

}  // namespace elbo
