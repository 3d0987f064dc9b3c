// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace elbo {

/// How two codes are joined. Linear: a straight line. Spherical (Shoemake 1985; White 2016): along the great
/// circle, the length changing evenly, so that codes between are as far from the origin as codes are.
enum class LatentPath { Linear, Spherical };
[[nodiscard]] std::string_view toString(LatentPath path);
/// "linear", "spherical" @throws Error(BadSetting)
[[nodiscard]] LatentPath parseLatentPath(std::string_view text);

}  // namespace elbo
