// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/data_config.h"

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/base/settings.h"
#include "core/data/data_fields.h"
#include "core/data/recognise.h"
#include "core/data/registry.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

namespace elbo {

namespace fs = std::filesystem;

namespace {

/// Whole path from the root, so that a run that is resumed from another folder finds its data; "~/" is the
/// home folder.
std::string wholePath(const std::string& path)
{
    if (path.empty())
        return path;
    const char* home = std::getenv("HOME");
    if (path.starts_with("~/") && home != nullptr)
        return (fs::path(home) / path.substr(2)).lexically_normal().string();
    std::error_code failed;
    const auto absolute = fs::absolute(path, failed);
    auto text = failed ? path : absolute.lexically_normal().string();
    if (text.size() > 1 && text.back() == '/')
        text.pop_back();
    return text;
}

/// Options that may name a file are made whole as `path` is.
bool namesFile(const Field& field, const std::string& value)
{
    if (field.kind == FieldKind::Path)
        return true;
    if (field.name == "split")
        return value != "official" && value != "seeded";
    return field.name == "intrinsics" && somethingAt(value);
}

struct Option {
    std::string name;  ///< empty: the path
    std::string value;
};

[[noreturn]] void failUnclosed(std::string_view spec)
{
    throw Error(ErrorCode::BadSetting, "A quotation mark is not closed in \"" + std::string(spec) +
                                           "\": close it, or write path= as the last option.");
}

/// A value up to the next comma; in quotation marks it may hold commas, and two marks stand for one.
std::string takeValue(std::string_view spec, std::size_t& at)
{
    std::string value;
    if (at >= spec.size() || spec[at] != '"') {
        const auto end = std::min(spec.find(',', at), spec.size());
        value = spec.substr(at, end - at);
        at = end;
        return value;
    }
    for (++at;; ++at) {
        if (at >= spec.size())
            failUnclosed(spec);
        if (spec[at] != '"') {
            value += spec[at];
        } else if (at + 1 < spec.size() && spec[at + 1] == '"') {
            value += '"';
            ++at;
        } else {
            break;
        }
    }
    ++at;
    if (at < spec.size() && spec[at] != ',')
        throw Error(ErrorCode::BadSetting,
                    "A comma is missing after a quotation mark in \"" + std::string(spec) + "\".");
    return value;
}

std::vector<Option> splitOptions(std::string_view spec)
{
    std::vector<Option> options;
    for (std::size_t at = 0; at < spec.size(); ++at) {  // ++ skips the comma
        if (spec.substr(at).starts_with("path=")) {
            options.push_back({"path", std::string(spec.substr(at + 5))});
            break;
        }
        const auto end = std::min(spec.find(',', at), spec.size());
        const auto equals = spec.find('=', at);
        Option option;
        if (spec[at] != '"' && equals < end) {
            option.name = spec.substr(at, equals - at);
            at = equals + 1;
        }
        option.value = takeValue(spec, at);
        options.push_back(std::move(option));
    }
    return options;
}

std::vector<std::string> fieldNames(const DataSetEntry& entry)
{
    std::vector<std::string> names;
    for (const auto& field : entry.fields)
        names.push_back(field.name);
    return names;
}

[[noreturn]] void failUnknown(const DataSetEntry& entry, const Option& option)
{
    const auto names = fieldNames(entry);
    const auto what =
        option.name.empty()
            ? " takes no path (\"" + option.value + "\")" + nearestHint(option.value, names) + "; "
            : " has no option " + option.name + nearestHint(option.name, names) + ": ";
    throw Error(ErrorCode::BadSetting,
                "The data set " + entry.key + what + "its options are " + listed(names) + ".");
}

DataConfig configOf(const std::string& key, std::string_view options)
{
    const auto& entry = findDataSet(key);
    DataConfig config{key, {}};
    for (const auto& option : splitOptions(options)) {
        const std::string fieldName = option.name.empty() ? "path" : option.name;
        const auto* field = findField(entry.fields, fieldName);
        if (field == nullptr)
            failUnknown(entry, option);
        if (config.fields.has(fieldName))
            throw Error(
                ErrorCode::BadSetting,
                "The option " + fieldName + " is given twice for the data set " + key + ": give it once.");
        config.fields.set(fieldName, parseFieldValue(*field, option.value));
    }
    makePathsWhole(config);
    return config;
}

std::vector<std::string> dataSetKeys()
{
    std::vector<std::string> keys;
    for (const auto& entry : dataSets())
        keys.push_back(entry.key);
    return keys;
}

/// PATH, or PATH,option=value: the longest beginning that is there.
std::pair<std::string, std::string> barePath(std::string_view spec)
{
    const auto whole = wholePath(std::string(spec));
    if (somethingAt(whole))
        return {whole, ""};
    auto missing = absence(whole);
    for (auto comma = spec.rfind(','); comma != std::string_view::npos && comma > 0;
         comma = spec.rfind(',', comma - 1)) {
        const auto path = wholePath(std::string(spec.substr(0, comma)));
        if (somethingAt(path))
            return {path, std::string(spec.substr(comma + 1))};
        missing = absence(path);
    }
    const auto colon = spec.find(':');
    if (colon != std::string_view::npos && spec.find('/') > colon)
        (void)findDataSet(spec.substr(0, colon));  // throws with the keys there are
    if (missing.code() == ErrorCode::NoPermission)
        throw missing;
    if (spec.find('/') == std::string_view::npos)
        throw Error(ErrorCode::NotFound,
                    "\"" + std::string(spec) + "\" is neither a data set nor a file or folder" +
                        nearestHint(spec.substr(0, colon), dataSetKeys()) +
                        ": give a key such as rooms (see elbo-cli list data) or a path.");
    throw Error(ErrorCode::NotFound, "There is no file or folder " + std::string(spec) + ": check the path.");
}

std::string quoted(const std::string& value)
{
    if (value.find_first_of(",\"") == std::string::npos)
        return value;
    std::string text = "\"";
    for (const char c : value)
        text += c == '"' ? std::string("\"\"") : std::string(1, c);
    return text + "\"";
}

}  // namespace

fs::path fetchedFolder(std::string_view key)
{
    return dataFolder() / key;
}

bool canBeFetched(std::string_view key)
{
    return key == "mnist" || key == "fashion-mnist";
}

void makePathsWhole(DataConfig& config)
{
    const auto& entry = findDataSet(config.key);
    const auto values = config.fields.all();
    for (const auto& [name, value] : values) {
        const auto* field = findField(entry.fields, name);
        const auto* text = std::get_if<std::string>(&value);
        if (field != nullptr && text != nullptr && namesFile(*field, *text))
            config.fields.set(name, wholePath(*text));
    }
    // fetch brings the training images last: with them the set is whole.
    if (canBeFetched(config.key) && dataText(config, "path").empty() &&
        hasIdxFiles(fetchedFolder(config.key)))
        config.fields.set("path", fetchedFolder(config.key).string());
}

DataConfig parseDataSpec(std::string_view spec)
{
    if (spec.empty())
        throw Error(ErrorCode::BadSetting, "No data set is named: give a key such as rooms, or a path.");
    const auto colon = spec.find(':');
    const std::string key(spec.substr(0, colon));
    const auto& entries = dataSets();
    if (std::any_of(entries.begin(), entries.end(),
                    [&](const DataSetEntry& entry) { return entry.key == key; }))
        return configOf(key, colon == std::string_view::npos ? std::string_view{} : spec.substr(colon + 1));
    const auto [path, options] = barePath(spec);
    auto config = configOf(recogniseDataSet(path), options);
    config.fields.set("path", path);
    return config;
}

std::string dataSpec(const DataConfig& config)
{
    const auto& entry = findDataSet(config.key);
    std::string options;
    std::string path;
    for (const auto& [name, value] : config.fields.all()) {
        const auto* field = findField(entry.fields, name);
        // That the official split was asked for is worth a sentence where a set has none, so it is kept.
        if (field != nullptr && value == field->defaultValue && name != "split")
            continue;
        if (name == "path")
            path = "path=" + fieldValueText(value);
        else
            options += (options.empty() ? "" : ",") + name + "=" + quoted(fieldValueText(value));
    }
    if (!options.empty() && !path.empty())
        options += ",";
    options += path;
    return options.empty() ? config.key : config.key + ":" + options;
}

namespace {

void addTextProblems(const DataConfig& config, std::vector<std::string>& found)
{
    const auto attempt = [&found](const auto& check) {
        try {
            check();
        } catch (const Error& error) {
            found.emplace_back(error.what());
        }
    };
    if (hasDataField(config, "size"))
        attempt([&] { (void)parseImageSize(dataText(config, "size")); });
    if (hasDataField(config, "intrinsics") && !dataText(config, "intrinsics").empty())
        attempt([&] { (void)parseIntrinsics(dataText(config, "intrinsics")); });
    for (const char* name : {"labels", "split", "splits"}) {
        if (!hasDataField(config, name))
            continue;
        const auto text = dataText(config, name);
        if (text.empty() || text == "official" || text == "seeded" || somethingAt(text))
            continue;
        const auto hint = std::string_view(name) == "split"
                              ? nearestHint(fs::path(text).filename().string(), {"official", "seeded"})
                              : std::string();
        found.emplace_back(absence(text, std::string(" for the option ") + name + hint).what());
    }
}

}  // namespace

std::vector<std::string> problems(const DataConfig& config)
{
    const auto& entries = dataSets();
    const auto entry = std::find_if(entries.begin(), entries.end(),
                                    [&](const DataSetEntry& e) { return e.key == config.key; });
    if (entry == entries.end()) {
        try {
            (void)findDataSet(config.key);
        } catch (const Error& error) {
            return {error.what()};
        }
    }
    auto found = fieldProblems(entry->fields, config.fields);
    if (!found.empty())
        return found;
    if (entry->needsPath) {
        const auto path = dataText(config, "path");
        if (path.empty())
            found.push_back(
                "The data set " + config.key + " needs a path: give " + config.key + ":PATH" +
                (canBeFetched(config.key) ? ", or fetch it with: elbo-cli fetch " + config.key : "") + ".");
        else if (!somethingAt(path))
            found.emplace_back(absence(path).what());
    }
    addTextProblems(config, found);
    return found;
}

nlohmann::json toJson(const DataConfig& config)
{
    return {{"key", config.key},
            {"fields", fieldValuesToJson(findDataSet(config.key).fields, config.fields)}};
}

DataConfig dataConfigFromJson(const nlohmann::json& json)
{
    if (!json.is_object() || !json.contains("key") || !json["key"].is_string())
        throw Error(
            ErrorCode::BadSetting,
            "The description of the data lacks the data set's key: use a file that this program wrote.");
    DataConfig config{json["key"].get<std::string>(), {}};
    const auto& entry = findDataSet(config.key);
    for (const auto& [name, part] : json.items()) {
        if (name != "key" && name != "fields")
            throw Error(ErrorCode::BadSetting, "The description of the data has no part \"" + name + "\"" +
                                                   nearestHint(name, {"key", "fields"}) +
                                                   ": use key and fields.");
    }
    if (json.contains("fields"))
        config.fields = fieldValuesFromJson(entry.fields, json["fields"]);
    // Values that are the defaults are left out, so that a configuration equals the one it was written from.
    const auto values = config.fields.all();
    for (const auto& [name, value] : values) {
        if (value == findField(entry.fields, name)->defaultValue)
            config.fields.erase(name);
    }
    return config;
}

}  // namespace elbo
