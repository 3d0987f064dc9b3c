// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/memory.h"

#include <QtTest/QtTest>

#include <ATen/Functions.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

using namespace elbo;

class MemoryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void someMemoryIsFree() { QVERIFY(availableMemoryBytes() > 0); }

    void freedMemoryIsKept()
    {
#ifdef __GLIBC__
        // Before, a block of this size is a mapping of its own, which freeing gives back.
        constexpr std::int64_t kValues = 4 << 20;
        const auto mapped = ::mallinfo2().hblkhd;
        keepFreedMemory();
        {
            const auto block = at::ones({kValues}, at::kFloat);
            QCOMPARE(::mallinfo2().hblkhd, mapped);
        }
        QVERIFY(::mallinfo2().fordblks >= sizeof(float) * kValues);
#else
        QSKIP("another C library than glibc");
#endif
    }

    void tensorsAreCountedWhileTheyLive()
    {
        constexpr std::int64_t kBytes = 4 << 20;
        TensorMemoryWatch watch(c10::Device(c10::kCPU));
        {
            const auto one = at::zeros({kBytes / 4}, at::kFloat);
            QCOMPARE(watch.bytes(), kBytes);
            const auto other = at::zeros({kBytes / 4}, at::kFloat);
            QCOMPARE(watch.peakBytes(), 2 * kBytes);
        }
        QCOMPARE(watch.bytes(), std::int64_t{0});
        QCOMPARE(watch.peakBytes(), 2 * kBytes);
        watch.resetPeak();
        QCOMPARE(watch.peakBytes(), std::int64_t{0});
    }

    void growthIsSeenAfterAHigherPeakBefore()
    {
        constexpr std::int64_t kBytes = 64 << 20;
        static_cast<void>(at::zeros({2 * kBytes}, at::kByte));
        const ResidentGrowth growth;
        if (growth.bytes() > kBytes / 2)
            QSKIP("the system does not let the highest mark be set back");
        const auto held = at::ones({kBytes}, at::kByte);
        QVERIFY(growth.bytes() >= kBytes / 2);
        QVERIFY(growth.bytes() < 2 * kBytes);
    }
};

QTEST_GUILESS_MAIN(MemoryTest)
#include "tst_memory.moc"
