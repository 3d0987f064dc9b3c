// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/norm_activation.h"

#include "core/nn/shared_norm.h"

#include <ATen/Functions.h>

namespace elbo {

at::Tensor normaliseLeakyRelu(const at::Tensor& x, torch::nn::BatchNorm2dImpl& norm, double slope)
{
    auto normalised = batchNorm(x, norm);
    return at::leaky_relu_(normalised, slope);  // in place: its gradient needs the sign alone
}

}  // namespace elbo
