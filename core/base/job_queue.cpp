// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/job_queue.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace elbo {

namespace {

struct Job {
    JobQueue::JobId id = 0;
    std::function<void(JobContext&)> work;
    JobListener listener;
    std::stop_source stop;
};

void end(const std::function<void()>& ending)
{
    if (ending)
        ending();
}

void runJob(Job& job)
{
    JobContext context{job.stop.get_token(), [&job](const Progress& progress) {
                           if (job.listener.progressed)
                               job.listener.progressed(progress);
                       }};
    std::function<void()> ending;
    try {
        throwIfStopped(context.stop);
        job.work(context);
        ending = job.listener.completed;
    } catch (const Cancelled&) {
        ending = job.listener.cancelled;
    } catch (...) {
        if (job.listener.failed)
            ending = [failed = job.listener.failed, failure = currentFailure()] { failed(failure); };
    }
    end(ending);
}

}  // namespace

struct JobQueue::State {
    Options options;
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<Job> waiting;
    Job* running = nullptr;
    JobId nextId = 1;
    bool closing = false;
    std::thread thread;

    void prepareThread() const
    {
        pthread_setname_np(pthread_self(), options.threadName.substr(0, 15).c_str());
        if (options.lowPriority)
            setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), 10);
        // A new thread takes the count that any thread set last: every compute thread sets its own before its
        // first operation.
        const auto cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
        at::set_num_threads(options.computeThreads > 0 ? options.computeThreads : cores);
    }

    void run()
    {
        prepareThread();
        std::unique_lock lock(mutex);
        while (true) {
            changed.wait(lock, [this] { return closing || !waiting.empty(); });
            if (waiting.empty())
                return;
            Job job = std::move(options.newestFirst ? waiting.back() : waiting.front());
            options.newestFirst ? waiting.pop_back() : waiting.pop_front();
            running = &job;
            lock.unlock();
            runJob(job);
            lock.lock();
            running = nullptr;
            changed.notify_all();
        }
    }

    /// Takes a waiting job out, or asks the running one to stop. @return the job taken out, to be ended by
    /// the caller
    [[nodiscard]] std::deque<Job> take(const std::function<bool(const Job&)>& matches)
    {
        const std::scoped_lock lock(mutex);
        if (running != nullptr && matches(*running))
            running->stop.request_stop();
        std::deque<Job> taken;
        std::deque<Job> kept;
        for (auto& job : waiting)
            (matches(job) ? taken : kept).push_back(std::move(job));
        waiting = std::move(kept);
        changed.notify_all();
        return taken;
    }
};

JobQueue::JobQueue() : JobQueue(Options{}) {}

JobQueue::JobQueue(Options options) : m_state(std::make_unique<State>())
{
    m_state->options = std::move(options);
    m_state->thread = std::thread([state = m_state.get()] { state->run(); });
}

JobQueue::~JobQueue()
{
    {
        const std::scoped_lock lock(m_state->mutex);
        m_state->closing = true;
    }
    cancelAll();
    m_state->thread.join();
}

JobQueue::JobId JobQueue::submit(std::function<void(JobContext&)> work, JobListener listener)
{
    const std::scoped_lock lock(m_state->mutex);
    const auto id = m_state->nextId++;
    m_state->waiting.push_back({id, std::move(work), std::move(listener), {}});
    m_state->changed.notify_all();
    return id;
}

void JobQueue::cancel(JobId id)
{
    for (const auto& job : m_state->take([id](const Job& job) { return job.id == id; }))
        end(job.listener.cancelled);
}

void JobQueue::cancelAll()
{
    for (const auto& job : m_state->take([](const Job&) { return true; }))
        end(job.listener.cancelled);
}

void JobQueue::waitUntilIdle()
{
    std::unique_lock lock(m_state->mutex);
    m_state->changed.wait(lock, [this] { return m_state->waiting.empty() && m_state->running == nullptr; });
}

}  // namespace elbo
