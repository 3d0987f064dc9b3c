// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/input_file.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace elbo {

InputFile::InputFile(const std::filesystem::path& file, DamagedFileError damaged)
    : m_path(file.string()), m_damaged(damaged)
{
    // Without waiting: a pipe that nobody writes to is refused, not waited for.
    m_descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (m_descriptor < 0) {
        throw fileError(errno, "read", m_path);
    }
    struct stat status{};
    if (::fstat(m_descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(m_descriptor);
        throw m_damaged(m_path, "it is not a file");
    }
    m_size = static_cast<std::uint64_t>(status.st_size);
}

InputFile::~InputFile()
{
    ::close(m_descriptor);
}

void InputFile::read(std::uint64_t offset, void* target, std::uint64_t bytes) const
{
    auto* out = static_cast<char*>(target);
    while (bytes > 0) {
        const auto got = ::pread(m_descriptor, out, bytes, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            throw fileError(errno, "read", m_path);
        }
        if (got == 0) {
            throw m_damaged(m_path, "it became shorter while it was read");
        }
        out += got;
        offset += static_cast<std::uint64_t>(got);
        bytes -= static_cast<std::uint64_t>(got);
    }
}

}  // namespace elbo
