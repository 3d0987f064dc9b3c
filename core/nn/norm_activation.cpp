// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/norm_activation.h"

#include "core/nn/shared_norm.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>
#include <torch/autograd.h>

namespace elbo {

namespace {

/// Gives x back, and bias the gradient 0.
class TakesNoPart : public torch::autograd::Function<TakesNoPart> {
public:
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                              const at::Tensor& bias)
    {
        context->save_for_backward({bias});
        return x.view_as(x);
    }
    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& gradients)
    {
        return {gradients[0], at::zeros_like(context->get_saved_variables()[0])};
    }
};

at::Tensor normalise(const at::Tensor& x, const at::Tensor& bias, torch::nn::BatchNorm2dImpl& norm)
{
    if (norm.is_training()) {
        auto normalised = batchNorm(TakesNoPart::apply(x, bias), norm);
        const c10::AutoGradMode noGradient(false);
        // The norm's backward pass keeps the running mean, though it needs it in evaluation alone: changed
        // through a tensor with a version of its own.
        norm.running_mean.variable_data().add_(bias, norm.options.momentum().value());
        return normalised;
    }
    if (c10::GradMode::is_enabled() && bias.requires_grad())
        return batchNorm(x + bias.to(x.scalar_type()).view({1, -1, 1, 1}), norm);
    return at::batch_norm(x, norm.weight, norm.bias, norm.running_mean - bias, norm.running_var,
                          /*training=*/false, /*momentum=*/0.0, norm.options.eps(), /*cudnn_enabled=*/true);
}

}  // namespace

at::Tensor normaliseLeakyRelu(const at::Tensor& x, const at::Tensor& bias, torch::nn::BatchNorm2dImpl& norm,
                              double slope)
{
    auto normalised = normalise(x, bias, norm);
    return at::leaky_relu_(normalised, slope);  // in place: its gradient needs the sign alone
}

}  // namespace elbo
