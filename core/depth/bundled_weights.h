// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/weights_file.h"

namespace elbo {

/// The weights of METER-XXS that are built in (resources/weights/meter-xxs, MIT licence).
/// @throws Error(NoPermission, DiskFull) when the folder for temporary files cannot be written
[[nodiscard]] WeightsFile bundledMeterWeights();

}  // namespace elbo
