// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/store/weights_file.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace elbo {

/// What a file of weights is, from its header alone.
struct WeightsSummary {
    std::filesystem::path file;
    WeightsFormat format = WeightsFormat::Safetensors;
    std::string place;  ///< of the state dict in a PyTorch checkpoint; empty: it is the file
    std::string model;  ///< registry key
    std::string modelTitle;
    ImageShape shape;
    std::int64_t parameters = 0;  ///< numbers that are learned
    bool described = true;        ///< false: names and shapes alone told the model, and the rest is unknown
    DataConfig data;              ///< it was trained on
    std::int64_t epoch = 0;       ///< epochs that it was trained for
    std::int64_t trainedImages = 0;
};

/// @param runOrFile  a run folder or a file of any format that Elbo reads
/// @param which  as for loadModel
/// @throws Error(NotFound, BadFile): also for weights of no model that is known here
[[nodiscard]] WeightsSummary summariseWeights(const std::filesystem::path& runOrFile,
                                              const std::string& which = "last");

/// Numbers in the tensors of a state dict that are learned: what BatchNorm counts and averages is not.
[[nodiscard]] std::int64_t learnedNumbers(const WeightsHeader& header);

}  // namespace elbo
