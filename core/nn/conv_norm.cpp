// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/conv_norm.h"

#include "core/nn/shared_norm.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

namespace elbo {

namespace {

ConvolutionWeights weightsOf(torch::nn::Conv2dImpl& convolution)
{
    const auto& options = convolution.options;
    const auto padding = std::get<torch::ExpandingArray<2>>(options.padding());
    return {convolution.weight,
            convolution.bias,
            {options.stride()->begin(), options.stride()->end()},
            {padding->begin(), padding->end()},
            {options.dilation()->begin(), options.dilation()->end()},
            options.groups()};
}

ConvolutionWeights weightsOf(torch::nn::Conv2dImpl& convolution, const torch::nn::BatchNorm2dImpl& norm)
{
    auto weights = weightsOf(convolution);
    const auto factor = norm.weight * (norm.running_var + norm.options.eps()).rsqrt();
    auto bias = norm.bias - norm.running_mean * factor;
    if (weights.bias.defined())
        bias = bias + weights.bias * factor;
    weights.weight = weights.weight * factor.view({-1, 1, 1, 1});
    weights.bias = bias;
    return weights;
}

}  // namespace

at::Tensor convNorm(const at::Tensor& x, torch::nn::Conv2dImpl& convolution, torch::nn::BatchNorm2dImpl& norm,
                    After after, const at::Tensor& added)
{
    if (norm.is_training() || c10::GradMode::is_enabled()) {
        const auto y = batchNorm(convolution.forward(x), norm);
        return apply(after, added.defined() ? y + added : y);
    }
    const auto make = [&] { return weightsOf(convolution, norm); };
    if (auto* kept = InferenceWeights::current())
        return kept->convolve(&convolution, make, x, after, added);
    const auto weights = make();
    auto y = at::conv2d(x, weights.weight, weights.bias, weights.stride, weights.padding, weights.dilation,
                        weights.groups);
    return apply(after, added.defined() ? y.add_(added) : y);
}

at::Tensor convolved(const at::Tensor& x, torch::nn::Conv2dImpl& convolution)
{
    auto* kept = InferenceWeights::current();
    if (kept == nullptr || c10::GradMode::is_enabled())
        return convolution.forward(x);
    return kept->convolve(&convolution, [&] { return weightsOf(convolution); }, x, After::Nothing, {});
}

}  // namespace elbo
