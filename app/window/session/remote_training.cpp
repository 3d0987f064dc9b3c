// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/remote_training.h"

#include "app/window/session/job.h"

#include <utility>

namespace elbo {

RemoteTraining::RemoteTraining(JobQueue& queue, std::filesystem::path runFolder, const LiveStatus& status,
                               QObject* parent)
    : QObject(parent), m_queue(queue), m_runFolder(std::move(runFolder)), m_live(status)
{
}

RemoteTraining::State RemoteTraining::state() const
{
    if (m_live.state == LiveState::Stopping || m_asked == RunAction::Stop) {
        return State::Stopping;
    }
    if (m_asked) {
        return m_asked == RunAction::Pause ? State::Pausing : State::Running;
    }
    switch (m_live.state) {
        case LiveState::Pausing:
            return State::Pausing;
        case LiveState::Paused:
            return State::Paused;
        case LiveState::Running:
        case LiveState::Stopping:
            break;
    }
    return State::Running;
}

void RemoteTraining::change(const std::function<void()>& how)
{
    const auto before = state();
    how();
    if (state() != before) {
        Q_EMIT stateChanged();
    }
}

void RemoteTraining::take(const LiveStatus& status, bool requestWaiting)
{
    bool lost = false;
    change([&] {
        m_live = status;
        if (m_asked && !m_id.empty()) {
            const bool answered = status.answered == m_id;
            lost = !answered && !requestWaiting;
            if (answered || lost) {
                m_asked.reset();
            }
        }
    });
    Q_EMIT statusChanged(m_live.training);
    if (lost) {
        Q_EMIT unanswered();
    }
}

void RemoteTraining::setPaused(bool paused)
{
    if (state() != State::Stopping) {
        ask(paused ? RunAction::Pause : RunAction::Resume);
    }
}

void RemoteTraining::stop()
{
    if (state() != State::Stopping) {
        ask(RunAction::Stop);
    }
}

void RemoteTraining::ask(RunAction action)
{
    if (m_asked && m_id.empty() && action != RunAction::Stop) {
        return;  // the one before is still being written
    }
    change([&] {
        m_asked = action;
        m_id.clear();
    });
    // A folder that lies on another machine may let one wait.
    auto* job = runJob(
        m_queue, tr("Asking the run"), this,
        [folder = m_runFolder, action](JobContext&) { return sendRunRequest(folder, action); },
        [this, action](std::string id) {
            if (m_asked == action) {
                m_id = std::move(id);
                Q_EMIT asked();
            }
        });
    connect(job, &Job::failed, this, [this](const Failure& failure) {
        change([&] { m_asked.reset(); });
        Q_EMIT failed(failure);
    });
}

}  // namespace elbo
