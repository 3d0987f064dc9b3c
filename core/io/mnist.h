// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/image_source.h"

#include <string>
#include <vector>

namespace elbo {

/// Sets of four IDX files in a folder, found by their usual names: mnist and fashion-mnist.
/// @param labelNames of the classes, in order
[[nodiscard]] DataReader mnistReader(std::vector<std::string> labelNames);

}  // namespace elbo
