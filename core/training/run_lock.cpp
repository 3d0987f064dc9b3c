// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run_lock.h"

#include "core/base/error.h"
#include "core/training/run_paths.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace elbo {

namespace {

/// Readers that look whether a run is written hold the lock for an instant: a writer tries again this often.
constexpr int kAttempts = 20;
constexpr auto kBetweenAttempts = std::chrono::milliseconds(5);

bool tryExclusive(int descriptor)
{
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0)
            return true;
        std::this_thread::sleep_for(kBetweenAttempts);
    }
    return false;
}

/// The digits of the process that wrote its number into the lock file; "?" when there are none.
std::string writerOf(int descriptor)
{
    std::array<char, 24> buffer{};
    const auto count = ::pread(descriptor, buffer.data(), buffer.size(), 0);
    std::string digits;
    for (ssize_t i = 0; i < count && buffer.at(static_cast<std::size_t>(i)) >= '0' &&
                        buffer.at(static_cast<std::size_t>(i)) <= '9';
         ++i)
        digits += buffer.at(static_cast<std::size_t>(i));
    return digits.empty() ? "?" : digits;
}

}  // namespace

RunLock::RunLock(const std::filesystem::path& runFolder)
{
    const auto file = RunPaths{runFolder}.lock();
    m_descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (m_descriptor < 0)
        throw fileError(errno, "write", file.string());
    try {
        if (!tryExclusive(m_descriptor))
            throw Error(ErrorCode::Busy, "The run " + runFolder.string() + " is being written by process " +
                                             writerOf(m_descriptor) +
                                             ": stop it there first, or wait until it ends.");
        const auto text = std::to_string(::getpid()) + "\n";
        if (::ftruncate(m_descriptor, 0) != 0 || ::pwrite(m_descriptor, text.data(), text.size(), 0) < 0)
            throw fileError(errno, "write", file.string());
    } catch (...) {
        ::close(m_descriptor);
        throw;
    }
}

RunLock::~RunLock()
{
    ::close(m_descriptor);
}

bool isRunLocked(const std::filesystem::path& runFolder)
{
    const auto descriptor = ::open(RunPaths{runFolder}.lock().c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return false;  // no lock file: no writer has been here
    const auto locked = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(descriptor);
    return locked;
}

}  // namespace elbo
