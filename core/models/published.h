// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/models/model_config.h"
#include "core/store/safetensors.h"

#include <optional>
#include <vector>

namespace elbo {

/// A network that the names and shapes of its weights tell.
struct PublishedModel {
    ModelConfig config;  ///< key, latent size, widths
    ImageShape shape;
};

/// Recognises the state dicts that the report's authors published, and whatever has the same layout: the
/// names say which model it is, the shapes say its fields and the images it is for. Images are told by their
/// number of values alone where a layout has no more to say: 784 is MNIST's 28x28, otherwise four channels
/// (colour and depth) of a square are preferred to three, and three to one. Names and shapes of the layouts:
/// golden/*_keys.json of the reference networks.
/// @return nothing when a name is missing, one is left over, or a shape does not fit the others
[[nodiscard]] std::optional<PublishedModel> recognisePublished(const std::vector<TensorInfo>& tensors);

}  // namespace elbo
