// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace elbo {

/// The known name that was probably meant: the one with the fewest letters to insert, drop, replace or swap
/// with a neighbour (optimal string alignment), at most a third of the name's own; without one the shortest
/// name of which it is a part. Case does not count, nor does - for _. Of equally near ones the first.
/// @return empty when nothing known is near
[[nodiscard]] std::string nearestName(std::string_view name, const std::vector<std::string>& known);

/// For a sentence about a name nobody knows: " (nearest: learning_rate)", or nothing.
[[nodiscard]] std::string nearestHint(std::string_view name, const std::vector<std::string>& known);

/// "rooms, mnist, prepared", in their order.
[[nodiscard]] std::string listed(const std::vector<std::string>& names);

}  // namespace elbo
