// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/training/run_config.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace elbo {

struct Dataset;
struct TrainingOptions;

/// What a run would take on this machine.
struct RunEstimate {
    std::string modelTitle;   ///< "RGB-D VAE"
    std::string deviceTitle;  ///< "AMD EPYC 9554, 2 cores"
    std::string precision;    ///< "float32", "bf16"
    std::int64_t width = 0, height = 0;
    std::int64_t parameters = 0;
    std::int64_t epochs = 0;         ///< 1 for what is computed at once
    std::int64_t stepsPerEpoch = 0;  ///< 0 for what is computed at once

    /// Seconds; nothing where not even a few images fit the memory.
    struct Time {
        double step = 0;   ///< one step of training; 0 for what is computed at once
        double epoch = 0;  ///< with its test and validation pass
        double run = 0;    ///< all epochs, with the pictures that are kept
    };
    std::optional<Time> time;

    /// Bytes of the device's memory that the run takes beside what the process has already.
    struct Memory {
        std::int64_t weights = 0;      ///< with gradients, moments, and the copies that are being saved
        std::int64_t activations = 0;  ///< the most that a step adds
        std::int64_t data = 0;         ///< the set, on a GPU; mapped from its file on a CPU
        std::int64_t available = 0;    ///< 0 where unknown
        [[nodiscard]] std::int64_t total() const { return weights + activations + data; }
    };
    Memory memory;

    /// Bytes in the run's folder at its end.
    struct Disk {
        std::int64_t weights = 0;  ///< last and best
        std::int64_t resume = 0;
        std::int64_t keptPictures = 0;
        std::int64_t keptWeights = 0;  ///< of keep_weights_every
        std::int64_t history = 0;
        std::int64_t available = 0;  ///< 0 where unknown
        [[nodiscard]] std::int64_t total() const
        {
            return weights + resume + keptPictures + keptWeights + history;
        }
    };
    Disk disk;

    std::vector<std::string> warnings;  ///< sentences: it will not fit the memory, or the runs folder
};

struct EstimateHooks {
    ProgressFunction progress;  ///< "Estimating", steps done, steps in all; may be empty
    std::stop_token stop;       ///< answered within a step
    /// Where the run would lie, for the free space; needs not be there. Empty: not looked at.
    std::filesystem::path runsFolder;
};

/// Times two steps, after others that warm up, of a fresh network on the run's own images, batch size,
/// precision and device, and two batches of a test pass; nothing is written and nothing of it stays. A model
/// that is computed at once is computed from a few images, and its own count of operations tells how much
/// longer all of them take.
/// @param options  as for trainRun; a group is not asked
/// @throws whatever checkRun throws; Cancelled
[[nodiscard]] RunEstimate estimateRun(const RunConfig& config, const std::shared_ptr<const Dataset>& data,
                                      const TrainingOptions& options, const EstimateHooks& hooks = {});

/// A sentence for each thing that there is not enough of.
[[nodiscard]] std::vector<std::string> estimateWarnings(const RunEstimate& estimate,
                                                        const std::filesystem::path& runsFolder);
/// "RGB-D VAE at 128x128: about 42 hours here, 1.9 GB of memory, 240 MB on disk"
[[nodiscard]] std::string estimateSentence(const RunEstimate& estimate);
[[nodiscard]] nlohmann::json toJson(const RunEstimate& estimate);

}  // namespace elbo
