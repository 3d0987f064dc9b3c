// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/zip_archive.h"

#include "core/base/plain_line.h"
#include "core/store/crc32.h"
#include "core/store/zip_format.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

namespace elbo {
namespace {

using namespace zip;

/// More than any network has tensors.
constexpr std::uint64_t kMostEntries = 1'000'000;
constexpr std::uint64_t kMostDirectoryBytes = 256u << 20;
constexpr std::uint64_t kLongestComment = 0xFFFF;
constexpr auto kNowhere = std::numeric_limits<std::uint64_t>::max();

/// A number at a place that the caller has checked to be inside.
template <typename Number>
Number at(std::string_view bytes, std::uint64_t offset)
{
    Number number{};
    std::memcpy(&number, bytes.data() + offset, sizeof number);
    return number;
}

std::string readBytes(const InputFile& file, std::uint64_t offset, std::uint64_t bytes)
{
    std::string text(bytes, '\0');
    file.read(offset, text.data(), bytes);
    return text;
}

/// The name of an entry as it can stand in a sentence.
std::string shown(const ZipEntry& entry)
{
    return "\"" + plainLine(entry.name.substr(0, 80)) + "\"";
}

/// The record that ends every archive: at most a comment follows it.
std::uint64_t findEnd(std::string_view tail)
{
    for (std::uint64_t back = kEndBytes; back <= tail.size(); ++back) {
        const std::uint64_t offset = tail.size() - back;
        if (at<std::uint32_t>(tail, offset) == kEndSignature &&
            at<std::uint16_t>(tail, offset + 20) == back - kEndBytes) {
            return offset;
        }
    }
    return kNowhere;
}

/// A value of the ZIP64 extra field, taken in order by those numbers that say they stand there.
class Extra64 {
public:
    explicit Extra64(std::string_view extra)
    {
        while (extra.size() >= 4) {
            const auto kind = at<std::uint16_t>(extra, 0);
            const std::size_t length = at<std::uint16_t>(extra, 2);
            if (length > extra.size() - 4) {
                return;
            }
            if (kind == kZip64Extra) {
                m_rest = extra.substr(4, length);
                return;
            }
            extra.remove_prefix(4 + length);
        }
    }
    /// @return false when the field lacks it
    [[nodiscard]] bool take(std::uint64_t& number)
    {
        if (number != kIn64) {
            return true;
        }
        if (m_rest.size() < sizeof number) {
            return false;
        }
        number = at<std::uint64_t>(m_rest, 0);
        m_rest.remove_prefix(sizeof number);
        return true;
    }

private:
    std::string_view m_rest;
};

}  // namespace

ZipArchive::ZipArchive(const InputFile& file, DamagedFileError damaged) : m_file(&file), m_damaged(damaged)
{
    readDirectory();
    for (ZipEntry& entry : m_entries) {
        locateData(entry);
    }
    std::vector<const ZipEntry*> byOffset;
    byOffset.reserve(m_entries.size());
    for (const ZipEntry& entry : m_entries) {
        byOffset.push_back(&entry);
    }
    std::ranges::sort(byOffset, {},
                      [](const ZipEntry* entry) { return std::pair(entry->offset, entry->bytes); });
    for (std::size_t i = 1; i < byOffset.size(); ++i) {
        if (byOffset[i]->offset < byOffset[i - 1]->offset + byOffset[i - 1]->bytes) {
            throw m_damaged(m_file->path(), "two entries of the archive share bytes");
        }
    }
    std::ranges::sort(m_entries, {}, &ZipEntry::name);
    const auto twice = std::ranges::adjacent_find(m_entries, {}, &ZipEntry::name);
    if (twice != m_entries.end()) {
        throw m_damaged(m_file->path(),
                        "the archive holds \"" + plainLine(twice->name.substr(0, 80)) + "\" twice");
    }
}

void ZipArchive::fail(const std::string& reason) const
{
    throw m_damaged(m_file->path(), reason);
}

/// Reads the records at the end of the file that tell where the directory is.
ZipArchive::Directory ZipArchive::findDirectory() const
{
    const std::uint64_t size = m_file->size();
    const std::uint64_t tailBytes = std::min(size, kEndBytes + kLongestComment + kLocator64Bytes);
    const std::string tail = readBytes(*m_file, size - tailBytes, tailBytes);
    const std::uint64_t end = findEnd(tail);
    if (end == kNowhere) {
        fail("the directory at its end is missing");
    }
    if (at<std::uint16_t>(tail, end + 4) != 0 && at<std::uint16_t>(tail, end + 4) != kCountIn64) {
        fail("the archive is one part of several");
    }
    Directory directory{.offset = at<std::uint32_t>(tail, end + 16),
                        .bytes = at<std::uint32_t>(tail, end + 12),
                        .entries = at<std::uint16_t>(tail, end + 10)};
    std::uint64_t behind = size - tailBytes + end;  // the directory ends here at the latest
    if (end >= kLocator64Bytes && at<std::uint32_t>(tail, end - kLocator64Bytes) == kLocator64Signature) {
        const auto offset64 = at<std::uint64_t>(tail, end - kLocator64Bytes + 8);
        behind -= kLocator64Bytes;
        if (behind < kEnd64Bytes || offset64 > behind - kEnd64Bytes) {
            fail("the directory lies outside of the file");
        }
        const std::string end64 = readBytes(*m_file, offset64, kEnd64Bytes);
        if (at<std::uint32_t>(end64, 0) != kEnd64Signature) {
            fail("the directory at its end is damaged");
        }
        directory = {.offset = at<std::uint64_t>(end64, 48),
                     .bytes = at<std::uint64_t>(end64, 40),
                     .entries = at<std::uint64_t>(end64, 32)};
        behind = offset64;
    }
    if (directory.offset > behind || directory.bytes > behind - directory.offset) {
        fail("the directory lies outside of the file");
    }
    if (directory.bytes > kMostDirectoryBytes || directory.entries > kMostEntries ||
        directory.entries > directory.bytes / kCentralBytes) {
        fail("the directory claims more entries than there can be");
    }
    return directory;
}

void ZipArchive::readDirectory()
{
    const Directory directory = findDirectory();
    m_directoryOffset = directory.offset;
    const std::string bytes = readBytes(*m_file, directory.offset, directory.bytes);
    std::string_view rest = bytes;
    m_entries.reserve(directory.entries);
    for (std::uint64_t i = 0; i < directory.entries; ++i) {
        if (rest.size() < kCentralBytes || at<std::uint32_t>(rest, 0) != kCentralSignature) {
            fail("the directory is damaged");
        }
        const std::uint64_t nameBytes = at<std::uint16_t>(rest, 28);
        const std::uint64_t extraBytes = at<std::uint16_t>(rest, 30);
        const std::uint64_t commentBytes = at<std::uint16_t>(rest, 32);
        if (rest.size() - kCentralBytes < nameBytes + extraBytes + commentBytes) {
            fail("the directory is cut short");
        }
        m_entries.push_back(entryOf(rest.substr(0, kCentralBytes), rest.substr(kCentralBytes, nameBytes),
                                    rest.substr(kCentralBytes + nameBytes, extraBytes)));
        rest.remove_prefix(kCentralBytes + nameBytes + extraBytes + commentBytes);
    }
}

/// @param record  of kCentralBytes  @param extra  its extra fields
ZipEntry ZipArchive::entryOf(std::string_view record, std::string_view name, std::string_view extra) const
{
    ZipEntry entry{.name = std::string(name),
                   .offset = at<std::uint32_t>(record, 42),
                   .bytes = at<std::uint32_t>(record, 20),
                   .crc = at<std::uint32_t>(record, 16),
                   .compressed = at<std::uint16_t>(record, 10) != kStored};
    if ((at<std::uint16_t>(record, 8) & kEncryptedFlag) != 0) {
        fail("the entry " + shown(entry) + " is encrypted");
    }
    std::uint64_t inflated = at<std::uint32_t>(record, 24);
    Extra64 numbers(extra);
    if (!numbers.take(inflated) || !numbers.take(entry.bytes) || !numbers.take(entry.offset) ||
        (inflated != entry.bytes && !entry.compressed)) {
        fail("the sizes of the entry " + shown(entry) + " contradict each other");
    }
    return entry;
}

/// Follows the directory's offset to the entry's own header, behind which its data begin.
void ZipArchive::locateData(ZipEntry& entry) const
{
    const auto refuse = [&](const char* reason) { fail("the entry " + shown(entry) + " " + reason); };
    if (m_directoryOffset < kLocalBytes || entry.offset > m_directoryOffset - kLocalBytes) {
        refuse("lies outside of the file");
    }
    const std::string header = readBytes(*m_file, entry.offset, kLocalBytes);
    if (at<std::uint32_t>(header, 0) != kLocalSignature) {
        refuse("is not where the directory says");
    }
    const std::uint64_t nameBytes = at<std::uint16_t>(header, 26);
    const std::uint64_t before = kLocalBytes + nameBytes + at<std::uint16_t>(header, 28);
    if (before > m_directoryOffset - entry.offset ||
        entry.bytes > m_directoryOffset - entry.offset - before) {
        refuse("is cut short");
    }
    if (nameBytes != entry.name.size() ||
        readBytes(*m_file, entry.offset + kLocalBytes, nameBytes) != entry.name) {
        refuse("has another name in the directory");
    }
    entry.offset += before;
}

const ZipEntry* ZipArchive::find(std::string_view name) const
{
    const auto found = std::ranges::lower_bound(m_entries, name, {}, &ZipEntry::name);
    return found == m_entries.end() || found->name != name ? nullptr : &*found;
}

void ZipArchive::expectStored(const ZipEntry& entry) const
{
    if (entry.compressed) {
        throw m_damaged(m_file->path(), "the entry \"" + plainLine(entry.name.substr(0, 80)) +
                                            "\" is compressed, which torch.save never does");
    }
}

void ZipArchive::read(const ZipEntry& entry, std::span<std::byte> target) const
{
    expectStored(entry);
    m_file->read(entry.offset, target.data(), entry.bytes);
    if (entry.crc != 0 && crc32(target.first(entry.bytes)) != entry.crc) {
        throw m_damaged(m_file->path(),
                        "the checksum of the entry \"" + plainLine(entry.name.substr(0, 80)) + "\" is wrong");
    }
}

}  // namespace elbo
