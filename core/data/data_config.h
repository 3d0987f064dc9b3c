// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/field.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace elbo {

/// Which data set and how it is prepared: a registry key and the values of that entry's fields (`path` is one
/// of them).
struct DataConfig {
    std::string key = "rooms";
    FieldValues fields;
    bool operator==(const DataConfig&) const = default;
};

/// "rooms:count=500,size=128", "rgbd-folder:PATH,limit=120" as cli.md says; a bare file or folder is
/// recognised by what it is. `path=` as last option takes the rest of the text. @throws Error(BadSetting,
/// NotFound)
[[nodiscard]] DataConfig parseDataSpec(std::string_view spec);
/// A SPEC that parseDataSpec reads back to an equal value; path= last; defaults left out, but
/// for a split that was asked for.
[[nodiscard]] std::string dataSpec(const DataConfig& config);
/// Where `elbo-cli fetch KEY` puts a set unless told: $XDG_DATA_HOME/elbo/KEY.
[[nodiscard]] std::filesystem::path fetchedFolder(std::string_view key);
/// Whether `fetch` knows the set: mnist, fashion-mnist.
[[nodiscard]] bool canBeFetched(std::string_view key);
/// Makes the paths among its values whole, as parseDataSpec does: from the root ("~/" is the home folder), so
/// that a run that is resumed from another folder finds its data. A set without a path that was fetched gets
/// the folder that it was fetched into.
void makePathsWhole(DataConfig& config);

/// Sentences for every value that cannot be used (unknown key, unknown field, range, missing path).
[[nodiscard]] std::vector<std::string> problems(const DataConfig& config);

[[nodiscard]] nlohmann::json toJson(const DataConfig& config);  ///< {"key":..., "fields":{...}}
[[nodiscard]] DataConfig dataConfigFromJson(const nlohmann::json& json);

}  // namespace elbo
