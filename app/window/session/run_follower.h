// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/job_queue.h"
#include "core/training/history.h"
#include "core/training/live_status.h"
#include "core/training/run_folder.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace elbo {

/// Reads a run folder that this window does not write, at once and then again and again, so that the curves
/// of a run that another process trains follow live. All reading happens on the queue's thread.
class RunFollower : public QObject {
    Q_OBJECT

public:
    /// @param queue  outlives the follower
    RunFollower(JobQueue& queue, std::filesystem::path runFolder, QObject* parent);
    ~RunFollower() override;

    void start();
    /// Something was written just now: look within a tenth of a second instead of at the next turn.
    void readSoon();
    [[nodiscard]] const std::filesystem::path& runFolder() const { return m_runFolder; }
    [[nodiscard]] bool hasWeights() const { return m_hasWeights; }

Q_SIGNALS:
    /// run.json was read for the first time or has changed.
    void infoRead(const elbo::RunInfo& run);
    /// The history was cut back by a resume: forget every record.
    void restarted();
    /// Records since the last time, in order.
    void recordsCame(const elbo::History& records);
    /// All epochs whose strips are on disk; told when they change.
    void keptChanged(const std::vector<std::int64_t>& epochs);
    /// What the process that trains the run tells of it, at every look; nothing when none does.
    /// @param requestWaiting  as isRunRequestWaiting() was before
    void liveRead(const std::optional<elbo::LiveStatus>& live, bool requestWaiting);
    /// The first weights are on disk.
    void weightsCame();
    /// The folder could not be read: told once, and the follower ends.
    void failed(const elbo::Failure& failure);

private:
    struct Reading;
    void read();
    void take(Reading reading);

    JobQueue& m_queue;
    std::filesystem::path m_runFolder;
    std::shared_ptr<HistoryReader> m_reader;  ///< used by one job at a time
    QTimer m_timer;
    RunInfo m_info;
    bool m_first = true;
    bool m_reading = false;
    bool m_again = false;
    bool m_hasWeights = false;
    std::vector<std::int64_t> m_kept;
};

}  // namespace elbo
