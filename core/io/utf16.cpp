// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/utf16.h"

namespace elbo {

std::string utf8FromUtf16(std::span<const std::uint16_t> units)
{
    std::string text;
    const auto add = [&text](std::uint32_t bits) {
        text += static_cast<char>(static_cast<unsigned char>(bits));
    };
    const auto isHigh = [](std::uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; };
    const auto isLow = [](std::uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; };
    for (std::size_t i = 0; i < units.size(); ++i) {
        std::uint32_t code = units[i];
        if (isHigh(code) && i + 1 < units.size() && isLow(units[i + 1]))
            code = 0x10000U + ((code - 0xD800U) << 10U) + (units[++i] - 0xDC00U);
        else if (isHigh(code) || isLow(code))
            code = 0xFFFD;
        if (code < 0x80) {
            add(code);
        } else if (code < 0x800) {
            add(0xC0U | (code >> 6U));
            add(0x80U | (code & 0x3FU));
        } else if (code < 0x10000) {
            add(0xE0U | (code >> 12U));
            add(0x80U | ((code >> 6U) & 0x3FU));
            add(0x80U | (code & 0x3FU));
        } else {
            add(0xF0U | (code >> 18U));
            add(0x80U | ((code >> 12U) & 0x3FU));
            add(0x80U | ((code >> 6U) & 0x3FU));
            add(0x80U | (code & 0x3FU));
        }
    }
    return text;
}

}  // namespace elbo
