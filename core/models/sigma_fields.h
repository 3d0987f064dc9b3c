// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/field.h"
#include "core/models/model_config.h"
#include "core/models/vae.h"

#include <vector>

namespace elbo {

/// The fields of a model with a Gaussian likelihood: `sigma`, in the network's value range, and
/// `learn_sigma`.
/// @param fields  those of its own, which come first @param sigma  the report's
[[nodiscard]] std::vector<Field> withSigmaFields(std::vector<Field> fields, double sigma);
/// What they ask for. @param fields  the model's, as withSigmaFields() made them
[[nodiscard]] GaussianSigma sigmaOf(const ModelConfig& config, const std::vector<Field>& fields);

}  // namespace elbo
