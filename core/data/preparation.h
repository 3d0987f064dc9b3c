// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/atomic_file.h"
#include "core/base/progress.h"
#include "core/data/dataset.h"
#include "core/data/fit.h"

#include <filesystem>
#include <functional>
#include <stop_token>

namespace elbo {

struct PreparationHooks {
    /// "Reading images", done, total; one call at a time, not always from the same thread.
    ProgressFunction progress;
    std::function<void(const ImageProblem&)> problem;
    std::stop_token stop;
    WriteObserver writeObserver;  ///< a seam for tests of a failing disk; empty in the programs
};

/// Reads every image of the set once: resize (antialiased bicubic or area), fill holes, normalise each
/// channel of each image, split, write `out` atomically while images stream through (memory does not grow
/// with their number). Runs in the helper process, or in `elbo-cli prepare`.
/// @throws Error when no image is left, sides disagree with size=native, the target cannot be written;
/// Cancelled
void prepareDataset(const DataConfig& config, const DataReaders& readers, const std::filesystem::path& out,
                    const PreparationHooks& hooks);

/// One image (or pair) prepared like the set's: for pictures a user drops on Reconstruct.
struct PreparedImage {
    at::Tensor color;   ///< uint8 [C,S,S]
    at::Tensor depth;   ///< uint16 [1,S,S] or undefined
    at::Tensor ranges;  ///< float32 [C+D,2]
    std::vector<std::string> problems;
};
/// @param shape the model's; grey is repeated or colour averaged when channel counts differ; storedUnchanged
/// as in Dataset
[[nodiscard]] PreparedImage prepareImage(const SourceImage& image, const ImageShape& shape,
                                         bool storedUnchanged, Fit fit = Fit::Stretch);

}  // namespace elbo
