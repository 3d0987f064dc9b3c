// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/detached_process.h"
#include "core/base/error.h"
#include "core/base/progress.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <csignal>
#include <fstream>
#include <functional>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace elbo;

namespace {

/// This program as the one that was started. @return its exit status
int startedProgram(const std::string& how)
{
    Starter starter;
    std::puts("a word on standard output");
    std::fflush(stdout);
    if (how == "crash")
        std::raise(SIGKILL);
    if (how == "silent")
        return 3;
    if (how == "wait") {
        for (;;)
            ::pause();
    }
    if (how == "fail") {
        starter.failed({ErrorCode::Busy, "Somebody else is at it: wait.", "a detail"});
        return 1;
    }
    starter.begun();
    starter.failed({ErrorCode::Internal, "nobody hears the second word", {}});
    // Lives as long as the test lets it, and tells how it lives.
    std::ofstream(how) << ::getsid(0) << ' ' << ::getpid() << ' ' << (::fcntl(20, F_GETFD) < 0) << std::flush;
    for (;;)
        ::pause();
}

std::string textOf(const std::filesystem::path& file)
{
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

class DetachedProcessTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] std::filesystem::path file(const char* name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    [[nodiscard]] int start(const std::string& how, const std::stop_token& stop = {}) const
    {
        return startDetached("/proc/self/exe", {"--started", how}, file("log"), stop);
    }
    [[nodiscard]] Failure failureOf(const std::string& how) const
    {
        try {
            static_cast<void>(start(how));
        } catch (...) {
            return currentFailure();
        }
        return {};
    }

private Q_SLOTS:
    void itLivesInASessionOfItsOwn()
    {
        // A descriptor that this program forgot to close for others.
        const int forgotten = ::dup2(STDERR_FILENO, 20);
        QCOMPARE(forgotten, 20);
        const auto told = file("told");
        const int process = start(told.string());
        ::close(forgotten);
        QVERIFY(process > 0);
        const auto expected = std::to_string(process) + ' ' + std::to_string(process) + " 1";
        QTRY_COMPARE(textOf(told), expected);
        QVERIFY(textOf(file("log")).find("a word on standard output") != std::string::npos);
        QCOMPARE(::kill(process, SIGKILL), 0);
        QCOMPARE(::waitpid(process, nullptr, 0), process);
    }

    void itsFailureIsThrown()
    {
        const auto failure = failureOf("fail");
        QVERIFY(failure.code == ErrorCode::Busy);
        QCOMPARE(failure.sentence, std::string("Somebody else is at it: wait."));
        QCOMPARE(failure.detail, std::string("a detail"));
    }

    void oneThatEndsWithoutAWord_data()
    {
        QTest::addColumn<QByteArray>("how");
        QTest::addColumn<QByteArray>("detail");
        QTest::newRow("by itself") << QByteArray("silent") << QByteArray("exit status 3");
        QTest::newRow("by a signal") << QByteArray("crash") << QByteArray("signal 9");
    }
    void oneThatEndsWithoutAWord()
    {
        QFETCH(QByteArray, how);
        QFETCH(QByteArray, detail);
        const auto failure = failureOf(how.toStdString());
        QVERIFY(failure.code == ErrorCode::HelperFailed);
        QVERIFY(failure.sentence.find(file("log").string()) != std::string::npos);
        QCOMPARE(failure.detail, detail.toStdString());
    }

    void oneThatIsNotThere()
    {
        try {
            static_cast<void>(startDetached(file("nothing"), {}, file("log"), {}));
            QFAIL("it was started");
        } catch (const Error& error) {
            QVERIFY(error.code() == ErrorCode::HelperFailed);
        }
    }

    void aLogThatCannotBeWritten()
    {
        try {
            static_cast<void>(
                startDetached("/proc/self/exe", {"--started", "silent"}, file("no-folder") / "log", {}));
            QFAIL("it was started");
        } catch (const Error& error) {
            QVERIFY(error.code() == ErrorCode::HelperFailed);
        }
    }

    void aStopEndsTheWaitAndTheProgram()
    {
        std::stop_source stop;
        stop.request_stop();
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(start("wait", stop.get_token())), Cancelled);
        // Nothing that this program started is left, not even its number.
        QCOMPARE(::waitpid(-1, nullptr, WNOHANG), -1);
    }

    void nobodyHearsOneThatWasStartedOtherwise()
    {
        Starter starter;
        QVERIFY(!starter.hasBegun());
        starter.begun();
        QVERIFY(starter.hasBegun());
    }
};

int main(int argc, char** argv)
{
    if (argc == 3 && std::string_view(argv[1]) == "--started")
        return startedProgram(argv[2]);
    QCoreApplication application(argc, argv);
    DetachedProcessTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_detached_process.moc"
