// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/job_queue.h"
#include "core/base/progress.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace elbo {

/// A long task as the window sees it: core's JobQueue turned into signals of the GUI thread.
/// After start(): progressed() at most 30 times a second, then exactly one of completed(), cancelled(),
/// failed(). Destroying the object asks the work to stop and silences it: nothing is emitted afterwards.
class Job : public QObject {
    Q_OBJECT

public:
    /// @param queue  outlives the job
    Job(JobQueue& queue, QString title, QObject* parent);
    ~Job() override;

    /// What the status bar calls it: "Loading Synthetic rooms".
    [[nodiscard]] const QString& title() const { return m_title; }
    [[nodiscard]] bool isRunning() const { return m_id.has_value(); }
    [[nodiscard]] bool isCancelRequested() const { return m_cancelRequested; }
    [[nodiscard]] const Progress& progress() const { return m_progress; }

    /// Runs `work` on the queue's thread. Once per object.
    void start(std::function<void(JobContext&)> work);
    /// Asks the work to stop and says so at once by cancelRequested(); the ending follows.
    void cancel();

Q_SIGNALS:
    void progressed(const elbo::Progress& progress);
    void cancelRequested();
    void completed();
    void cancelled();
    void failed(const elbo::Failure& failure);
    /// After whichever ending, for those who only count jobs.
    void ended();

private:
    struct Bridge;
    void wake();
    void deliverProgress();
    void finish(const std::function<void()>& emitEnding);

    JobQueue& m_queue;
    QString m_title;
    std::shared_ptr<Bridge> m_bridge;
    std::optional<JobQueue::JobId> m_id;
    bool m_cancelRequested = false;
    Progress m_progress;
    QTimer m_thinning;
    QElapsedTimer m_sinceDelivery;
};

/// Runs `work(JobContext&)` and hands its value to `done` in the GUI thread. The job deletes itself after its
/// ending and dies with `receiver`; connect to failed() and cancelled() of the returned job before control
/// goes back to the event loop.
template <typename Work, typename Done>
Job* runJob(JobQueue& queue, const QString& title, QObject* receiver, Work work, Done done)
{
    using Result = std::invoke_result_t<Work, JobContext&>;
    auto* job = new Job(queue, title, receiver);
    auto result = std::make_shared<std::optional<Result>>();
    QObject::connect(job, &Job::completed, receiver,
                     [result, done = std::move(done)]() mutable { done(std::move(**result)); });
    QObject::connect(job, &Job::ended, job, &QObject::deleteLater);
    job->start([result, work = std::move(work)](JobContext& context) mutable { *result = work(context); });
    return job;
}

}  // namespace elbo
