// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace elbo {

/// The checksum of ZIP (ISO 3309, polynomial 0xEDB88320 reflected): of "123456789" it is 0xCBF43926.
/// @param before  the checksum of the bytes before these; 0 to begin
[[nodiscard]] std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t before = 0);

}  // namespace elbo
