// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/crc32.h"

#include <array>
#include <cstring>

namespace elbo {
namespace {

constexpr std::size_t kSlices = 8;
using Tables = std::array<std::array<std::uint32_t, 256>, kSlices>;

/// tables[k][b]: what byte b adds when k more bytes follow it (slicing by 8, Kounavis and Berry 2005).
constexpr Tables makeTables()
{
    Tables tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t value = byte;
        for (int bit = 0; bit < 8; ++bit) {
            value = (value >> 1U) ^ ((value & 1U) != 0 ? 0xEDB88320U : 0U);
        }
        tables[0][byte] = value;
    }
    for (std::size_t slice = 1; slice < kSlices; ++slice) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const std::uint32_t value = tables[slice - 1][byte];
            tables[slice][byte] = (value >> 8U) ^ tables[0][value & 0xFFU];
        }
    }
    return tables;
}

constexpr Tables kTables = makeTables();

}  // namespace

std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t before)
{
    std::uint32_t value = ~before;
    while (bytes.size() >= kSlices) {
        std::array<std::uint8_t, kSlices> block{};
        std::memcpy(block.data(), bytes.data(), kSlices);
        for (std::size_t i = 0; i < 4; ++i) {
            block[i] ^= static_cast<std::uint8_t>(value >> (8 * i));
        }
        value = 0;
        for (std::size_t i = 0; i < kSlices; ++i) {
            value ^= kTables[kSlices - 1 - i][block[i]];
        }
        bytes = bytes.subspan(kSlices);
    }
    for (const std::byte byte : bytes) {
        value = (value >> 8U) ^ kTables[0][(value ^ static_cast<std::uint32_t>(byte)) & 0xFFU];
    }
    return ~value;
}

}  // namespace elbo
