// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/model_table.h"

#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/models/registry.h"

#include <algorithm>

namespace elbo {

const std::vector<ModelInfo>& modelInfos()
{
    static const std::vector<ModelInfo> infos = [] {
        std::vector<ModelInfo> made;
        for (const ModelEntry& entry : modelEntries()) {
            made.push_back(entry.info);
        }
        return made;
    }();
    return infos;
}

const ModelInfo& findModelInfo(std::string_view key)
{
    const auto& infos = modelInfos();
    const auto found = std::ranges::find(infos, key, &ModelInfo::key);
    if (found != infos.end()) {
        return *found;
    }
    std::vector<std::string> keys;
    for (const ModelInfo& info : infos) {
        keys.push_back(info.key);
    }
    throw Error(ErrorCode::BadSetting, "There is no model \"" + std::string(key) + "\"" +
                                           nearestHint(key, keys) + "; choose one of " + listed(keys) + ".");
}

}  // namespace elbo
