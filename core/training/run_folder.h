// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/image8.h"
#include "core/training/history.h"
#include "core/training/run_config.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace elbo {

enum class RunState {
    Running,
    Completed,
    Stopped,
    Failed,
    Interrupted
};  ///< Interrupted: its writer is gone without an ending
[[nodiscard]] std::string_view toString(RunState state);

/// run.json
struct RunInfo {
    RunConfig config;
    std::string name;  ///< of the folder
    std::filesystem::path folder;
    RunState state = RunState::Interrupted;
    std::string ending;  ///< sentence of how it ended ("completed", "stopped by the user", the failure)
    std::string device, deviceTitle, precision;
    int threads = 0;    ///< of each process
    int processes = 1;  ///< that trained it together, when it last ran
    std::string elboVersion, torchVersion;
    std::string dataFingerprint, dataTitle, dataSpec, splitNote;
    std::int64_t trainImages = 0, testImages = 0, validationImages = 0;
    std::int64_t parameters = 0;
    std::int64_t epochsDone = 0;
    std::int64_t bestEpoch = 0;     ///< 0: none
    bool bestChosenOnTest = false;  ///< no validation images: label it wherever best figures stand
    std::string initialWeights;  ///< name of the file or run that its first weights were of; empty: the seed
    std::string createdUtc;      ///< ISO 8601
    std::string notes;
    std::vector<std::string> tags;
};

/// @throws Error(NotFound, BadFile)
[[nodiscard]] RunInfo readRunInfo(const std::filesystem::path& runFolder);
/// Every run in a folder, newest first; damaged ones are left out and named in `problems` when given.
[[nodiscard]] std::vector<RunInfo> listRuns(const std::filesystem::path& runsFolder,
                                            std::vector<std::string>* problems = nullptr);
/// A new, unused folder "rgbd-vae-nyu-2026-11-23-1542" below runsFolder (a suffix -2 ... when taken),
/// created.
[[nodiscard]] std::filesystem::path createRunFolder(const std::filesystem::path& runsFolder,
                                                    const RunConfig& config);

/// Epochs whose reconstructions were kept, ascending.
[[nodiscard]] std::vector<std::int64_t> keptEpochs(const std::filesystem::path& runFolder);
/// The strip of one kept epoch: the same test images, truth and what the network makes of them.
struct KeptStrip {
    std::int64_t epoch = 0;
    bool metric = false;
    std::vector<std::string> names;
    std::vector<Image8> truthColor, color;  ///< `color` is empty of a depth network
    std::vector<ImageF> truthDepth, depth;  ///< empty without depth
};
[[nodiscard]] KeptStrip readKeptStrip(const std::filesystem::path& runFolder, std::int64_t epoch);

}  // namespace elbo
