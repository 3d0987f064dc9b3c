// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/live_status.h"
#include "core/training/run_request.h"
#include "core/training/trainer.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace elbo {

/// What connects a run that trains to other processes. While it lives, requests that they put into the run
/// folder steer the run beside its own control, and status.json tells them what it does. A thread of its own
/// looks five times a second, so that no step pays for it, however short. Nothing that lies in the folder,
/// and no disk that refuses to be written, ends the run.
class RunSteering : public TrainingObserver {
public:
    /// The folder is locked by the caller. Requests of earlier days are removed.
    /// @param observer  of the run; what the run tells to this object it hears too
    /// @param control  of the run. Its stop token is replaced by one that requests stop too, until this
    /// object goes; its pause flag is the one that requests set
    RunSteering(std::filesystem::path runFolder, TrainingObserver& observer, TrainingControl& control);
    ~RunSteering() override;
    RunSteering(const RunSteering&) = delete;
    RunSteering& operator=(const RunSteering&) = delete;

    /// A request was what stopped the run.
    [[nodiscard]] bool isStoppedByRequest() const { return m_stoppedByRequest; }

    void onBegin(const RunInfo& run) override { m_observer.onBegin(run); }
    void onStatus(const TrainingStatus& status) override;
    void onStep(const StepRecord& record) override { m_observer.onStep(record); }
    void onEpoch(const EpochRecord& record) override { m_observer.onEpoch(record); }
    void onKept(std::int64_t epoch) override { m_observer.onKept(epoch); }
    void onMessage(const std::string& sentence) override { m_observer.onMessage(sentence); }

private:
    using Clock = std::chrono::steady_clock;
    struct ForwardStop {
        RunSteering& steering;
        void operator()() const { steering.m_stop.request_stop(); }
    };
    void look();
    void follow(const RunRequest& request);
    void tell();
    [[nodiscard]] LiveStatus status();

    std::filesystem::path m_runFolder;
    TrainingObserver& m_observer;
    TrainingControl& m_control;
    std::stop_token m_callersStop;
    std::stop_source m_stop;
    std::stop_callback<ForwardStop> m_forward;
    std::atomic<bool> m_stoppedByRequest{false};

    std::mutex m_mutex;  ///< of what follows
    TrainingStatus m_training;
    bool m_ending = false;
    std::condition_variable m_wake;

    // Of the thread alone.
    RunRequestBox m_box;
    std::string m_answered;
    bool m_unanswered = false;  ///< status.json does not name it yet
    std::optional<LiveStatus> m_told;
    Clock::time_point m_toldAt;
    std::string m_problem;

    std::thread m_thread;
};

}  // namespace elbo
