// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/conv_norm.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

namespace elbo {

at::Tensor convNorm(const at::Tensor& x, torch::nn::Conv2dImpl& convolution, torch::nn::BatchNorm2dImpl& norm)
{
    if (norm.is_training() || c10::GradMode::is_enabled())
        return norm.forward(convolution.forward(x));
    const auto& options = convolution.options;
    const auto factor = norm.weight * (norm.running_var + norm.options.eps()).rsqrt();
    auto bias = norm.bias - norm.running_mean * factor;
    if (convolution.bias.defined())
        bias = bias + convolution.bias * factor;
    const auto padding = std::get<torch::ExpandingArray<2>>(options.padding());
    return at::conv2d(x, convolution.weight * factor.view({-1, 1, 1, 1}), bias, *options.stride(), *padding,
                      *options.dilation(), options.groups());
}

}  // namespace elbo
