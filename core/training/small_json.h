// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace elbo {

/// The object in a small file that another process replaces while it is read; nothing for anything else that
/// may lie there: a link, a folder, a pipe (which is not waited for), a file larger than `largest`, no JSON.
/// @param problem  says what it is instead; untouched where nothing lies there. May be null
/// @param largest  bytes; 64 KiB unless given
[[nodiscard]] std::optional<nlohmann::json> readSmallJson(const std::filesystem::path& file,
                                                          std::string* problem,
                                                          std::size_t largest = std::size_t{64} << 10U);

}  // namespace elbo
