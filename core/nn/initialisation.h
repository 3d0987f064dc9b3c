// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"

#include <torch/nn/module.h>

#include <cstdint>

namespace elbo {

/// PyTorch's default bounds, drawn from our own streams keyed by state-dict name: convolution and linear
/// weights and biases uniform in +-1/sqrt(fan_in), normalisation weights 1, biases 0, running mean 0,
/// variance 1. Same on every device.
void initialise(torch::nn::Module& module, std::uint64_t seed);
/// golden/README's weights made from names, for tests and selftest.
void initialiseFromNames(torch::nn::Module& module);
/// u(name, n) of golden/README: float32 [n] in [-1, 1)
[[nodiscard]] at::Tensor goldenUniform(std::string_view name, std::int64_t count);

}  // namespace elbo
