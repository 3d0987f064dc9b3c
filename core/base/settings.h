// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace elbo {

/// What both programs need to know: $XDG_CONFIG_HOME/elbo/settings.json.
struct Settings {
    std::filesystem::path runsFolder;                       ///< default: Elbo/runs in the user's documents
    std::uint64_t cacheBytes = 20ull * 1000 * 1000 * 1000;  ///< of prepared files
    bool operator==(const Settings&) const = default;
};

[[nodiscard]] std::filesystem::path configFolder();  ///< $XDG_CONFIG_HOME/elbo, else ~/.config/elbo
[[nodiscard]] std::filesystem::path cacheFolder();   ///< $XDG_CACHE_HOME/elbo, else ~/.cache/elbo
[[nodiscard]] std::filesystem::path dataFolder();    ///< $XDG_DATA_HOME/elbo, else ~/.local/share/elbo
[[nodiscard]] std::filesystem::path
documentsFolder();  ///< $XDG_DOCUMENTS_DIR of user-dirs.dirs, else ~/Documents, else ~
[[nodiscard]] Settings defaultSettings();
/// Missing file: defaults. A damaged one: defaults, and `problem` (when given) gets the sentence to show.
[[nodiscard]] Settings loadSettings(std::string* problem = nullptr);
/// @throws Error when it cannot be written
void saveSettings(const Settings& settings);

}  // namespace elbo
