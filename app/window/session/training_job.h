// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/job_queue.h"
#include "core/training/history.h"
#include "core/training/run_folder.h"
#include "core/training/trainer.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace elbo {

struct Dataset;
class Job;

/// One training run of this window: started or resumed on a queue of low priority, steered and heard from the
/// GUI thread. What the trainer tells is gathered and handed over at most 25 times a second, as copies. After
/// start() or resume(): exactly one of finished() and failed(). Destroying it asks the run to stop; the
/// trainer saves.
class TrainingJob : public QObject {
    Q_OBJECT

public:
    enum class State { Starting, Running, Pausing, Paused, Stopping, Ended };

    /// @param queue  outlives the job
    TrainingJob(JobQueue& queue, std::filesystem::path runFolder, QObject* parent);
    ~TrainingJob() override;

    /// Begins the run of `config` in the folder, which createRunFolder made.
    /// @param initialWeights  a weights file or a run folder; empty: from the seed
    void start(const RunConfig& config, std::shared_ptr<const Dataset> data,
               const std::filesystem::path& initialWeights = {});
    /// Goes on with the run in the folder. @param epochs  new total when larger than the run's own (Extend)
    void resume(std::shared_ptr<const Dataset> data, std::optional<std::int64_t> epochs);

    void setPaused(bool paused);
    /// The state turns to Stopping at once; the trainer saves and ends within a step.
    void stop();

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] bool isActive() const { return m_state != State::Ended; }
    /// The trainer wrote into the folder: it holds a run.
    [[nodiscard]] bool hasBegun() const { return m_begun; }
    [[nodiscard]] const std::filesystem::path& runFolder() const { return m_runFolder; }
    [[nodiscard]] const TrainingStatus& status() const { return m_status; }

Q_SIGNALS:
    void stateChanged();
    void began(const elbo::RunInfo& run);
    void statusChanged(const elbo::TrainingStatus& status);
    /// New records in the order in which they came.
    void recordsCame(const elbo::History& records);
    void epochKept(qint64 epoch);
    void messageCame(const QString& sentence);
    void finished(bool stopped);
    void failed(const elbo::Failure& failure);

private:
    class Bridge;
    using Work = std::function<TrainingEnd(TrainingObserver&, TrainingControl&)>;
    void launch(Work work);
    void setState(State state);
    void deliver();
    void end();

    std::filesystem::path m_runFolder;
    std::shared_ptr<Bridge> m_bridge;
    Job* m_job = nullptr;
    QTimer m_timer;
    State m_state = State::Ended;
    bool m_begun = false;
    TrainingStatus m_status;
};

}  // namespace elbo
