// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/patch_convolution.h"

#include "core/nn/autocast.h"

#include <ATen/Functions.h>
#include <torch/autograd.h>

#include <optional>

namespace elbo {
namespace {

constexpr std::int64_t kFewPixels = 25;  // 5x5: the windows of the first up-convolution

PatchGeometry geometryOf(at::IntArrayRef sizes, std::int64_t kernel, const ConvolutionSteps& steps)
{
    return {.batch = sizes[0],
            .channels = sizes[1],
            .height = sizes[2],
            .width = sizes[3],
            .kernel = kernel,
            .stride = steps.stride,
            .padding = steps.padding,
            .edge = steps.edge};
}

class PatchProduct : public torch::autograd::Function<PatchProduct> {
public:
    /// @param rows [Cout, k k Cin] @param bias [Cout] or none, all of x's type
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                              const at::Tensor& rows, const std::optional<at::Tensor>& bias,
                              std::int64_t kernel, const ConvolutionSteps& steps)
    {
        const PatchGeometry g = geometryOf(x.sizes(), kernel, steps);
        const auto patches = gatherPatches(x, g);
        context->save_for_backward({patches, rows});
        context->saved_data["sizes"] = x.sizes().vec();
        context->saved_data["steps"] = std::vector<std::int64_t>{kernel, steps.stride, steps.padding};
        context->saved_data["replicate"] = steps.edge == PatchEdge::Replicate;
        context->saved_data["biased"] = bias.has_value();
        return (bias.has_value() ? at::addmm(*bias, patches, rows.t()) : at::mm(patches, rows.t()))
            .view({g.batch, g.rows(), g.columns(), rows.size(0)})
            .permute({0, 3, 1, 2});
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& gradients)
    {
        const auto saved = context->get_saved_variables();
        const auto gradient = gradients[0].permute({0, 2, 3, 1}).reshape({-1, saved[1].size(0)});
        at::Tensor image;
        if (context->needs_input_grad(0)) {
            const auto steps = context->saved_data["steps"].toIntVector();
            const auto edge =
                context->saved_data["replicate"].toBool() ? PatchEdge::Replicate : PatchEdge::Zero;
            const PatchGeometry g =
                geometryOf(context->saved_data["sizes"].toIntVector(), steps[0], {steps[1], steps[2], edge});
            image = scatterPatches(at::mm(gradient, saved[1]), g);
        }
        const auto biasGradient = context->saved_data["biased"].toBool() ? gradient.sum(0) : at::Tensor();
        return {image, at::mm(gradient.t(), saved[0]), biasGradient, at::Tensor(), at::Tensor()};
    }
};

}  // namespace

at::Tensor patchConvolution(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                            const ConvolutionSteps& steps)
{
    const WithoutAutocast asGiven;  // the type of x decides, forward and backward
    // Cast before the kernel is turned: half the bytes to move in bf16.
    const auto rows = weight.to(x.scalar_type()).permute({0, 2, 3, 1}).reshape({weight.size(0), -1});
    const auto own = bias.defined() ? std::optional(bias.to(x.scalar_type())) : std::nullopt;
    return PatchProduct::apply(x, rows, own, weight.size(2), steps);
}

bool prefersPatches(const at::Tensor& x, std::int64_t pixels)
{
    return x.is_cpu() && pixels <= kFewPixels;
}

}  // namespace elbo
