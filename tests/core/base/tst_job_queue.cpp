// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/job_queue.h"

#include <QtTest/QtTest>

#include <atomic>
#include <future>
#include <mutex>

using namespace elbo;

namespace {

/// Counts the endings of jobs, from any thread.
struct Endings {
    std::atomic<int> completed{0};
    std::atomic<int> cancelled{0};
    std::atomic<int> failed{0};
    std::mutex mutex;
    Failure failure;

    JobListener listener()
    {
        return {{},
                [this] { ++completed; },
                [this] { ++cancelled; },
                [this](const Failure& what) {
                    const std::scoped_lock lock(mutex);
                    failure = what;
                    ++failed;
                }};
    }
    [[nodiscard]] int all() const { return completed + cancelled + failed; }
};

void waitForStop(JobContext& context)
{
    while (!context.stop.stop_requested())
        std::this_thread::yield();
    throwIfStopped(context.stop);
}

}  // namespace

class JobQueueTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyJobEndsOnce()
    {
        Endings endings;
        JobQueue queue;
        queue.submit([](JobContext&) {}, endings.listener());
        queue.submit([](JobContext&) { throw Error(ErrorCode::BadFile, "It is torn."); }, endings.listener());
        queue.submit([](JobContext&) { throw Cancelled(); }, endings.listener());
        queue.waitUntilIdle();
        QCOMPARE(endings.completed.load(), 1);
        QCOMPARE(endings.failed.load(), 1);
        QCOMPARE(endings.cancelled.load(), 1);
        QCOMPARE(endings.failure.sentence, std::string("It is torn."));
    }

    void cancelStopsTheRunningAndTheWaiting()
    {
        Endings endings;
        JobQueue queue;
        std::promise<void> started;
        const auto running = queue.submit(
            [&started](JobContext& context) {
                started.set_value();
                waitForStop(context);
            },
            endings.listener());
        bool ran = false;
        const auto waiting = queue.submit([&ran](JobContext&) { ran = true; }, endings.listener());
        started.get_future().wait();
        queue.cancel(waiting);
        QCOMPARE(endings.cancelled.load(), 1);
        queue.cancel(running);
        queue.waitUntilIdle();
        QCOMPARE(endings.cancelled.load(), 2);
        QVERIFY(!ran);
        queue.cancel(running);
        QCOMPARE(endings.all(), 2);
    }

    void theDestructorStopsAndWaits()
    {
        Endings endings;
        {
            JobQueue queue;
            std::promise<void> started;
            queue.submit(
                [&started](JobContext& context) {
                    started.set_value();
                    waitForStop(context);
                },
                endings.listener());
            queue.submit([](JobContext&) {}, endings.listener());
            started.get_future().wait();
        }
        QCOMPARE(endings.cancelled.load(), 2);
    }

    void newestGoesFirstWhenAsked()
    {
        std::vector<int> order;
        JobQueue queue({.threadName = "test", .newestFirst = true});
        std::promise<void> started;
        std::promise<void> go;
        queue.submit(
            [&](JobContext&) {
                started.set_value();
                go.get_future().wait();
            },
            {});
        started.get_future().wait();
        for (int i = 0; i < 3; ++i)
            queue.submit([&order, i](JobContext&) { order.push_back(i); }, {});
        go.set_value();
        queue.waitUntilIdle();
        QCOMPARE(order, (std::vector<int>{2, 1, 0}));
    }

    void progressReachesTheListener()
    {
        Progress last;
        JobQueue queue;
        queue.submit([](JobContext& context) { context.progress({"Reading", 3, 9}); },
                     {[&last](const Progress& progress) { last = progress; }, {}, {}, {}});
        queue.waitUntilIdle();
        QCOMPARE(last, (Progress{"Reading", 3, 9}));
    }
};

QTEST_GUILESS_MAIN(JobQueueTest)
#include "tst_job_queue.moc"
