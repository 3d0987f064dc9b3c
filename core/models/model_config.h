// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/field.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace elbo {

/// Which model: a registry key and the values of that entry's fields.
struct ModelConfig {
    std::string key = "rgbd-vae";
    FieldValues fields;
    bool operator==(const ModelConfig&) const = default;
};
[[nodiscard]] std::vector<std::string> problems(const ModelConfig& config);
[[nodiscard]] nlohmann::json toJson(const ModelConfig& config);
[[nodiscard]] ModelConfig modelConfigFromJson(const nlohmann::json& json);

}  // namespace elbo
