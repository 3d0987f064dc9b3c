// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/models/model_config.h"

#include <memory>
#include <string>
#include <vector>

namespace elbo {

/// The images of a set that the model can use: all of them, or for one that is given classes those of a known
/// class, numbered as the model numbers them.
/// @param classes names of the model's classes; empty for a new model: the set's own
/// @throws Error(BadData) when the model needs labels and the set has none that fit
[[nodiscard]] std::shared_ptr<const Dataset> dataForModel(const ModelConfig& model,
                                                          std::shared_ptr<const Dataset> data,
                                                          const std::vector<std::string>& classes = {});

}  // namespace elbo
