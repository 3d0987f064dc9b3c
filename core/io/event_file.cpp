// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/event_file.h"

#include <array>
#include <bit>

namespace elbo {

namespace {

constexpr auto kFileVersion = "brain.Event:2";

// Numbers of the fields in event.proto and summary.proto.
constexpr std::uint32_t kEventWallTime = 1;
constexpr std::uint32_t kEventStep = 2;
constexpr std::uint32_t kEventFileVersion = 3;
constexpr std::uint32_t kEventSummary = 5;
constexpr std::uint32_t kSummaryValue = 1;
constexpr std::uint32_t kValueTag = 1;
constexpr std::uint32_t kValueSimple = 2;
constexpr std::uint32_t kValueImage = 4;
constexpr std::uint32_t kImageHeight = 1;
constexpr std::uint32_t kImageWidth = 2;
constexpr std::uint32_t kImageColorspace = 3;  // the number of channels
constexpr std::uint32_t kImageEncoded = 4;

// Wire types of protocol buffers.
constexpr std::uint32_t kVarint = 0;
constexpr std::uint32_t kFixed64 = 1;
constexpr std::uint32_t kBytes = 2;
constexpr std::uint32_t kFixed32 = 5;

constexpr std::array<std::uint32_t, 256> makeTable()
{
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t value = byte;
        for (int bit = 0; bit < 8; ++bit)
            value = (value >> 1U) ^ ((value & 1U) != 0 ? 0x82F63B78U : 0U);
        table[byte] = value;
    }
    return table;
}
constexpr auto kTable = makeTable();

/// The lowest `bytes` bytes of a number, little-endian.
void putFixed(std::string& to, std::uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; ++i)
        to += static_cast<char>((value >> (8 * i)) & 0xFFU);
}

void putVarint(std::string& to, std::uint64_t value)
{
    for (; value >= 0x80U; value >>= 7U)
        to += static_cast<char>((value & 0x7FU) | 0x80U);
    to += static_cast<char>(value);
}

void putKey(std::string& to, std::uint32_t field, std::uint32_t wireType)
{
    putVarint(to, (field << 3U) | wireType);
}

void putInteger(std::string& to, std::uint32_t field, std::int64_t value)
{
    putKey(to, field, kVarint);
    putVarint(to, static_cast<std::uint64_t>(value));
}

void putDouble(std::string& to, std::uint32_t field, double value)
{
    putKey(to, field, kFixed64);
    putFixed(to, std::bit_cast<std::uint64_t>(value), 8);
}

void putBytes(std::string& to, std::uint32_t field, std::string_view bytes)
{
    putKey(to, field, kBytes);
    putVarint(to, bytes.size());
    to += bytes;
}

std::string_view viewOf(std::span<const std::uint8_t> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::uint32_t maskedChecksum(std::string_view text)
{
    return maskedCrc32c(std::as_bytes(std::span(text.data(), text.size())));
}

}  // namespace

std::uint32_t crc32c(std::span<const std::byte> bytes)
{
    std::uint32_t value = ~0U;
    for (const std::byte byte : bytes)
        value = (value >> 8U) ^ kTable[(value ^ static_cast<std::uint32_t>(byte)) & 0xFFU];
    return ~value;
}

std::uint32_t maskedCrc32c(std::span<const std::byte> bytes)
{
    return std::rotr(crc32c(bytes), 15) + 0xA282EAD8U;
}

EventFile::EventFile(std::filesystem::path target, double wallTime) : m_file(std::move(target))
{
    std::string event;
    putDouble(event, kEventWallTime, wallTime);
    putBytes(event, kEventFileVersion, kFileVersion);
    addRecord(event);
}

void EventFile::addScalar(std::string_view tag, std::int64_t step, double wallTime, double value)
{
    std::string message;
    putBytes(message, kValueTag, tag);
    putKey(message, kValueSimple, kFixed32);
    putFixed(message, std::bit_cast<std::uint32_t>(static_cast<float>(value)), 4);
    addValue(step, wallTime, message);
}

void EventFile::addImage(std::string_view tag, std::int64_t step, double wallTime, const Picture& picture)
{
    std::string image;
    putInteger(image, kImageHeight, picture.height);
    putInteger(image, kImageWidth, picture.width);
    putInteger(image, kImageColorspace, picture.channels);
    putBytes(image, kImageEncoded, viewOf(picture.encoded));
    std::string message;
    putBytes(message, kValueTag, tag);
    putBytes(message, kValueImage, image);
    addValue(step, wallTime, message);
}

void EventFile::addValue(std::int64_t step, double wallTime, const std::string& value)
{
    std::string summary;
    putBytes(summary, kSummaryValue, value);
    std::string event;
    putDouble(event, kEventWallTime, wallTime);
    putInteger(event, kEventStep, step);
    putBytes(event, kEventSummary, summary);
    addRecord(event);
}

void EventFile::addRecord(std::string_view payload)
{
    std::string record;
    record.reserve(payload.size() + 16);
    putFixed(record, payload.size(), 8);
    putFixed(record, maskedChecksum(record), 4);
    record += payload;
    putFixed(record, maskedChecksum(payload), 4);
    m_file.write(record);
}

}  // namespace elbo
