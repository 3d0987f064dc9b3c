// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/training/run_queue.h"

#include <QtCore/QObject>

#include <cstdint>
#include <filesystem>
#include <optional>

namespace elbo {

struct Complaint;
struct Sweep;
class Workspace;

/// The runs that this window trains one after the other: kept as queue.json in the folder of runs, so that
/// they survive the end of the window, whatever it was. A queue begins by a click (setPaused(false)) and goes
/// on until nothing waits; after a start of the window it waits for that click again. A run that fails is
/// marked and the next one begins; one that is stopped by hand, and a disk that is full, pause the queue.
class TrainingQueue : public QObject {
    Q_OBJECT

public:
    explicit TrainingQueue(Workspace& workspace, QObject* parent = nullptr);

    [[nodiscard]] const RunQueue& runs() const { return m_runs; }
    /// @param initialWeights  a weights file or a run folder; empty: from the seed
    void add(const RunConfig& config, const std::filesystem::path& initialWeights);
    void addSweep(const Sweep& sweep, const std::filesystem::path& initialWeights);
    /// Puts an entry at that place of the list as it is without it.
    void move(std::int64_t id, std::size_t place);
    /// Its run folder stays. Not of the one that trains.
    void remove(std::int64_t id);
    /// Takes away what was trained.
    void removeDone();
    /// Paused: the run that trains goes on, and nothing begins after it.
    void setPaused(bool paused);

Q_SIGNALS:
    void changed();

private:
    void load();
    /// Makes a change and keeps it; one that cannot be kept is complained about and not made.
    template <typename Change>
    bool change(const Change& make);
    void advanceSoon();
    void advance();
    /// @return whether the queue now waits for it
    bool begin(const QueueEntry& entry);
    void looked();
    void ended(bool saved);
    void settle(std::int64_t id, QueueState state, const std::string& ending, bool pause);

    Workspace& m_workspace;
    RunQueue m_runs;
    std::filesystem::path m_folder;
    std::optional<Failure> m_unusable;  ///< why the file must not be written over
    std::int64_t m_current = 0;         ///< the entry that is started or trains; 0: none
    bool m_begun = false;               ///< its run folder is known
    bool m_show = true;                 ///< the next run comes into view
    std::optional<Failure> m_failure;   ///< the last complaint since it was started
};

}  // namespace elbo
