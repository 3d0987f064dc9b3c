// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/session.h"

#include "app/cli/launch.h"
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/data/load.h"
#ifdef ELBO_WITH_IO
#include "core/io/readers.h"
#endif
#ifdef ELBO_WITH_MPI
#include "core/base/mpi_group.h"
#endif

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <thread>

#include <pthread.h>
#include <unistd.h>

namespace elbo::cli {

namespace {

std::stop_source& interrupts()
{
    static std::stop_source source;
    return source;
}

constexpr int kBarWidth = 30;

}  // namespace

void catchInterrupts()
{
    // A stop request takes a lock, which no signal handler may: the signals are blocked in every thread and
    // one waits for them.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    (void)interrupts();
    std::thread([signals] {
        int number = 0;
        sigwait(&signals, &number);
        interrupts().request_stop();
        sigwait(&signals, &number);
        _exit(130);
    }).detach();
}

Session::Session() : m_readers(computeReaders()), m_terminal(isatty(STDERR_FILENO) == 1)
{
#ifdef ELBO_WITH_IO
    addIoReaders(m_readers);
#endif
}

std::stop_token Session::stop() const
{
    return interrupts().get_token();
}

ProgressFunction Session::progress()
{
    return [this](const Progress& progress) { showProgress(progress); };
}

void Session::showProgress(const Progress& progress)
{
    if (quiet)
        return;
    const auto total = progress.total;
    const int tenth = total > 0 ? static_cast<int>(10 * progress.done / total) : 0;
    if (m_terminal) {
        const int filled = total > 0 ? static_cast<int>(kBarWidth * progress.done / total) : 0;
        const std::string bar(static_cast<std::size_t>(filled), '#');
        std::fprintf(stderr, "\r%-28s [%-*s] %lld/%lld\033[K", progress.what.c_str(), kBarWidth, bar.c_str(),
                     static_cast<long long>(progress.done), static_cast<long long>(total));
        m_barShown = true;
        if (total > 0 && progress.done >= total)
            endBar();
    } else if (progress.what != m_lastWhat || tenth != m_lastTenth) {
        std::fprintf(stderr, "%s %lld/%lld\n", progress.what.c_str(), static_cast<long long>(progress.done),
                     static_cast<long long>(total));
    }
    m_lastWhat = progress.what;
    m_lastTenth = tenth;
}

void Session::endBar()
{
    if (m_barShown)
        std::fputs("\n", stderr);
    m_barShown = false;
}

void Session::say(std::string_view line)
{
    if (quiet)
        return;
    endBar();
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
}

const Settings& Session::settings()
{
    if (!m_settings) {
        std::string problem;
        m_settings = loadSettings(&problem);
        if (!problem.empty() && !m_silent) {  // no progress: --quiet does not silence it
            endBar();
            std::fprintf(stderr, "%s\n", problem.c_str());
        }
    }
    return *m_settings;
}

std::shared_ptr<const Dataset> Session::load(const DataConfig& config)
{
    // The first process prepares the set; the others find it in the cache.
    if (!group().isFirst())
        group().barrier();
    auto data = loadHere(config);
    if (group().isFirst())
        group().barrier();
    return data;
}

std::shared_ptr<const Dataset> Session::loadHere(const DataConfig& config)
{
    static_cast<void>(settings());  // loading keeps the cache at the size that they give
    constexpr int kShown = 5;
    int problems = 0;
    LoadHooks hooks;
    hooks.progress = progress();
    hooks.stop = stop();
    const auto tell = [this, &problems](const ImageProblem& problem) {
        if (++problems <= kShown)
            say(problem.name + ": " + problem.sentence);
    };
    hooks.problem = tell;
    auto data = loadDataset(config, m_readers, hooks);
    if (problems == 0)  // from the cache, or prepared elsewhere: the file remembers them
        std::ranges::for_each(data->problems, tell);
    if (problems > kShown)
        say("... and " + std::to_string(problems - kShown) +
            " more such images; `elbo-cli info` lists them.");
    if (!data->splitNote.empty())
        say(data->splitNote);
    return data;
}

#ifdef ELBO_WITH_MPI

void Session::joinGroup()
{
    if (currentLaunch().size == 1)
        return;
    m_silent = currentLaunch().rank != 0;
    m_mpi = MpiGroup::join(
        [](const std::string& sentence) { std::fprintf(stderr, "elbo-cli: %s\n", sentence.c_str()); });
    m_silent = !m_mpi->isFirst();
    quiet = quiet || m_silent;
    json = json && !m_silent;
}

ProcessGroup& Session::group()
{
    return m_mpi == nullptr ? aloneGroup() : *m_mpi;
}

void Session::leaveGroup()
{
    if (m_mpi != nullptr && !m_mpi->hasLeft())
        m_mpi->leave();
}

bool Session::announceEnding(const Failure* failure)
{
    if (m_mpi == nullptr || m_mpi->hasLeft())
        return !m_silent && currentLaunch().rank == 0;
    if (!m_mpi->isFirst())
        failure == nullptr ? m_mpi->tellStopped() : m_mpi->tellFailure(*failure);
    return m_mpi->speaks() && !m_mpi->hasSpoken();
}

void Session::endGroup(int status)
{
    if (m_mpi != nullptr && !m_mpi->hasLeft())
        m_mpi->endAll(status);
}

Session::~Session() = default;

#else

}  // namespace elbo::cli

namespace elbo {
class MpiGroup {};
}  // namespace elbo

namespace elbo::cli {

void Session::joinGroup()
{
    if (currentLaunch().size > 1)
        throw Error(ErrorCode::Unsupported,
                    "This build knows no MPI, and each process would train a run of its own: build Elbo with "
                    "ELBO_WITH_MPI=ON, or start elbo-cli without mpirun.");
}

ProcessGroup& Session::group()
{
    return aloneGroup();
}

void Session::leaveGroup() {}

bool Session::announceEnding(const Failure* /*failure*/)
{
    return currentLaunch().rank == 0;
}

void Session::endGroup(int /*status*/) {}

Session::~Session() = default;

#endif

}  // namespace elbo::cli
