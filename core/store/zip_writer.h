// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/atomic_file.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace elbo {

/// Writes a ZIP archive of stored entries, always in the ZIP64 form, whose data begin at multiples of 64
/// bytes as PyTorch wants them for mapping. Destroyed without commit() nothing is left behind.
class ZipWriter {
public:
    ZipWriter(const std::filesystem::path& target, const WriteObserver& observer) : m_file(target, observer)
    {
    }

    /// @throws Error of the disk
    void add(const std::string& name, std::span<const std::byte> bytes);
    /// Writes the directory and replaces the target.
    void commit();

private:
    struct Written {
        std::string name;
        std::uint64_t offset = 0;
        std::uint64_t bytes = 0;
        std::uint32_t crc = 0;
    };

    AtomicFile m_file;
    std::vector<Written> m_written;
};

}  // namespace elbo
