// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/inference_weights.h"

#include "core/base/device.h"
#include "core/nn/autocast.h"

#include <ATen/Context.h>
#include <ATen/Functions.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>

#include <exception>
#include <optional>
#include <utility>

namespace elbo {

namespace {

// Each compute thread has networks of its own.
thread_local InferenceWeights* currentWeights = nullptr;

/// LibTorch's operators around oneDNN's convolutions, which its compiler uses. They have no C++ function, so
/// they are called by name, and only while they are those that are known here.
struct OneDnn {
    std::optional<c10::OperatorHandle> layOut, convolve, convolveAndAdd;
    bool bfloat16 = false;

    [[nodiscard]] bool usable() const { return layOut && convolve && convolveAndAdd; }
};

const OneDnn& oneDnn()
{
    static const OneDnn found = [] {
        const auto named = [](const char* name, const char* overload, std::size_t arguments) {
            auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
            if (handle && handle->schema().arguments().size() != arguments)
                handle.reset();
            return handle;
        };
        OneDnn made;
        made.layOut = named("mkldnn::_reorder_convolution_weight", "", 6);
        made.convolve = named("mkldnn::_convolution_pointwise", "", 10);
        made.convolveAndAdd = named("mkldnn::_convolution_pointwise", "binary", 13);
        made.bfloat16 = deviceInfo(c10::Device(c10::kCPU)).fastBFloat16;
        return made;
    }();
    return found;
}

at::Tensor call(const std::optional<c10::OperatorHandle>& handle, std::vector<c10::IValue> arguments)
{
    handle->callBoxed(arguments);
    return arguments.front().toTensor();
}

at::ScalarType computedType(const at::Tensor& x)
{
    const auto device = x.device().type();
    if (at::autocast::is_autocast_enabled(device))
        return at::autocast::get_autocast_dtype(device);
    return x.scalar_type();
}

at::Tensor laidOut(const ConvolutionWeights& weights, const std::vector<std::int64_t>& sides)
{
    return call(oneDnn().layOut,
                {weights.weight, weights.padding, weights.stride, weights.dilation, weights.groups, sides});
}

c10::IValue nameOf(After after)
{
    switch (after) {
        case After::Nothing:
            return "none";
        case After::Relu:
            return "relu";
        case After::Relu6:
            return "hardtanh";
    }
    return {};
}

c10::List<std::optional<at::Scalar>> boundsOf(After after)
{
    c10::List<std::optional<at::Scalar>> bounds;
    if (after == After::Relu6) {
        bounds.push_back(at::Scalar(0.0));
        bounds.push_back(at::Scalar(6.0));
    }
    return bounds;
}

at::Tensor byOneDnn(const ConvolutionWeights& weights, const at::Tensor& x, After after,
                    const at::Tensor& added)
{
    const auto bias = weights.bias.defined() ? c10::IValue(weights.bias) : c10::IValue();
    if (!added.defined())
        return call(oneDnn().convolve,
                    {x, weights.weight, bias, weights.padding, weights.stride, weights.dilation,
                     weights.groups, nameOf(after), boundsOf(after), ""});
    // It knows no bounds here: ReLU6 comes after it.
    const auto unary = after == After::Relu ? nameOf(after) : c10::IValue();
    auto sum =
        call(oneDnn().convolveAndAdd, {x, added.to(x.scalar_type()), weights.weight, bias, weights.padding,
                                       weights.stride, weights.dilation, weights.groups, "add",
                                       at::Scalar(1.0), unary, boundsOf(After::Nothing), c10::IValue()});
    return after == After::Relu6 ? apply(after, std::move(sum)) : sum;
}

/// Whether they do what is meant here, in the LibTorch that is loaded: tried once, since a name and a number
/// of arguments promise nothing of another version.
bool oneDnnComputes()
{
    static const bool computes = [] {
        if (!oneDnn().usable())
            return false;
        const WithoutAutocast float32;
        const auto image = [](std::int64_t count, at::IntArrayRef sides) {
            return at::arange(count, at::kFloat).sub(static_cast<double>(count) / 2).div(10).view(sides);
        };
        const auto x = image(2 * 4 * 4, {1, 2, 4, 4}), added = image(3 * 4 * 4, {1, 3, 4, 4});
        ConvolutionWeights plain{
            .weight = image(3 * 2 * 3 * 3, {3, 2, 3, 3}), .bias = image(3, {3}), .padding = {1, 1}};
        const auto expected = at::conv2d(x, plain.weight, plain.bias, plain.stride, plain.padding);
        try {
            auto own = plain;
            own.weight = laidOut(plain, x.sizes().vec());
            return at::allclose(byOneDnn(own, x, After::Relu6, {}), expected.clamp(0, 6)) &&
                   at::allclose(byOneDnn(own, x, After::Relu, added), (expected + added).relu());
        } catch (const std::exception&) {
            return false;  // the usual convolution computes the same, more slowly
        }
    }();
    return computes;
}

bool suitsOneDnn(const at::Tensor& x, at::ScalarType type)
{
    return x.is_cpu() && at::globalContext().userEnabledMkldnn() &&
           (type == at::kFloat || (type == at::kBFloat16 && oneDnn().bfloat16)) && oneDnnComputes();
}

}  // namespace

at::Tensor apply(After after, at::Tensor values)
{
    switch (after) {
        case After::Nothing:
            break;
        case After::Relu:
            return values.relu_();
        case After::Relu6:
            return values.clamp_(0, 6);
    }
    return values;
}

InferenceWeights::Use::Use(InferenceWeights& weights) : m_before(std::exchange(currentWeights, &weights)) {}

InferenceWeights::Use::~Use()
{
    currentWeights = m_before;
}

InferenceWeights* InferenceWeights::current()
{
    return currentWeights;
}

at::Tensor InferenceWeights::convolve(const void* key, const std::function<ConvolutionWeights()>& make,
                                      const at::Tensor& x, After after, const at::Tensor& added)
{
    const auto type = computedType(x);
    const bool byOwnLayout = suitsOneDnn(x, type);
    const auto sides = byOwnLayout ? x.sizes().vec() : std::vector<std::int64_t>{};
    auto& kept = m_kept[key];
    if (!kept.weights.weight.defined() || kept.type != type || kept.sides != sides) {
        kept = {make(), type, sides};
        auto& [weight, bias, stride, padding, dilation, groups] = kept.weights;
        weight = weight.to(type);
        if (bias.defined())
            bias = bias.to(type);
        weight =
            byOwnLayout ? laidOut(kept.weights, sides) : weight.contiguous(at::MemoryFormat::ChannelsLast);
    }
    const auto& weights = kept.weights;
    const auto input = x.to(type);
    if (byOwnLayout)
        return byOneDnn(weights, input, after, added);
    auto y = at::conv2d(input, weights.weight, weights.bias, weights.stride, weights.padding,
                        weights.dilation, weights.groups);
    if (added.defined())
        y.add_(added);
    return apply(after, std::move(y));
}

}  // namespace elbo
