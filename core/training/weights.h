// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/device.h"
#include "core/data/dataset.h"
#include "core/evaluation/shown_image.h"
#include "core/training/run_config.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace elbo {

class Vae;
struct WeightsDescription;
struct WeightsHeader;

/// A trained network with all that is needed to use it without its run folder.
struct LoadedModel {
    std::shared_ptr<Vae> model;  ///< in evaluation mode on `device`
    RunConfig config;
    ImageShape shape;
    bool storedUnchanged = false;
    bool metricDepth = false;
    std::optional<double> depthScale;  ///< of the depth files it learned from, as in Dataset
    std::vector<std::string> labelNames;
    std::vector<float> medianRanges;    ///< [(C+D)*2], of the training set
    std::set<std::uint64_t> trainedOn;  ///< hashes of the prepared training images
    std::int64_t epoch = 0;
    bool described =
        true;  ///< false: names and shapes alone told the model, and what it was trained on is unknown
    std::filesystem::path file;
    std::filesystem::path runFolder;  ///< empty for a lone weights file
};

/// How its decoded values are shown: over the median ranges of its training images.
[[nodiscard]] ShownRanges shownRangesOf(const LoadedModel& loaded);

/// What a file of weights is for: its own description, or what its names and shapes tell when the report's
/// authors, or a program like theirs, wrote it.
/// @param file  for the sentences @throws Error(BadFile) when neither tells
[[nodiscard]] WeightsDescription describeFile(const WeightsHeader& header, const std::string& file);

/// The file that loadModel reads. @throws Error(NotFound, BadSetting)
[[nodiscard]] std::filesystem::path weightsFile(const std::filesystem::path& runOrFile,
                                                const std::string& which);

/// Weights of a depth network, and what they tell of themselves.
struct DepthWeightsFile {
    std::filesystem::path file;
    std::string key;                      ///< of depthEstimatorInfos()
    std::optional<double> maxDepth = {};  ///< metres, of a network that was trained here
};
/// @param runOrFile  the folder of a run (its best weights, else the last), or a file of weights
/// @throws Error(NotFound, BadFile, BadSetting): for weights of a VAE, too
[[nodiscard]] DepthWeightsFile depthWeightsFile(const std::filesystem::path& runOrFile);

/// @param path   a run folder or a weights file: safetensors, or PyTorch's zip or legacy format
/// @param which  "last" | "best" | "epoch:N" (of a run folder)
/// @throws Error(NotFound, BadFile): also for weights of no model that is known here; Error(BadSetting) for a
/// depth network
[[nodiscard]] LoadedModel loadModel(const std::filesystem::path& path, const std::string& which,
                                    const c10::Device& device);

}  // namespace elbo
