// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace elbo {

/// Deletes the unfinished files (NAME.part-PID-N) of processes that are no more.
void removeAbandonedParts(const std::filesystem::path& folder);

/// Makes a prepared file the most recently used one.
void markUsed(const std::filesystem::path& file);

}  // namespace elbo
