// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/prepared_writer.h"
#include "tests/core/training/made_data.h"

#include <nlohmann/json.hpp>

#include <array>
#include <filesystem>

namespace elbo::tests {

/// Writes a set that is in memory, without labels, as a prepared file, and maps it.
inline std::shared_ptr<const Dataset> preparedData(const Dataset& data, const std::filesystem::path& file)
{
    PreparedWriter writer(file, {data.color.size(1), data.color.size(2), data.color.size(3), true}, {});
    PreparedEnding ending;
    ending.names = data.names;
    const auto depth = data.depth.view(at::kShort);
    for (std::int64_t i = 0; i < data.size(); ++i) {
        writer.add(data.color[i], depth[i].view(at::kUInt16), data.ranges[i]);
        ending.sides.push_back(data.side[i].item<std::uint8_t>());
        const auto k = data.intrinsics[i];
        ending.intrinsics.push_back(
            std::array{k[0].item<double>(), k[1].item<double>(), k[2].item<double>(), k[3].item<double>()});
    }
    writer.finish(ending, {{"config", toJson(data.config)},
                           {"title", data.title},
                           {"fingerprint", data.fingerprint},
                           {"metric_depth", data.metricDepth},
                           {"holes", data.holes},
                           {"stored_unchanged", data.storedUnchanged},
                           {"split_kind", data.splitKind},
                           {"split_note", data.splitNote},
                           {"label_names", data.labelNames}});
    return std::make_shared<const Dataset>(readPrepared(file));
}

}  // namespace elbo::tests
