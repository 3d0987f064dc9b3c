// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/training_job.h"

#include "app/window/session/job.h"
#include "app/window/session/text.h"

#include <QtCore/QElapsedTimer>

#include <mutex>

namespace elbo {

namespace {
constexpr int kDeliveryMs = 40;  ///< 25 deliveries a second
constexpr int kStatusMs =
    200;  ///< numbers that change oftener cannot be read, and each change lays the page out
}  // namespace

/// The trainer's observer: gathers on the training thread, is emptied by the GUI thread's timer. Shared, so
/// that it outlives both.
class TrainingJob::Bridge : public TrainingObserver {
public:
    struct News {
        std::optional<RunInfo> begun;
        std::optional<TrainingStatus> status;
        History records;
        std::vector<std::int64_t> kept;
        std::vector<std::string> messages;
    };

    TrainingControl control;
    TrainingEnd ending = TrainingEnd::Stopped;
    QElapsedTimer sinceStatus;  ///< of the GUI thread

    void onBegin(const RunInfo& run) override
    {
        const std::lock_guard lock(m_mutex);
        m_news.begun = run;
    }
    void onStatus(const TrainingStatus& status) override
    {
        const std::lock_guard lock(m_mutex);
        m_news.status = status;
    }
    void onStep(const StepRecord& record) override
    {
        const std::lock_guard lock(m_mutex);
        m_news.records.steps.push_back(record);
    }
    void onEpoch(const EpochRecord& record) override
    {
        const std::lock_guard lock(m_mutex);
        m_news.records.epochs.push_back(record);
    }
    void onKept(std::int64_t epoch) override
    {
        const std::lock_guard lock(m_mutex);
        m_news.kept.push_back(epoch);
    }
    void onMessage(const std::string& sentence) override
    {
        const std::lock_guard lock(m_mutex);
        m_news.messages.push_back(sentence);
    }
    [[nodiscard]] News take()
    {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_news, {});
    }

private:
    std::mutex m_mutex;
    News m_news;
};

TrainingJob::TrainingJob(JobQueue& queue, std::filesystem::path runFolder, QObject* parent)
    : QObject(parent), m_runFolder(std::move(runFolder)), m_bridge(std::make_shared<Bridge>())
{
    m_job = new Job(queue, tr("Training %1").arg(fileTitle(m_runFolder)), this);
    connect(m_job, &Job::completed, this, [this] {
        end();
        Q_EMIT finished(m_bridge->ending == TrainingEnd::Stopped);
    });
    connect(m_job, &Job::cancelled, this, [this] {
        end();
        Q_EMIT finished(true);
    });
    connect(m_job, &Job::failed, this, [this](const Failure& failure) {
        end();
        Q_EMIT failed(failure);
    });
    m_timer.setInterval(kDeliveryMs);
    connect(&m_timer, &QTimer::timeout, this, &TrainingJob::deliver);
}

TrainingJob::~TrainingJob()
{
    m_bridge->control.pause = false;
}

void TrainingJob::start(const RunConfig& config, std::shared_ptr<const Dataset> data,
                        const std::filesystem::path& initialWeights)
{
    TrainingOptions options;
    options.initialWeights = initialWeights;
    launch([config, data = std::move(data), folder = m_runFolder, options](TrainingObserver& observer,
                                                                           TrainingControl& control) {
        return trainRun(config, data, folder, observer, control, options);
    });
}

void TrainingJob::resume(std::shared_ptr<const Dataset> data, std::optional<std::int64_t> epochs)
{
    launch([epochs, data = std::move(data), folder = m_runFolder](TrainingObserver& observer,
                                                                  TrainingControl& control) {
        return resumeRun(folder, data, epochs, observer, control);
    });
}

void TrainingJob::launch(Work work)
{
    setState(State::Starting);
    m_timer.start();
    m_job->start([bridge = m_bridge, work = std::move(work)](JobContext& context) {
        bridge->control.stop = context.stop;
        bridge->ending = work(*bridge, bridge->control);
    });
}

void TrainingJob::setPaused(bool paused)
{
    if (!isActive() || m_state == State::Stopping) {
        return;
    }
    m_bridge->control.pause = paused;
    setState(paused ? State::Pausing : State::Running);
}

void TrainingJob::stop()
{
    if (!isActive() || m_state == State::Stopping) {
        return;
    }
    setState(State::Stopping);
    m_job->cancel();
    m_bridge->control.pause = false;
}

void TrainingJob::setState(State state)
{
    if (m_state != state) {
        m_state = state;
        Q_EMIT stateChanged();
    }
}

void TrainingJob::deliver()
{
    const auto news = m_bridge->take();
    if (news.begun) {
        m_begun = true;
        if (m_state == State::Starting) {
            setState(State::Running);
        }
        Q_EMIT began(*news.begun);
    }
    if (!news.records.steps.empty() || !news.records.epochs.empty()) {
        Q_EMIT recordsCame(news.records);
    }
    for (const auto epoch : news.kept) {
        Q_EMIT epochKept(epoch);
    }
    for (const auto& message : news.messages) {
        Q_EMIT messageCame(toQt(message));
    }
    // Another process may have asked, through the run folder.
    if (m_state == State::Running && m_bridge->control.pause) {
        setState(State::Pausing);
    } else if ((m_state == State::Pausing || m_state == State::Paused) && !m_bridge->control.pause) {
        setState(State::Running);
    }
    if (news.status) {
        const bool turned = news.status->paused != m_status.paused || news.status->what != m_status.what ||
                            news.status->epoch != m_status.epoch;
        m_status = *news.status;
        if (m_state == State::Pausing && m_status.paused) {
            setState(State::Paused);
        }
        if (turned || !m_bridge->sinceStatus.isValid() || m_bridge->sinceStatus.elapsed() >= kStatusMs) {
            m_bridge->sinceStatus.start();
            Q_EMIT statusChanged(m_status);
        }
    }
}

void TrainingJob::end()
{
    m_timer.stop();
    deliver();
    setState(State::Ended);
}

}  // namespace elbo
