// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/input_file.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace elbo {

/// A file in a ZIP archive.
struct ZipEntry {
    std::string name;
    std::uint64_t offset = 0;  ///< of its data in the archive
    std::uint64_t bytes = 0;
    std::uint32_t crc = 0;    ///< 0: the writer computed none (PyTorch can be told so)
    bool compressed = false;  ///< it can be seen, not read
};

/// The directory of a ZIP archive (APPNOTE 6.3.10, with ZIP64), as PyTorch writes it: entries are stored, not
/// compressed, in one file, without encryption. Every offset and size is checked against the file before it
/// is used, and no two entries share bytes, so all entries together are never larger than the file.
class ZipArchive {
public:
    /// @param damaged  makes the errors: no directory, an impossible one, entries that share bytes ...
    ZipArchive(const InputFile& file, DamagedFileError damaged);

    [[nodiscard]] const std::vector<ZipEntry>& entries() const { return m_entries; }  ///< by name
    [[nodiscard]] const ZipEntry* find(std::string_view name) const;
    /// @throws damaged() for a compressed entry
    void expectStored(const ZipEntry& entry) const;
    /// Reads an entry whole; `target` has its size. @throws damaged() when it is compressed or the checksum
    /// is another
    void read(const ZipEntry& entry, std::span<std::byte> target) const;

private:
    struct Directory {
        std::uint64_t offset = 0;
        std::uint64_t bytes = 0;
        std::uint64_t entries = 0;
    };

    [[noreturn]] void fail(const std::string& reason) const;
    [[nodiscard]] Directory findDirectory() const;
    void readDirectory();
    [[nodiscard]] ZipEntry entryOf(std::string_view record, std::string_view name,
                                   std::string_view extra) const;
    void locateData(ZipEntry& entry) const;

    const InputFile* m_file;
    DamagedFileError m_damaged;
    std::uint64_t m_directoryOffset = 0;
    std::vector<ZipEntry> m_entries;
};

}  // namespace elbo
