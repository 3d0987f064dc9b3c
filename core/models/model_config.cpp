// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/model_config.h"

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/models/model_table.h"

#include <nlohmann/json.hpp>

namespace elbo {

std::vector<std::string> problems(const ModelConfig& config)
{
    try {
        return fieldProblems(findModelInfo(config.key).fields, config.fields);
    } catch (const Error& error) {  // a key nobody knows: the sentence lists those there are
        return {error.what()};
    }
}

nlohmann::json toJson(const ModelConfig& config)
{
    return {{"key", config.key},
            {"fields", fieldValuesToJson(findModelInfo(config.key).fields, config.fields)}};
}

ModelConfig modelConfigFromJson(const nlohmann::json& json)
{
    if (!json.is_object() || !json.contains("key") || !json["key"].is_string()) {
        throw Error(ErrorCode::BadSetting,
                    "The description of a model lacks its key; give it as {\"key\": \"rgbd-vae\"}.");
    }
    ModelConfig config{.key = json["key"].get<std::string>(), .fields = {}};
    const auto& info = findModelInfo(config.key);
    for (const auto& [name, part] : json.items()) {
        if (name != "key" && name != "fields") {
            throw Error(ErrorCode::BadSetting, "The description of a model has no part \"" + name + "\"" +
                                                   nearestHint(name, {"key", "fields"}) +
                                                   ": use key and fields.");
        }
    }
    if (json.contains("fields")) {
        config.fields = fieldValuesFromJson(info.fields, json["fields"]);
    }
    return config;
}

}  // namespace elbo
