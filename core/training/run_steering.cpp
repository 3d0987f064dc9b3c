// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run_steering.h"

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/training/run_paths.h"

#include <system_error>
#include <utility>

#include <pthread.h>

namespace elbo {

namespace {
constexpr auto kLookEvery = std::chrono::milliseconds(200);
constexpr auto kTellEvery = std::chrono::seconds(1);
}  // namespace

RunSteering::RunSteering(std::filesystem::path runFolder, TrainingObserver& observer,
                         TrainingControl& control)
    : m_runFolder(std::move(runFolder)),
      m_observer(observer),
      m_control(control),
      m_callersStop(control.stop),
      m_forward(m_callersStop, ForwardStop{*this}),
      m_box(m_runFolder)
{
    m_training.what = "starting";
    m_box.clear();
    m_control.stop = m_stop.get_token();
    m_thread = std::thread([this] {
        ::pthread_setname_np(::pthread_self(), "elbo-requests");
        std::unique_lock lock(m_mutex);
        while (!m_ending) {
            lock.unlock();
            look();
            lock.lock();
            m_wake.wait_for(lock, kLookEvery, [this] { return m_ending; });
        }
    });
}

RunSteering::~RunSteering()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ending = true;
    }
    m_wake.notify_all();
    m_thread.join();
    m_control.stop = m_callersStop;
    m_box.clear();
    std::error_code ignored;  // one that stays is not believed once the lock is gone
    std::filesystem::remove(RunPaths{m_runFolder}.status(), ignored);
}

void RunSteering::onStatus(const TrainingStatus& status)
{
    {
        const std::lock_guard lock(m_mutex);
        m_training = status;
    }
    m_observer.onStatus(status);
}

void RunSteering::look()
{
    try {
        if (const auto request = m_box.take()) {
            follow(*request);
            m_unanswered = true;
        }
        tell();
        if (std::exchange(m_unanswered, false))
            m_box.answered();
    } catch (...) {
        const auto failure = currentFailure();
        if (std::exchange(m_problem, failure.sentence) != failure.sentence)
            log(LogLevel::Warning, failure.sentence);
    }
}

void RunSteering::follow(const RunRequest& request)
{
    log(LogLevel::Info,
        "Asked through the run folder: " + std::string(toString(request.action)) + " (" + request.id + ").");
    m_answered = request.id;
    switch (request.action) {
        case RunAction::Pause:
            m_control.pause = true;
            break;
        case RunAction::Resume:
            m_control.pause = false;
            break;
        case RunAction::Stop:
            if (m_stop.request_stop())
                m_stoppedByRequest = true;
            break;
    }
}

LiveStatus RunSteering::status()
{
    LiveStatus status;
    {
        const std::lock_guard lock(m_mutex);
        status.training = m_training;
    }
    status.answered = m_answered;
    status.state = m_stop.stop_requested()  ? LiveState::Stopping
                   : !m_control.pause       ? LiveState::Running
                   : status.training.paused ? LiveState::Paused
                                            : LiveState::Pausing;
    return status;
}

void RunSteering::tell()
{
    auto now = status();
    const auto turned = !m_told.has_value() || m_told->state != now.state || m_told->answered != now.answered;
    const auto moved =
        turned || m_told->training.step != now.training.step || m_told->training.what != now.training.what;
    if (!turned && (!moved || Clock::now() - m_toldAt < kTellEvery))
        return;
    m_toldAt = Clock::now();
    writeLiveStatus(m_runFolder, now);
    m_told = std::move(now);
}

}  // namespace elbo
