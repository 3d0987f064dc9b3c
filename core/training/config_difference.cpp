// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/config_difference.h"

#include "core/data/registry.h"
#include "core/models/model_table.h"

#include <algorithm>
#include <functional>
#include <span>

namespace elbo {

namespace {

std::string valueOf(const Field& field, const FieldValues& values)
{
    const auto found = values.all().find(field.name);
    return fieldValueText(found == values.all().end() ? field.defaultValue : found->second);
}

bool differ(const std::vector<std::string>& values)
{
    return std::ranges::any_of(values, [&](const auto& value) { return value != values.front(); });
}

/// One part of each run: its table of fields and what was set of them.
struct Part {
    std::span<const Field> table;
    const FieldValues* values = nullptr;
};

void addPart(std::vector<ConfigDifference>& differences, const std::vector<Part>& parts)
{
    std::vector<std::string> seen;
    for (const auto& owner : parts) {
        for (const auto& field : owner.table) {
            if (std::ranges::find(seen, field.name) != seen.end())
                continue;
            seen.push_back(field.name);
            ConfigDifference difference{field.name, field.label, field.unit, {}};
            for (const auto& part : parts) {
                const auto* own = findField(part.table, field.name);
                difference.values.push_back(own == nullptr ? std::string() : valueOf(*own, *part.values));
            }
            if (differ(difference.values))
                differences.push_back(std::move(difference));
        }
    }
}

void addKeys(std::vector<ConfigDifference>& differences, const std::vector<RunConfig>& configs,
             const char* name, const char* label, const std::function<std::string(const RunConfig&)>& key)
{
    ConfigDifference difference{name, label, {}, {}};
    for (const auto& config : configs)
        difference.values.push_back(key(config));
    if (differ(difference.values))
        differences.push_back(std::move(difference));
}

}  // namespace

std::vector<ConfigDifference> configDifferences(const std::vector<RunConfig>& configs)
{
    std::vector<ConfigDifference> differences;
    if (configs.size() < 2)
        return differences;
    addKeys(differences, configs, "model", "Model", [](const auto& config) { return config.model.key; });
    addKeys(differences, configs, "data", "Data", [](const auto& config) { return config.data.key; });
    std::vector<Part> training, model, data;
    for (const auto& config : configs) {
        training.push_back({trainingFields(), &config.training.fields});
        model.push_back({findModelInfo(config.model.key).fields, &config.model.fields});
        data.push_back({findDataSet(config.data.key).fields, &config.data.fields});
    }
    addPart(differences, training);
    addPart(differences, model);
    addPart(differences, data);
    return differences;
}

}  // namespace elbo
