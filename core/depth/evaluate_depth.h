// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/data/data_config.h"
#include "core/depth/depth_metrics.h"

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

namespace elbo {

class DepthEstimator;
struct Dataset;

struct DepthEvaluation {
    DepthMetrics means;  ///< over the images
    std::int64_t images = 0;
    std::vector<std::string> leftOut;  ///< names of images without a pixel that counts
    double millisecondsPerImage =
        0;  ///< of the estimator alone, the first image left out where there are more
};

/// Estimates the depth of images of a set and compares it with theirs.
/// @param data  with depth; one without metres needs options.scaling = RelativeTruth
/// @throws Error(BadData) for a set without depth, without metres (unless scaled), or of which no image
/// counts; Cancelled
[[nodiscard]] DepthEvaluation evaluateDepth(DepthEstimator& estimator, const Dataset& data,
                                            const std::vector<std::int64_t>& indices,
                                            const DepthMetricOptions& options,
                                            const ProgressFunction& progress, const std::stop_token& stop);

/// The colour of an image as it was read: uint8 [C,H,W], codes through their ranges.
[[nodiscard]] at::Tensor originalColor(const Dataset& data, std::int64_t index);
/// Its depth: float32 [H,W] in metres or relative; 0: no value.
[[nodiscard]] at::Tensor originalDepth(const Dataset& data, std::int64_t index);

/// What depth networks want of a set that leaves it open: its own size, holes left as they are.
[[nodiscard]] DataConfig withDepthDefaults(DataConfig config);

}  // namespace elbo
