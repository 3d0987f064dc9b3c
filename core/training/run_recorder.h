// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/job_queue.h"
#include "core/training/history_file.h"
#include "core/training/kept_pictures.h"
#include "core/training/run_folder.h"
#include "core/training/run_paths.h"
#include "core/training/training_snapshot.h"
#include "core/training/weights_description.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace elbo {

/// Writes a run folder while the loop goes on: what is large in the background, in the order in which it was
/// given.
///
/// resume.safetensors is the truth. Whatever is newer than it (history, kept pictures, periodic weights) is
/// cut back when the run is resumed; the best weights wait beside theirs (best-next) until resume.safetensors
/// tells of them.
class RunRecorder {
public:
    struct Options {
        WriteObserver writeObserver;
        int threads = 1;     ///< LibTorch threads of this process's run
        bool writes = true;  ///< false: another process of the run writes, this one keeps to itself
    };
    /// Writes run.json. `info.folder` exists and is locked by the caller.
    RunRecorder(RunInfo info, WeightsDescription description, Options options);

    [[nodiscard]] const RunInfo& info() const { return m_info; }
    [[nodiscard]] bool writes() const { return m_options.writes; }

    /// Lines of history.jsonl, at once. @throws Error(DiskFull ...)
    void append(const std::string& lines);
    /// In the background. Each throws the error of an earlier write, if there was one.
    void keep(KeptPictures pictures);
    void keepWeights(std::shared_ptr<const TrainingSnapshot> snapshot);
    void save(std::shared_ptr<const TrainingSnapshot> snapshot);
    /// The weights of this snapshot are the best so far: saved with the next save.
    void setBest(std::shared_ptr<const TrainingSnapshot> snapshot, std::int64_t epoch);

    /// Nothing is being saved and `resume_seconds` have passed since the last time.
    [[nodiscard]] bool isSaveDue() const;
    /// @throws the error of a background write
    void check();
    [[nodiscard]] bool failed() const;
    /// Epochs whose pictures came to disk since the last call.
    [[nodiscard]] std::vector<std::int64_t> takeKept();
    /// Waits for everything to be on disk, then throws like check().
    void wait();
    /// run.json of a run that has ended. After wait().
    void finish(RunState state, const std::string& ending);
    /// Position of the last snapshot that was given to save(); nothing before.
    [[nodiscard]] const std::optional<TrainingPosition>& savedPosition() const { return m_savedPosition; }

private:
    struct Best {
        std::shared_ptr<const TrainingSnapshot> snapshot;
        std::int64_t epoch = 0;
    };
    void submit(std::function<void()> work);
    void writeWeights(const std::filesystem::path& file, const TrainingSnapshot& snapshot,
                      std::int64_t epoch) const;
    void writeSave(const TrainingSnapshot& snapshot, const std::optional<Best>& best, const RunInfo& info);

    RunInfo m_info;
    WeightsDescription m_description;
    Options m_options;
    RunPaths m_paths;
    std::optional<HistoryWriter> m_history;  ///< none when this process does not write
    std::optional<Best> m_best;              ///< not on disk yet
    std::optional<TrainingPosition> m_savedPosition;

    mutable std::mutex m_mutex;  ///< of what follows
    std::optional<Failure> m_failure;
    std::vector<std::int64_t> m_kept;
    TrainingPosition m_onDisk;  ///< that resume.safetensors tells of
    int m_waiting = 0;
    int m_saving = 0;
    std::chrono::steady_clock::time_point m_lastSave;

    JobQueue m_writer;  ///< last: its thread ends before anything it writes to
};

/// Brings a run folder back to a saved position: history, kept pictures and weights that are newer go, the
/// best weights of a save that was cut off halfway take their place.
/// @param bestEpoch  as saved; 0: there are none
void cutRunFolder(const RunPaths& paths, const TrainingPosition& position, std::int64_t keepEvery);

}  // namespace elbo
