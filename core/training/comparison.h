// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/evaluation/evaluate.h"
#include "core/training/weights.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace elbo {

/// One model beside others: what it is, what it took, how it does on images that it did not see.
struct ComparedModel {
    std::string name;            ///< of the run or file; "pca, 64 components"
    std::string key;             ///< of the model registry
    std::filesystem::path path;  ///< empty for a baseline
    std::string data;            ///< title of the set that it was judged on
    std::string fingerprint;     ///< of that set: figures of different ones do not compare
    std::int64_t parameters = 0;
    std::int64_t latentSize = 0;
    std::int64_t epochs = 0;
    double seconds = 0;  ///< that its run took for training; 0 where that is unknown
    Evaluation evaluation;
};

/// Judges the weights of a run, or of a file, on the test images of a set; those that it was trained on are
/// left out. @param data  as dataForModel() gives it for the model
/// @throws Error as evaluate() and readRunInfo() do; Cancelled
[[nodiscard]] ComparedModel judge(const LoadedModel& loaded, const Dataset& data,
                                  const ProgressFunction& progress, const std::stop_token& stop);

/// Principal components of the set's training images, judged on its test images: what any VAE of that latent
/// size is held against. @param latentSize  more than there are directions leaves the rest as the prior
/// @throws Error(BadData) for fewer than two training images; Cancelled
[[nodiscard]] ComparedModel judgePca(const Dataset& data, std::int64_t latentSize,
                                     const ProgressFunction& progress, const std::stop_token& stop);

/// Models judged one after the other, and beside them principal components of the same latent sizes.
class Comparison {
public:
    /// @param set  as it was loaded; the model is given the images of it that it can use
    /// @throws Error as dataForModel() and judge() do; Cancelled
    void add(const LoadedModel& loaded, const std::shared_ptr<const Dataset>& set,
             const ProgressFunction& progress, const std::stop_token& stop);
    /// One for each set and latent size that add() met: call it once, at the end.
    /// @throws Error as judgePca() does; Cancelled
    void addBaselines(const ProgressFunction& progress, const std::stop_token& stop);
    [[nodiscard]] const std::vector<ComparedModel>& models() const { return m_models; }
    /// How many different sets they were judged on: figures of more than one do not compare.
    [[nodiscard]] std::size_t sets() const;

private:
    std::vector<ComparedModel> m_models;
    std::vector<std::pair<std::shared_ptr<const Dataset>, std::int64_t>> m_baselines;  ///< set, latent size
};

}  // namespace elbo
