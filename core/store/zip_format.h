// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>

namespace elbo::zip {

// Signatures, sizes and flags of the ZIP format (APPNOTE 6.3.10), shared by reader and writer.
static_assert(std::endian::native == std::endian::little, "ZIP archives are little-endian");

inline constexpr std::uint32_t kLocalSignature = 0x04034b50;
inline constexpr std::uint32_t kCentralSignature = 0x02014b50;
inline constexpr std::uint32_t kEndSignature = 0x06054b50;
inline constexpr std::uint32_t kEnd64Signature = 0x06064b50;
inline constexpr std::uint32_t kLocator64Signature = 0x07064b50;

inline constexpr std::uint64_t kLocalBytes = 30;
inline constexpr std::uint64_t kCentralBytes = 46;
inline constexpr std::uint64_t kEndBytes = 22;
inline constexpr std::uint64_t kEnd64Bytes = 56;
inline constexpr std::uint64_t kLocator64Bytes = 20;

inline constexpr std::uint16_t kEncryptedFlag = 1;
inline constexpr std::uint16_t kUtf8Flag = 1U << 11U;
inline constexpr std::uint16_t kStored = 0;
inline constexpr std::uint16_t kZip64Extra = 1;
inline constexpr std::uint16_t kVersion64 = 45;  ///< the version that a reader of ZIP64 needs
/// Says that the number stands in the ZIP64 extra field.
inline constexpr std::uint32_t kIn64 = 0xFFFFFFFF;
inline constexpr std::uint16_t kCountIn64 = 0xFFFF;

}  // namespace elbo::zip
