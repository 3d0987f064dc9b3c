// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/helper_process.h"

#include <QtTest/QtTest>

#include <csignal>
#include <memory>
#include <thread>

using namespace elbo;

namespace {

HelperResult shell(const std::string& script, std::vector<std::string>& lines)
{
    return runHelper("/bin/sh", {"-c", script}, [&lines](const std::string& line) { lines.push_back(line); },
                     {});
}

}  // namespace

class HelperProcessTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void handsOverEveryLineAndTheStatus()
    {
        std::vector<std::string> lines;
        const auto result = shell("echo one; echo two; printf three; echo oops >&2; exit 3", lines);
        QCOMPARE(lines, (std::vector<std::string>{"one", "two", "three"}));
        QCOMPARE(result.exitStatus, 3);
        QCOMPARE(result.signal, 0);
        QCOMPARE(result.errorTail, std::string("oops\n"));
    }

    void aCrashIsItsSignal()
    {
        std::vector<std::string> lines;
        QCOMPARE(shell("kill -SEGV $$", lines).signal, SIGSEGV);
    }

    void theErrorTailIsBounded()
    {
        std::vector<std::string> lines;
        const auto result = shell(
            "i=0; while [ $i -lt 3000 ]; do echo 0123456789 >&2; i=$((i+1)); done; echo end >&2", lines);
        QVERIFY(result.errorTail.size() <= 16 << 10);
        QVERIFY(QByteArray::fromStdString(result.errorTail).endsWith("end\n"));
    }

    // The child ignores SIGTERM, so that only SIGKILL ends it.
    void aRequestedStopEndsEvenAStubbornChild()
    {
        const auto stop = std::make_unique<std::stop_source>();
        const auto run = [&] {
            (void)runHelper(
                "/bin/sh", {"-c", "trap '' TERM; echo ready; while :; do :; done"},
                [&](const std::string&) { stop->request_stop(); }, stop->get_token());
        };
        QVERIFY_EXCEPTION_THROWN(run(), Cancelled);
    }

    // Ctrl-C at a terminal reaches the child too, which may be gone before its streams were looked at again.
    void aStopAsTheChildEndsIsNoFailure()
    {
        std::stop_source stop;
        const auto run = [&] {
            // Without a line feed: handed over once both streams are closed.
            (void)runHelper(
                "/bin/sh", {"-c", "printf last; exit 130"}, [&](const std::string&) { stop.request_stop(); },
                stop.get_token());
        };
        QVERIFY_EXCEPTION_THROWN(run(), Cancelled);
    }

    void aMissingProgramIsOneSentence()
    {
        std::vector<std::string> lines;
        try {
            (void)runHelper("/does/not/exist", {}, [](const std::string&) {}, {});
            QFAIL("it was started");
        } catch (const Error& error) {
            QVERIFY(error.code() == ErrorCode::HelperFailed);
        }
    }
};

QTEST_GUILESS_MAIN(HelperProcessTest)
#include "tst_helper_process.moc"
