// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/data_config.h"
#include "core/models/model_config.h"

#include <nlohmann/json_fwd.hpp>

#include <span>
#include <string>
#include <vector>

namespace elbo {

/// Everything about the loop: epochs, batch_size, learning_rate, seed, device, precision, beta, keep_every,
/// keep_weights_every, resume_seconds ... values of trainingFields().
struct TrainingConfig {
    FieldValues fields;
    bool operator==(const TrainingConfig&) const = default;
};
[[nodiscard]] std::span<const Field> trainingFields();

/// Decides a run, and nothing else does: a plain value, written beside the result.
struct RunConfig {
    std::string preset;  ///< the name it began with; may be empty
    DataConfig data;
    ModelConfig model;
    TrainingConfig training;
    bool operator==(const RunConfig&) const = default;

    [[nodiscard]] std::int64_t integer(std::string_view trainingField) const;
    [[nodiscard]] double real(std::string_view trainingField) const;
    [[nodiscard]] bool boolean(std::string_view trainingField) const;
    [[nodiscard]] std::string text(std::string_view trainingField) const;
};

[[nodiscard]] std::vector<std::string> problems(const RunConfig& config);
/// The joined table (data, model, training), for --set and list fields; names are unique.
[[nodiscard]] std::vector<Field> joinedFields(const RunConfig& config);
/// --set name=value on whichever part owns that field. @throws Error(BadSetting)
void setField(RunConfig& config, std::string_view name, std::string_view value);

[[nodiscard]] nlohmann::json toJson(const RunConfig& config);
[[nodiscard]] RunConfig runConfigFromJson(const nlohmann::json& json);

struct Preset {
    std::string name;   ///< "paper/rgbd-vae-nyu", "quick/fc-vae"
    std::string title;  ///< one line of what it is for
    RunConfig config;   ///< paper presets leave the data's path empty: the user gives it
};
[[nodiscard]] const std::vector<Preset>& presets();
[[nodiscard]] const Preset& findPreset(std::string_view name);

}  // namespace elbo
