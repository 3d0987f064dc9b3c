// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/training/run_config.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace elbo {

struct PublishedModel;

/// What a weights file says of itself, so that it can be opened, shared and judged without its run folder.
struct WeightsDescription {
    RunConfig config;
    ImageShape shape;
    bool storedUnchanged = false;
    bool metricDepth = false;
    std::optional<double> depthScale;  ///< as in Dataset
    std::vector<std::string> labelNames;
    std::vector<float>
        medianRanges;               ///< [(C+D)*2] of the training images: minimum and maximum of each channel
    std::vector<float> intrinsics;  ///< fx fy cx cy, medians of the training images; empty when unknown
    std::set<std::uint64_t> trainedOn;
    std::int64_t epoch = 0;  ///< epochs done
    std::int64_t step = 0;
};

/// Everything but epoch and step. Reads all training images once, a few at a time.
/// @throws Error as ImageReader does, Cancelled
[[nodiscard]] WeightsDescription describeWeights(const RunConfig& config, const Dataset& data,
                                                 const std::vector<std::int64_t>& trainIndices,
                                                 const std::stop_token& stop = {});

/// Safetensors metadata: "elbo" (JSON text), "epoch", "step".
[[nodiscard]] std::map<std::string, std::string> toMetadata(const WeightsDescription& description);
/// @param file  for the sentences @throws Error(BadFile): no description of ours, damaged, of a newer
/// version, or impossible values
[[nodiscard]] WeightsDescription weightsDescription(const std::map<std::string, std::string>& metadata,
                                                    const std::string& file);
/// Of weights that others trained and that tell nothing but their shapes: no epoch, no images trained on, the
/// whole range of colours and relative depth; a set of data without a path, which the user has to name.
[[nodiscard]] WeightsDescription describePublished(const PublishedModel& published);

}  // namespace elbo
