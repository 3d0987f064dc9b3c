// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/plain_line.h"

#include <cstddef>
#include <cstdint>

namespace elbo {

namespace {

/// Bytes of the character that the text begins with (RFC 3629, table 3-7 of Unicode); 0 when it is no UTF-8.
std::size_t characterLength(std::string_view text)
{
    const auto byte = [text](std::size_t i) {
        return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
    };
    const auto first = byte(0);
    if (first < 0x80)
        return 1;
    const std::size_t length = first < 0xC2 ? 0 : (first < 0xE0 ? 2 : (first < 0xF0 ? 3 : 4));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U)
            return 0;
    }
    // Longer than it need be, a surrogate, above U+10FFFF.
    const auto second = byte(1);
    const bool wrong = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                       (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F) || first > 0xF4;
    return wrong ? 0 : length;
}

}  // namespace

std::string plainLine(std::string_view text)
{
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string line;
    while (!text.empty()) {
        const auto byte = static_cast<std::uint8_t>(text.front());
        const auto length = characterLength(text);
        if (length == 0 || byte < 0x20 || byte == 0x7F) {
            line += {'\\', 'x', kDigits[byte >> 4U], kDigits[byte & 15U]};
            text.remove_prefix(1);
        } else {
            line += text.substr(0, length);
            text.remove_prefix(length);
        }
    }
    return line;
}

}  // namespace elbo
