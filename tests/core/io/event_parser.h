// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace elbo::tests {

/// A value of an event file. Written after the formats' descriptions, without anything of core.
struct ParsedEvent {
    struct Picture {
        std::int64_t width = 0;
        std::int64_t height = 0;
        std::int64_t channels = 0;
        std::string encoded;
    };
    double wallTime = 0;
    std::int64_t step = 0;
    std::string version;
    std::string tag;
    std::optional<float> value;
    std::optional<Picture> image;
};

/// A field of a message of protocol buffers.
struct ParsedField {
    std::uint64_t number = 0;
    std::uint64_t bits = 0;  ///< of a varint, fixed64 or fixed32
    std::string_view bytes;  ///< of anything with a length
};

/// Takes `bytes` bytes, little-endian, off the front.
inline std::uint64_t takeFixed(std::string_view& from, std::size_t bytes)
{
    if (from.size() < bytes)
        throw std::runtime_error("cut short");
    std::uint64_t value = 0;
    for (std::size_t i = bytes; i-- > 0;)
        value = value * 256 + static_cast<unsigned char>(from[i]);
    from.remove_prefix(bytes);
    return value;
}

inline std::uint64_t takeVarint(std::string_view& from)
{
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const auto byte = takeFixed(from, 1);
        value += (byte % 128) << shift;
        if (byte < 128)
            return value;
    }
    throw std::runtime_error("a number without an end");
}

inline std::string_view takeBytes(std::string_view& from, std::uint64_t count)
{
    if (from.size() < count)
        throw std::runtime_error("cut short");
    const auto taken = from.substr(0, count);
    from.remove_prefix(count);
    return taken;
}

inline std::vector<ParsedField> parseMessage(std::string_view message)
{
    std::vector<ParsedField> fields;
    while (!message.empty()) {
        const auto key = takeVarint(message);
        ParsedField field{key / 8, 0, {}};
        switch (key % 8) {
            case 0:
                field.bits = takeVarint(message);
                break;
            case 1:
                field.bits = takeFixed(message, 8);
                break;
            case 2:
                field.bytes = takeBytes(message, takeVarint(message));
                break;
            case 5:
                field.bits = takeFixed(message, 4);
                break;
            default:
                throw std::runtime_error("an unknown wire type");
        }
        fields.push_back(field);
    }
    return fields;
}

/// Bit by bit, as the polynomial says.
inline std::uint64_t plainMaskedChecksum(std::string_view bytes)
{
    std::uint32_t value = 0xFFFFFFFF;
    for (const char byte : bytes) {
        value ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit)
            value = value % 2 == 1 ? (value / 2) ^ 0x82F63B78 : value / 2;
    }
    value = ~value;
    return static_cast<std::uint32_t>(((value >> 15) | (value << 17)) + 0xA282EAD8);
}

inline ParsedEvent::Picture parsePicture(std::string_view message)
{
    ParsedEvent::Picture picture;
    for (const auto& field : parseMessage(message)) {
        if (field.number == 1)
            picture.height = static_cast<std::int64_t>(field.bits);
        else if (field.number == 2)
            picture.width = static_cast<std::int64_t>(field.bits);
        else if (field.number == 3)
            picture.channels = static_cast<std::int64_t>(field.bits);
        else if (field.number == 4)
            picture.encoded = std::string(field.bytes);
    }
    return picture;
}

inline ParsedEvent parseEvent(std::string_view message)
{
    ParsedEvent event;
    for (const auto& field : parseMessage(message)) {
        if (field.number == 1)
            event.wallTime = std::bit_cast<double>(field.bits);
        else if (field.number == 2)
            event.step = static_cast<std::int64_t>(field.bits);
        else if (field.number == 3)
            event.version = std::string(field.bytes);
        else if (field.number == 5) {
            const auto summary = parseMessage(field.bytes);
            if (summary.size() != 1 || summary.front().number != 1)
                throw std::runtime_error("not one value a record");
            for (const auto& part : parseMessage(summary.front().bytes)) {
                if (part.number == 1)
                    event.tag = std::string(part.bytes);
                else if (part.number == 2)
                    event.value = std::bit_cast<float>(static_cast<std::uint32_t>(part.bits));
                else if (part.number == 4)
                    event.image = parsePicture(part.bytes);
            }
        }
    }
    return event;
}

/// @throws std::runtime_error for a checksum that does not fit and for a file that is cut short
inline std::vector<ParsedEvent> parseEvents(std::string_view file)
{
    std::vector<ParsedEvent> events;
    while (!file.empty()) {
        const auto lengthBytes = file.substr(0, 8);
        const auto length = takeFixed(file, 8);
        if (takeFixed(file, 4) != plainMaskedChecksum(lengthBytes))
            throw std::runtime_error("the checksum of a length does not fit");
        const auto payload = takeBytes(file, length);
        if (takeFixed(file, 4) != plainMaskedChecksum(payload))
            throw std::runtime_error("the checksum of a record does not fit");
        events.push_back(parseEvent(payload));
    }
    return events;
}

}  // namespace elbo::tests
