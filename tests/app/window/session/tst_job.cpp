// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/job.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <atomic>
#include <memory>
#include <thread>

using elbo::Job;
using elbo::JobContext;
using elbo::JobQueue;

class JobTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void completesOnceWithTheLastProgressBefore()
    {
        JobQueue queue;
        Job job(queue, QStringLiteral("counting"), nullptr);
        QSignalSpy completed(&job, &Job::completed);
        QSignalSpy ended(&job, &Job::ended);
        std::int64_t lastBeforeEnd = -1;
        connect(&job, &Job::completed, &job, [&] { lastBeforeEnd = job.progress().done; });
        job.start([](JobContext& context) {
            for (int i = 1; i <= 10000; ++i) {
                context.progress({"Counting", i, 10000});
            }
        });
        QVERIFY(job.isRunning());
        QTRY_COMPARE(completed.size(), 1);
        QCOMPARE(ended.size(), 1);
        QCOMPARE(lastBeforeEnd, 10000);
        QVERIFY(!job.isRunning());
    }

    void progressIsThinned()
    {
        JobQueue queue;
        Job job(queue, QStringLiteral("counting"), nullptr);
        QSignalSpy progressed(&job, &Job::progressed);
        QSignalSpy completed(&job, &Job::completed);
        QElapsedTimer time;
        time.start();
        job.start([](JobContext& context) {
            for (int i = 1; i <= 200000; ++i) {
                context.progress({"Counting", i, 200000});
            }
        });
        QTRY_COMPARE(completed.size(), 1);
        // At most one each 34 ms, the first and the last on top.
        QVERIFY(progressed.size() <= time.elapsed() / 34 + 2);
    }

    void aFailureArrivesAsAValue()
    {
        JobQueue queue;
        Job job(queue, QStringLiteral("failing"), nullptr);
        QSignalSpy completed(&job, &Job::completed);
        elbo::Failure failure;
        connect(&job, &Job::failed, this, [&](const elbo::Failure& came) { failure = came; });
        QSignalSpy ended(&job, &Job::ended);
        job.start(
            [](JobContext&) { throw elbo::Error(elbo::ErrorCode::BadFile, "It is torn.", "at byte 7"); });
        QTRY_COMPARE(ended.size(), 1);
        QVERIFY(failure == (elbo::Failure{elbo::ErrorCode::BadFile, "It is torn.", "at byte 7"}));
        QCOMPARE(completed.size(), 0);
    }

    void cancelIsShownAtOnceAndEndsTheJob()
    {
        JobQueue queue;
        Job job(queue, QStringLiteral("endless"), nullptr);
        QSignalSpy requested(&job, &Job::cancelRequested);
        QSignalSpy cancelled(&job, &Job::cancelled);
        job.start([](JobContext& context) {
            while (true) {
                elbo::throwIfStopped(context.stop);
                std::this_thread::yield();
            }
        });
        job.cancel();
        job.cancel();
        QCOMPARE(requested.size(), 1);
        QVERIFY(job.isCancelRequested());
        QTRY_COMPARE(cancelled.size(), 1);
    }

    void destroyingARunningJobStopsIt()
    {
        JobQueue queue;
        const auto begun = std::make_shared<std::atomic<bool>>(false);
        const auto stopped = std::make_shared<std::atomic<bool>>(false);
        auto job = std::make_unique<Job>(queue, QStringLiteral("endless"), nullptr);
        int endings = 0;
        connect(job.get(), &Job::ended, this, [&] { ++endings; });
        job->start([begun, stopped](JobContext& context) {
            *begun = true;
            while (!context.stop.stop_requested()) {
                std::this_thread::yield();
            }
            *stopped = true;
        });
        QTRY_VERIFY(begun->load());
        job.reset();
        queue.waitUntilIdle();
        QCoreApplication::processEvents();
        QVERIFY(stopped->load());
        QCOMPARE(endings, 0);
    }

    void aResultDiesWithItsReceiver()
    {
        JobQueue queue;
        auto receiver = std::make_unique<QObject>();
        bool told = false;
        elbo::runJob(
            queue, QStringLiteral("answering"), receiver.get(), [](JobContext&) { return 42; },
            [&told](int) { told = true; });
        receiver.reset();
        queue.waitUntilIdle();
        QCoreApplication::processEvents();
        QVERIFY(!told);
    }

    void aResultArrives()
    {
        JobQueue queue;
        int answer = 0;
        elbo::runJob(
            queue, QStringLiteral("answering"), this, [](JobContext&) { return 42; },
            [&](int value) { answer = value; });
        QTRY_COMPARE(answer, 42);
    }
};

QTEST_GUILESS_MAIN(JobTest)
#include "tst_job.moc"
