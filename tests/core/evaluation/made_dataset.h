// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/nn/initialisation.h"

#include <ATen/Functions.h>

#include <string>

namespace elbo::tests {

/// `count` images 16x12 of noise in codes, with metric depth when asked; the first half trains, the rest
/// tests.
inline Dataset madeDataset(std::int64_t count, bool withDepth, bool metric)
{
    constexpr std::int64_t kHeight = 12, kWidth = 16;
    const auto noise = [](const std::string& name, std::int64_t n) {
        return (goldenUniform(name, n) + 1) / 2;
    };
    Dataset data;
    data.title = "made";
    const std::int64_t colors = withDepth ? 3 : 1;
    data.color = (noise("color", count * colors * kHeight * kWidth) * 255)
                     .round()
                     .to(at::kByte)
                     .reshape({count, colors, kHeight, kWidth});
    const std::int64_t channels = colors + (withDepth ? 1 : 0);
    data.ranges = at::zeros({count, channels, 2});
    data.ranges.select(2, 1).fill_(255.0);
    if (withDepth) {
        data.depth = (noise("depth", count * kHeight * kWidth) * 65534 + 1)
                         .to(at::kInt)
                         .to(at::kUInt16)
                         .reshape({count, 1, kHeight, kWidth});
        data.ranges.select(1, 3).select(1, 0).copy_(1.0 + at::arange(count));
        data.ranges.select(1, 3).select(1, 1).copy_(3.0 + 2.0 * at::arange(count));
    }
    data.metricDepth = metric;
    data.side = (at::arange(count) >= count / 2).to(at::kByte);
    for (std::int64_t i = 0; i < count; ++i) {
        data.names.push_back("image " + std::to_string(i));
    }
    return data;
}

}  // namespace elbo::tests
