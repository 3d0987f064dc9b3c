// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/store/safetensors.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace elbo {

/// Bytes before the JSON: its length, 64 bits, little-endian.
inline constexpr std::uint64_t kSafetensorsLengthBytes = 8;
/// The longest JSON that is read; the format's own limit.
inline constexpr std::uint64_t kSafetensorsMaximumJson = 100'000'000;

/// Checks the length field against the file before anything is allocated.
/// @param jsonBytes  what the length field says  @param fileBytes  size of the whole file
/// @throws Error(BadFile)
void checkSafetensorsLength(std::uint64_t jsonBytes, std::uint64_t fileBytes, const std::string& path);

/// Parses the JSON and checks every claim in it: structure, types, shapes, byte ranges that fill the data
/// part exactly.
/// @param dataBytes  bytes of the file behind the JSON
/// @throws Error(BadFile) naming the tensor and what is wrong
[[nodiscard]] SafetensorsHeader parseSafetensorsHeader(std::string_view json, std::uint64_t dataBytes,
                                                       const std::string& path);

/// "F32" and the like. @throws Error(Unsupported) for a type the format has no name for
[[nodiscard]] std::string_view safetensorsTypeName(at::ScalarType type);

/// The error of every damaged safetensors file: one sentence around `reason`.
[[nodiscard]] Error safetensorsError(const std::string& path, const std::string& reason,
                                     std::string detail = {});

}  // namespace elbo
