// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/report/report_command.h"

#include "app/window/report/report.h"
#include "app/window/session/text.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/training/run_folder.h"

#include <csignal>
#include <cstdio>
#include <thread>

#include <pthread.h>
#include <unistd.h>

namespace elbo {

namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kStopped = 130;

/// Ctrl-C and SIGTERM ask the work to stop, a second one ends the program. From now on: before any thread
/// starts.
std::stop_source& interrupts()
{
    static std::stop_source source;  // outlives the thread that waits
    static const bool waiting = [] {
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGINT);
        sigaddset(&signals, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals, nullptr);
        std::thread([signals] {
            int number = 0;
            sigwait(&signals, &number);
            source.request_stop();
            sigwait(&signals, &number);
            _exit(kStopped);
        }).detach();
        return true;
    }();
    (void)waiting;
    return source;
}

}  // namespace

int runReportCommand(const QStringList& runs, const QString& out)
{
    const auto stop = interrupts().get_token();
    const bool terminal = isatty(STDERR_FILENO) == 1;
    std::string told;
    const JobContext context{.stop = stop, .progress = [terminal, &told](const Progress& progress) {
                                 if (terminal && progress.what != told) {
                                     told = progress.what;
                                     std::fprintf(stderr, "%s\n", told.c_str());
                                 }
                             }};
    try {
        std::vector<std::filesystem::path> folders;
        for (const auto& run : runs) {
            folders.push_back(readRunInfo(toPath(run)).folder);  // before anything is made for it
        }
        prepareReportFolder(toPath(out));
        const auto result = writeReport(gatherReport(folders, {}, context), toPath(out), stop);
        for (const auto& file : result.files) {
            std::printf("%s\n", file.c_str());
        }
        for (const auto& sentence : result.missing) {
            std::fprintf(stderr, "elbo: %s\n", sentence.c_str());
        }
        return kDone;
    } catch (const Cancelled&) {
        std::fputs("Stopped.\n", stderr);
        return kStopped;
    } catch (...) {
        const auto failure = currentFailure();
        if (!failure.detail.empty()) {
            log(needsDetail(failure) ? LogLevel::Error : LogLevel::Debug, failure.detail);
        }
        std::fprintf(stderr, "elbo: %s\n", failure.sentence.c_str());
        return kFailed;
    }
}

}  // namespace elbo
