// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/zip_writer.h"

#include "core/store/crc32.h"
#include "core/store/zip_format.h"

#include <algorithm>
#include <concepts>
#include <string_view>

namespace elbo {
namespace {

using namespace zip;

constexpr std::uint64_t kAlignment = 64;
constexpr std::uint16_t kPaddingExtra = 0x4246;  ///< "FB", PyTorch's own
constexpr std::uint64_t kExtraHeader = 4;
constexpr std::uint16_t kFirstDay = 0x21;  ///< 1980-01-01: the same tensors give the same bytes at any time

/// Numbers, little-endian, one after the other.
class Record {
public:
    template <std::integral Number>
    Record& add(Number number)
    {
        const auto bytes = std::as_bytes(std::span(&number, 1));
        m_bytes.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        return *this;
    }
    Record& add(std::string_view text)
    {
        m_bytes += text;
        return *this;
    }
    Record& zeros(std::uint64_t count)
    {
        m_bytes.append(count, '\0');
        return *this;
    }
    [[nodiscard]] std::string_view bytes() const { return m_bytes; }

private:
    std::string m_bytes;
};

}  // namespace

void ZipWriter::add(const std::string& name, std::span<const std::byte> bytes)
{
    const Written entry{
        .name = name, .offset = m_file.position(), .bytes = bytes.size(), .crc = crc32(bytes)};
    constexpr std::uint64_t kSizes = 2 * sizeof(std::uint64_t);
    const std::uint64_t unpadded =
        entry.offset + kLocalBytes + name.size() + kExtraHeader + kSizes + kExtraHeader;
    const std::uint64_t padding = (kAlignment - unpadded % kAlignment) % kAlignment;
    Record header;
    header.add(kLocalSignature)
        .add(kVersion64)
        .add(kUtf8Flag)
        .add(kStored)
        .add(std::uint16_t{0})
        .add(kFirstDay)
        .add(entry.crc)
        .add(kIn64)
        .add(kIn64)
        .add(static_cast<std::uint16_t>(name.size()))
        .add(static_cast<std::uint16_t>(2 * kExtraHeader + kSizes + padding))
        .add(name)
        .add(kZip64Extra)
        .add(static_cast<std::uint16_t>(kSizes))
        .add(entry.bytes)
        .add(entry.bytes)
        .add(kPaddingExtra)
        .add(static_cast<std::uint16_t>(padding))
        .zeros(padding);
    m_file.write(header.bytes());
    constexpr std::size_t kPiece = 4u << 20;  // a stop is felt, and can be tested, inside large tensors
    for (std::size_t begin = 0; begin < bytes.size(); begin += kPiece) {
        m_file.write(bytes.subspan(begin, std::min(kPiece, bytes.size() - begin)));
    }
    m_written.push_back(entry);
}

void ZipWriter::commit()
{
    const std::uint64_t begin = m_file.position();
    for (const Written& entry : m_written) {
        constexpr std::uint64_t kNumbers = 3 * sizeof(std::uint64_t);
        Record header;
        header.add(kCentralSignature)
            .add(kVersion64)  // made by
            .add(kVersion64)
            .add(kUtf8Flag)
            .add(kStored)
            .add(std::uint16_t{0})
            .add(kFirstDay)
            .add(entry.crc)
            .add(kIn64)
            .add(kIn64)
            .add(static_cast<std::uint16_t>(entry.name.size()))
            .add(static_cast<std::uint16_t>(kExtraHeader + kNumbers))
            .zeros(10)  // comment, disk, attributes
            .add(kIn64)
            .add(entry.name)
            .add(kZip64Extra)
            .add(static_cast<std::uint16_t>(kNumbers))
            .add(entry.bytes)
            .add(entry.bytes)
            .add(entry.offset);
        m_file.write(header.bytes());
    }
    const std::uint64_t end = m_file.position();
    const std::uint64_t entries = m_written.size();
    Record record;
    record.add(kEnd64Signature)
        .add(kEnd64Bytes - 12)  // of what follows this number
        .add(kVersion64)
        .add(kVersion64)
        .zeros(8)  // disks
        .add(entries)
        .add(entries)
        .add(end - begin)
        .add(begin)
        .add(kLocator64Signature)
        .add(std::uint32_t{0})
        .add(end)
        .add(std::uint32_t{1})
        .add(kEndSignature)
        .zeros(4)
        .add(kCountIn64)
        .add(kCountIn64)
        .add(kIn64)
        .add(kIn64)
        .add(std::uint16_t{0});
    m_file.write(record.bytes());
    m_file.commit();
}

}  // namespace elbo
