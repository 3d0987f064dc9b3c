// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/model_table.h"
#include "core/models/vae.h"

#include <memory>

namespace elbo {

/// Makes the network of that key for images of that shape; weights are not initialised from a seed yet (see
/// initialise()).
/// @throws Error(BadSetting) for an unknown key, a wrong field, a shape the model cannot take (sides, labels)
[[nodiscard]] std::shared_ptr<Vae> makeModel(const ModelConfig& config, const ImageShape& shape);

}  // namespace elbo
