// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/training_job.h"
#include "core/training/live_status.h"
#include "core/training/run_request.h"

#include <QtCore/QObject>

#include <filesystem>
#include <optional>
#include <string>

namespace elbo {

/// A run that another process trains, as TrainingJob is one of this window: steered by requests in the run
/// folder, heard through what a RunFollower reads there.
class RemoteTraining : public QObject {
    Q_OBJECT

public:
    using State = TrainingJob::State;

    /// @param queue  the one that reads the folder; outlives this
    RemoteTraining(JobQueue& queue, std::filesystem::path runFolder, const LiveStatus& status,
                   QObject* parent);

    /// What was read just now. @param requestWaiting  as isRunRequestWaiting() was before
    void take(const LiveStatus& status, bool requestWaiting);

    /// The state turns to Pausing or Stopping at once; the process answers within a fraction of a second.
    void setPaused(bool paused);
    void stop();

    /// Never Starting or Ended.
    [[nodiscard]] State state() const;
    /// A request is under way: its answer should be looked for soon.
    [[nodiscard]] bool isAsking() const { return m_asked.has_value(); }
    [[nodiscard]] const std::filesystem::path& runFolder() const { return m_runFolder; }
    [[nodiscard]] const TrainingStatus& status() const { return m_live.training; }

Q_SIGNALS:
    void stateChanged();
    void statusChanged(const elbo::TrainingStatus& status);
    /// A request lies in the folder now.
    void asked();
    /// The request was taken away by another hand than the process that trains.
    void unanswered();
    void failed(const elbo::Failure& failure);

private:
    void ask(RunAction action);
    void change(const std::function<void()>& how);

    JobQueue& m_queue;
    std::filesystem::path m_runFolder;
    LiveStatus m_live;
    std::optional<RunAction> m_asked;  ///< not answered yet
    std::string m_id;                  ///< of that request; empty until it is written
};

}  // namespace elbo
