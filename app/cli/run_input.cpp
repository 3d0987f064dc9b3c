// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/run_input.h"

#include "core/base/error.h"
#include "core/data/registry.h"
#include "core/models/vae.h"
#include "core/training/weights.h"

#include <algorithm>
#include <charconv>

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

std::optional<std::int64_t> classOf(const LoadedModel& loaded, const std::string& text)
{
    if (text.empty())
        return std::nullopt;
    const auto& names = loaded.labelNames;
    if (!loaded.model->needsLabels())
        throw Error(ErrorCode::BadSetting, "This model knows no classes: leave --class out.");
    if (const auto found = std::ranges::find(names, text); found != names.end())
        return found - names.begin();
    std::int64_t index = -1;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, index);
    if (read.ec == std::errc() && read.ptr == end && index >= 0 && index < loaded.shape.classes)
        return index;
    std::string known;
    for (const auto& name : names)
        known += (known.empty() ? "" : ", ") + name;
    throw Error(ErrorCode::BadSetting,
                "The model knows no class \"" + text + "\": choose one of " +
                    (known.empty() ? "0 to " + std::to_string(loaded.shape.classes - 1) : known) + ".");
}

}  // namespace elbo::cli
