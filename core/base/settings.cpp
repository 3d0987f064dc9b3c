// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/settings.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/plain_line.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <sstream>

namespace elbo {

namespace {

std::filesystem::path homeFolder()
{
    const char* home = std::getenv("HOME");
    return home != nullptr && *home != '\0' ? std::filesystem::path(home)
                                            : std::filesystem::temp_directory_path();
}

/// An XDG base folder: relative values are ignored, as the specification says.
std::filesystem::path xdgFolder(const char* variable, const char* fallback)
{
    const char* value = std::getenv(variable);
    if (value != nullptr && *value == '/')
        return value;
    return homeFolder() / fallback;
}

std::filesystem::path settingsFile()
{
    return configFolder() / "settings.json";
}

Settings settingsFromJson(const nlohmann::json& json)
{
    auto settings = defaultSettings();
    if (const auto folder = json.value("runs_folder", std::string()); !folder.empty())
        settings.runsFolder = folder;
    settings.cacheBytes = json.value("cache_bytes", settings.cacheBytes);
    return settings;
}

}  // namespace

std::filesystem::path configFolder()
{
    return xdgFolder("XDG_CONFIG_HOME", ".config") / "elbo";
}

std::filesystem::path cacheFolder()
{
    return xdgFolder("XDG_CACHE_HOME", ".cache") / "elbo";
}

std::filesystem::path dataFolder()
{
    return xdgFolder("XDG_DATA_HOME", ".local/share") / "elbo";
}

std::filesystem::path documentsFolder()
{
    const auto dirs = xdgFolder("XDG_CONFIG_HOME", ".config") / "user-dirs.dirs";
    if (std::filesystem::exists(dirs)) {
        std::istringstream lines(readTextFile(dirs, 1U << 16));
        const std::string key = "XDG_DOCUMENTS_DIR=\"";
        for (std::string line; std::getline(lines, line);) {
            if (!line.starts_with(key) || !line.ends_with('"'))
                continue;
            const auto value = line.substr(key.size(), line.size() - key.size() - 1);
            if (value.starts_with("$HOME/"))
                return homeFolder() / value.substr(6);
            if (value.starts_with('/'))
                return value;
        }
    }
    const auto documents = homeFolder() / "Documents";
    return std::filesystem::is_directory(documents) ? documents : homeFolder();
}

Settings defaultSettings()
{
    Settings settings;
    settings.runsFolder = documentsFolder() / "Elbo" / "runs";
    return settings;
}

Settings loadSettings(std::string* problem)
{
    const auto file = settingsFile();
    if (!std::filesystem::exists(file))
        return defaultSettings();
    try {
        return settingsFromJson(nlohmann::json::parse(readTextFile(file, 1U << 20)));
    } catch (...) {
        const auto failure = currentFailure();
        if (problem != nullptr)
            *problem = "The settings in " + file.string() +
                       " could not be read, so defaults are used: open Settings and save them anew (" +
                       (failure.detail.empty() ? failure.sentence : failure.detail) + ").";
        return defaultSettings();
    }
}

void saveSettings(const Settings& settings)
{
    std::error_code error;
    std::filesystem::create_directories(configFolder(), error);
    if (error)
        throw fileError(error.value(), "create", configFolder().string());
    const nlohmann::json json{{"runs_folder", settings.runsFolder.string()},
                              {"cache_bytes", settings.cacheBytes}};
    std::string text;
    try {
        text = json.dump(2);
    } catch (const nlohmann::json::type_error& problem) {  // with other bytes it would be another folder
        throw Error(ErrorCode::BadSetting,
                    "The settings cannot hold the folder " + plainLine(settings.runsFolder.string()) +
                        ", whose name is no UTF-8: choose another folder, or rename it.",
                    problem.what());
    }
    writeTextFile(settingsFile(), text + "\n");
}

}  // namespace elbo
