// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <cstdint>
#include <string>
#include <vector>

namespace elbo {

/// The set as a model of these classes can use it: labels are indices into `classes`, matched by name, and
/// images of none of them are on no side of the split (models.md, "The four VAEs": unknown labels are left
/// out). How many those are stands in splitNote.
/// @throws Error(BadData) with what to do when the set has no labels, or none of these classes
[[nodiscard]] Dataset withClasses(const Dataset& data, const std::vector<std::string>& classes);

}  // namespace elbo
