// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/atomic_file.h"
#include "core/base/process_group.h"
#include "core/base/progress.h"
#include "core/training/history.h"
#include "core/training/run_folder.h"

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace elbo {

struct Dataset;

enum class TrainingEnd { Completed, Stopped };

/// Called on the training thread: keep it short, never touch a widget from it.
struct TrainingStatus {
    std::int64_t epoch = 0, epochs = 0;  ///< 1-based epoch under way
    std::int64_t step = 0, stepsPerEpoch = 0, stepInEpoch = 0;
    double imagesPerSecond = 0;
    double secondsLeft = 0;
    bool paused = false;
    std::string what;  ///< "training", "testing", "saving"
};
class TrainingObserver {
public:
    virtual ~TrainingObserver() = default;
    virtual void onBegin(const RunInfo& /*run*/) {}
    virtual void onStatus(const TrainingStatus& /*status*/) {}  ///< at most 30 times a second
    virtual void onStep(const StepRecord& /*record*/) {}
    virtual void onEpoch(const EpochRecord& /*record*/) {}
    virtual void onKept(std::int64_t /*epoch*/) {}  ///< kept/epoch-NNNN is on disk
    virtual void onMessage(const std::string& /*sentence*/) {}
};

/// How a run is steered from another thread. Pause holds before the next step; stop saves and ends within a
/// step.
struct TrainingControl {
    std::stop_token stop;
    std::atomic<bool> pause{false};
};

struct TrainingOptions {
    std::filesystem::path initialWeights;  ///< --init; empty: from the seed
    WriteObserver writeObserver;           ///< for tests
    ProcessGroup* group = nullptr;         ///< processes that train the run together; null: this one alone
};

/// Throws what trainRun would throw before it begins: settings that cannot be used, data that cannot be
/// learned from, images of a size that the model refuses, initial weights that are not its own. Writes
/// nothing.
void checkRun(const RunConfig& config, const Dataset& data, const TrainingOptions& options = {});

/// Trains a new run in `runFolder` (made by createRunFolder). Everything is decided by `config`.
/// In a group every process calls this, and resumeRun, with the same arguments; the first one alone writes,
/// and the folder may be left empty in the others. A run that cannot begin takes its empty folder with it, so
/// that the corrected one can have it. A loss that is not finite ends the run with Error(NotFinite): the last
/// good epoch stays saved, the sentence says what to try.
TrainingEnd trainRun(const RunConfig& config, std::shared_ptr<const Dataset> data,
                     const std::filesystem::path& runFolder, TrainingObserver& observer,
                     TrainingControl& control, const TrainingOptions& options = {});

/// Goes on exactly where the run stopped. @param epochs  new total, when larger (extend); nothing: the run's
/// own
/// @throws Error(Busy) when another process writes it, Error(BadFile) when resume.safetensors is damaged,
/// Error(BadData) when the data's fingerprint differs
TrainingEnd resumeRun(const std::filesystem::path& runFolder, std::shared_ptr<const Dataset> data,
                      std::optional<std::int64_t> epochs, TrainingObserver& observer,
                      TrainingControl& control, const TrainingOptions& options = {});

}  // namespace elbo
