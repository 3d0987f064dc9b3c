// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomic_file.h"

#include "core/base/error.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace elbo {

namespace {

/// Writes all of it, whatever pieces the system takes. @return errno, 0 when everything was written
int writeAll(int descriptor, std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const auto written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno;
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return 0;
}

std::filesystem::path partName(const std::filesystem::path& target)
{
    static std::atomic<unsigned> counter{0};
    auto name =
        target.filename().string() + ".part-" + std::to_string(getpid()) + "-" + std::to_string(counter++);
    return target.parent_path() / name;
}

void syncFolder(const std::filesystem::path& folder)
{
    // A folder that cannot be opened for reading is still one that files can be renamed in: nothing is lost
    // by going on.
    const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor >= 0) {
        fsync(descriptor);
        close(descriptor);
    }
}

}  // namespace

struct AtomicFile::State {
    std::filesystem::path target;
    std::filesystem::path part;
    WriteObserver observer;
    int descriptor = -1;
    std::uint64_t position = 0;

    [[noreturn]] void fail(int errnoValue) const { throw fileError(errnoValue, "write", target.string()); }
};

AtomicFile::AtomicFile(std::filesystem::path target, WriteObserver observer)
    : m_state(std::make_unique<State>())
{
    m_state->part = partName(target);
    m_state->target = std::move(target);
    m_state->observer = std::move(observer);
    m_state->descriptor = ::open(m_state->part.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (m_state->descriptor < 0)
        m_state->fail(errno);
}

AtomicFile::~AtomicFile()
{
    if (m_state->descriptor < 0)
        return;
    close(m_state->descriptor);
    unlink(m_state->part.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes)
{
    // In pieces, so that an observer sees a large file grow.
    constexpr std::size_t kPiece = 1U << 20;
    while (!bytes.empty()) {
        const auto piece = bytes.first(std::min(kPiece, bytes.size()));
        if (const int error = writeAll(m_state->descriptor, piece))
            m_state->fail(error);
        m_state->position += piece.size();
        bytes = bytes.subspan(piece.size());
        if (m_state->observer)
            m_state->observer(m_state->target, m_state->position, false);
    }
}

void AtomicFile::write(std::string_view text)
{
    write(std::as_bytes(std::span(text.data(), text.size())));
}

void AtomicFile::writeAt(std::uint64_t offset, std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const auto written =
            pwrite(m_state->descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            m_state->fail(errno);
        offset += static_cast<std::uint64_t>(written);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

std::uint64_t AtomicFile::position() const
{
    return m_state->position;
}

void AtomicFile::commit()
{
    if (m_state->observer)
        m_state->observer(m_state->target, m_state->position, true);
    if (fsync(m_state->descriptor) != 0 && errno != EINVAL)  // EINVAL: a file system without fsync
        m_state->fail(errno);
    const int closed = close(m_state->descriptor);
    m_state->descriptor = -1;
    if (closed != 0 || rename(m_state->part.c_str(), m_state->target.c_str()) != 0) {
        const int error = errno;
        unlink(m_state->part.c_str());
        m_state->fail(error);
    }
    syncFolder(m_state->target.parent_path());
}

void writeTextFile(const std::filesystem::path& target, std::string_view text, const WriteObserver& observer)
{
    AtomicFile file(target, observer);
    file.write(text);
    file.commit();
}

std::string readTextFile(const std::filesystem::path& file, std::uint64_t maximumBytes)
{
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        throw fileError(errno, "read", file.string());
    struct stat status{};
    fstat(descriptor, &status);
    int error = S_ISDIR(status.st_mode) ? EISDIR : 0;
    const bool tooLarge = status.st_size > 0 && static_cast<std::uint64_t>(status.st_size) > maximumBytes;
    std::string text;
    // Read to the end rather than to the size that fstat gave: the files of /proc have none.
    constexpr std::size_t kPiece = 1U << 16;
    while (error == 0 && !tooLarge && text.size() <= maximumBytes) {
        const auto before = text.size();
        text.resize(before + kPiece);
        const auto count = ::read(descriptor, text.data() + before, kPiece);
        text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        if (count == 0)
            break;
        if (count < 0 && errno != EINTR)
            error = errno;
    }
    close(descriptor);
    if (error != 0)
        throw fileError(error, "read", file.string());
    if (tooLarge || text.size() > maximumBytes)
        throw Error(ErrorCode::BadFile, "Could not read " + file.string() + ": it is larger than the " +
                                            std::to_string(maximumBytes >> 20) +
                                            " MiB such a file may have; check that it is the right file.");
    return text;
}

}  // namespace elbo
