// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/progress.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace elbo {

/// What a running job is given: report progress, look whether to stop.
struct JobContext {
    std::stop_token stop;
    ProgressFunction progress;  ///< never empty
};

/// Who hears of a job. All are called on the worker thread (a job cancelled before it began: on the thread
/// that cancels). Exactly one of completed, cancelled, failed is called, once; any may be empty.
struct JobListener {
    std::function<void(const Progress&)> progressed;
    std::function<void()> completed;
    std::function<void()> cancelled;
    std::function<void(const Failure&)> failed;
};

/// One worker thread with a queue of jobs: the one way to wait for anything long.
/// The destructor cancels what waits, asks what runs to stop, and joins.
class JobQueue {
public:
    using JobId = std::uint64_t;
    struct Options {
        std::string threadName = "elbo-job";  ///< at most 15 characters are shown by the system
        bool lowPriority = false;             ///< nice 10, so that the window stays fluid while a run trains
        int computeThreads = 0;               ///< LibTorch threads this worker sets for itself; 0 = all cores
        bool newestFirst = false;             ///< for explore requests: the newest waiting job goes first
    };

    JobQueue();  ///< with default options
    explicit JobQueue(Options options);
    ~JobQueue();
    JobQueue(const JobQueue&) = delete;
    JobQueue& operator=(const JobQueue&) = delete;

    JobId submit(std::function<void(JobContext&)> work, JobListener listener);
    /// Asks a job to stop; a waiting one ends as cancelled at once. Unknown or ended ids are ignored.
    void cancel(JobId id);
    void cancelAll();
    /// Blocks until nothing waits or runs (for tests and programs without a window).
    void waitUntilIdle();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace elbo
