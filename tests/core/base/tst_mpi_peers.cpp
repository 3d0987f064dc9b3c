// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/mpi_peers.h"

#include <QtTest/QtTest>

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

using namespace elbo;

class MpiPeersTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void thisProcessIsThere()
    {
        const auto self = thisPeer();
        QCOMPARE(self.process, static_cast<std::int64_t>(::getpid()));
        QVERIFY(!isGone(self.process));
        QCOMPARE(thisPeer().machine, self.machine);
        QCOMPARE(thisPeer().cores, self.cores);
    }

    // The launcher may be slow to ask for the status of a process that was killed.
    void aDeadProcessIsGoneBeforeAndAfterItIsWaitedFor()
    {
        const auto child = ::fork();
        QVERIFY(child >= 0);
        if (child == 0) {
            ::pause();
            ::_exit(0);
        }
        QVERIFY(!isGone(child));
        QCOMPARE(::kill(child, SIGKILL), 0);
        QTRY_VERIFY(isGone(child));
        QCOMPARE(::waitpid(child, nullptr, 0), child);
        QVERIFY(isGone(child));
    }
};

QTEST_GUILESS_MAIN(MpiPeersTest)
#include "tst_mpi_peers.moc"
