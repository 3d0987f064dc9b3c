// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace elbo::prepared {

/// Names in a prepared file (design.md, "The prepared file"). Text is uint8 of UTF-8, a line each, so that
/// the header stays small whatever the number of images; `info` is a JSON object of all that is said once.
inline constexpr const char* kFormat = "elbo-prepared-1";  ///< metadata "format"
inline constexpr const char* kColor = "color";             ///< uint8 [N,C,H,W]
inline constexpr const char* kDepth = "depth";             ///< uint16 [N,1,H,W]
inline constexpr const char* kRanges = "ranges";           ///< float32 [N,C+D,2]
inline constexpr const char* kLabels = "labels";           ///< int64 [N], -1 unknown
inline constexpr const char* kSide = "side";               ///< uint8 [N]
inline constexpr const char* kIntrinsics = "intrinsics";   ///< float32 [N,4]
inline constexpr const char* kNames = "names";             ///< uint8
inline constexpr const char* kProblems = "problems";       ///< uint8, a JSON object a line
inline constexpr const char* kInfo = "info";               ///< uint8

}  // namespace elbo::prepared
