// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

namespace elbo::fuzz {

/// The input as a file in memory, since our readers take paths.
class InputInMemory {
public:
    InputInMemory(const std::uint8_t* data, std::size_t size)
        : m_descriptor(::memfd_create("fuzz", MFD_CLOEXEC)),
          m_path("/proc/self/fd/" + std::to_string(m_descriptor))
    {
        if (m_descriptor < 0 || ::write(m_descriptor, data, size) != static_cast<ssize_t>(size)) {
            std::perror("the input cannot be put into memory");
            std::abort();
        }
    }
    ~InputInMemory() { ::close(m_descriptor); }
    InputInMemory(const InputInMemory&) = delete;
    InputInMemory& operator=(const InputInMemory&) = delete;
    [[nodiscard]] const std::string& path() const { return m_path; }

private:
    int m_descriptor;
    std::string m_path;
};

/// Runs a reader on the input. It may succeed, or refuse in one sentence; every other exception ends the
/// fuzzer.
template <typename Read>
void expectReadOrRefused(const std::uint8_t* data, std::size_t size, const Read& read)
{
    const InputInMemory input(data, size);
    try {
        read(input.path());
    } catch (const Error& error) {
        const std::string_view sentence = error.what();
        if (error.code() == ErrorCode::Internal || sentence.empty() ||
            sentence.find('\n') != std::string_view::npos) {
            std::fprintf(stderr, "not a refusal: %s\n", error.what());
            std::abort();
        }
    }
}

}  // namespace elbo::fuzz
