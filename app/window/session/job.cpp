// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/job.h"

#include <QtCore/QMetaObject>
#include <QtCore/QPointer>

#include <mutex>

namespace elbo {

namespace {
constexpr int kDeliveryMs = 34;  ///< at most 30 a second
}

/// Shared by the worker and the job; `job` is cleared under the lock when the job dies, so the worker never
/// posts to a dead object.
struct Job::Bridge {
    std::mutex mutex;
    Job* job = nullptr;
    Progress latest;
    bool wakePending = false;

    /// Calls `function(job)` in the GUI thread, unless the job dies before.
    template <typename Function>
    void post(Function function)
    {
        const std::lock_guard lock(mutex);
        if (job != nullptr) {
            QMetaObject::invokeMethod(
                job, [target = job, function = std::move(function)] { function(*target); },
                Qt::QueuedConnection);
        }
    }

    void report(const Progress& progress)
    {
        const std::lock_guard lock(mutex);
        latest = progress;
        if (job != nullptr && !wakePending) {
            wakePending = true;
            QMetaObject::invokeMethod(job, [target = job] { target->wake(); }, Qt::QueuedConnection);
        }
    }
};

Job::Job(JobQueue& queue, QString title, QObject* parent)
    : QObject(parent), m_queue(queue), m_title(std::move(title)), m_bridge(std::make_shared<Bridge>())
{
    m_bridge->job = this;
    m_thinning.setSingleShot(true);
    connect(&m_thinning, &QTimer::timeout, this, &Job::deliverProgress);
}

Job::~Job()
{
    {
        const std::lock_guard lock(m_bridge->mutex);
        m_bridge->job = nullptr;
    }
    if (m_id) {
        m_queue.cancel(*m_id);
    }
}

void Job::start(std::function<void(JobContext&)> work)
{
    Q_ASSERT(!m_id);
    const auto bridge = m_bridge;
    JobListener listener;
    listener.progressed = [bridge](const Progress& progress) { bridge->report(progress); };
    listener.completed = [bridge] {
        bridge->post([](Job& job) { job.finish([&job] { Q_EMIT job.completed(); }); });
    };
    listener.cancelled = [bridge] {
        bridge->post([](Job& job) { job.finish([&job] { Q_EMIT job.cancelled(); }); });
    };
    listener.failed = [bridge](const Failure& failure) {
        bridge->post([failure](Job& job) { job.finish([&job, &failure] { Q_EMIT job.failed(failure); }); });
    };
    m_id = m_queue.submit(std::move(work), std::move(listener));
}

void Job::cancel()
{
    if (m_id && !m_cancelRequested) {
        m_cancelRequested = true;
        Q_EMIT cancelRequested();
        m_queue.cancel(*m_id);
    }
}

void Job::wake()
{
    const qint64 elapsed = m_sinceDelivery.isValid() ? m_sinceDelivery.elapsed() : kDeliveryMs;
    if (elapsed >= kDeliveryMs) {
        deliverProgress();
    } else if (!m_thinning.isActive()) {
        m_thinning.start(kDeliveryMs - static_cast<int>(elapsed));
    }
}

void Job::deliverProgress()
{
    {
        const std::lock_guard lock(m_bridge->mutex);
        m_bridge->wakePending = false;
        m_progress = m_bridge->latest;
    }
    m_sinceDelivery.start();
    Q_EMIT progressed(m_progress);
}

void Job::finish(const std::function<void()>& emitEnding)
{
    // The last progress is told before the ending, so that a bar is seen full.
    m_thinning.stop();
    bool waiting = false;
    {
        const std::lock_guard lock(m_bridge->mutex);
        waiting = m_bridge->wakePending;
    }
    if (waiting) {
        deliverProgress();
    }
    m_id.reset();
    const QPointer<Job> alive(this);
    emitEnding();
    if (alive) {
        Q_EMIT ended();
    }
}

}  // namespace elbo
