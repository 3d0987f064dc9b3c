// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/run_input.h"

#include "core/data/registry.h"
#include "core/training/weights.h"

namespace elbo::cli {

DataConfig dataOf(const LoadedModel& loaded, const std::string& spec)
{
    if (spec.empty())
        return loaded.config.data;
    auto config = parseDataSpec(spec);
    const auto& own = loaded.config.data.fields;
    const bool hasSize = findField(findDataSet(config.key).fields, "size") != nullptr;
    if (hasSize && !config.fields.has("size") && own.has("size"))
        config.fields.set("size", own.all().at("size"));
    return config;
}

}  // namespace elbo::cli
