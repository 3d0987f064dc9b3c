// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run_config.h"
#include "core/training/weights_summary.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace elbo {

class DatasetView;

/// One named term of what a network reports; free of LibTorch.
struct TermDescription {
    std::string key;
    std::string title;
    std::string unit;
    bool higherIsBetter = false;
    bool plotted = true;
};

/// What a run would be, before it starts.
struct RunPlan {
    std::int64_t parameters = 0;
    std::int64_t weightBytes =
        0;  ///< of the network; a run needs four times as much for gradients and moments
    std::int64_t stepsPerEpoch = 0;
    std::string device;                     ///< "AMD EPYC 9554, 2 cores, bf16"
    std::optional<WeightsSummary> initial;  ///< the weights that it begins with, when some were chosen
};

/// Makes the network for images of that set, to see that it fits and how large it is; for a worker thread.
/// @param initialWeights  a weights file or a run folder; empty: from the seed
/// @throws Error when the model cannot take such images, the weights are not its own or the device is not
/// there
[[nodiscard]] RunPlan planRun(const RunConfig& config, const DatasetView& data,
                              const std::filesystem::path& initialWeights = {});

/// The terms that a model of that kind reports, in the order in which they are shown; for a worker thread.
[[nodiscard]] std::vector<TermDescription> termsOf(const ModelConfig& config);

}  // namespace elbo
