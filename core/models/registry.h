// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/models/model_table.h"
#include "core/models/vae.h"

#include <functional>
#include <memory>
#include <vector>

namespace elbo {

/// A line of the model registry.
struct ModelEntry {
    ModelInfo info;
    /// Fields and shape were checked for what all models share; the model itself checks its sides.
    std::function<std::shared_ptr<Trainable>(const ModelConfig& config, const ImageShape& shape)> make;
};
/// Every model there is, in the order in which lists show them.
[[nodiscard]] const std::vector<ModelEntry>& modelEntries();

/// Makes the network of that key for images of that shape; weights are not initialised from a seed yet (see
/// initialise()).
/// @throws Error(BadSetting) for an unknown key, a wrong field, a shape the model cannot take (sides, labels)
[[nodiscard]] std::shared_ptr<Trainable> makeModel(const ModelConfig& config, const ImageShape& shape);
/// The same where a latent code is needed. @throws Error(BadSetting) for a depth network, too
[[nodiscard]] std::shared_ptr<Vae> makeVae(const ModelConfig& config, const ImageShape& shape);

}  // namespace elbo
