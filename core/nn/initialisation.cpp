// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/initialisation.h"

#include <ATen/Functions.h>
#include <torch/utils.h>

#include <cmath>
#include <functional>
#include <string>

namespace elbo {
namespace {

/// Multiplicand count of one output value: everything but the first dimension.
double fanIn(const at::Tensor& weight)
{
    return static_cast<double>(weight.numel()) / static_cast<double>(weight.size(0));
}

/// Uniform in [-bound, bound), from the stream of that name, made on the CPU and copied to where the target
/// lives.
void fillUniform(at::Tensor& target, std::uint64_t seed, const std::string& name, double bound)
{
    RandomStream stream(seed, RandomPurpose::Weights, fnv1a64(name));
    auto values = at::empty(target.sizes(), at::kFloat);
    auto* value = values.data_ptr<float>();
    const auto scale = static_cast<float>(bound);
    for (std::int64_t i = 0; i < values.numel(); ++i) {
        value[i] = (2.0F * stream.uniform() - 1.0F) * scale;
    }
    target.copy_(values);
}

/// Calls `visit` for each module with the prefix that the names of its own tensors have.
void forEachModule(const torch::nn::Module& module, const std::string& prefix,
                   const std::function<void(const torch::nn::Module&, const std::string&)>& visit)
{
    visit(module, prefix);
    for (const auto& child : module.named_children()) {
        forEachModule(*child.value(), prefix + child.key() + ".", visit);
    }
}

void initialiseOwn(const torch::nn::Module& module, const std::string& prefix, std::uint64_t seed)
{
    const auto parameters = module.named_parameters(/*recurse=*/false);
    const at::Tensor* weight = parameters.find("weight");
    const bool normalises = weight != nullptr && weight->dim() == 1;
    for (const auto& parameter : parameters) {
        at::Tensor target = parameter.value();
        if (target.dim() == 0)
            continue;  // a number, which begins with the value that its module gave it
        if (normalises) {
            target.fill_(parameter.key() == "weight" ? 1.0 : 0.0);
        } else {
            fillUniform(target, seed, prefix + parameter.key(),
                        1.0 / std::sqrt(fanIn(weight != nullptr ? *weight : target)));
        }
    }
    for (const auto& buffer : module.named_buffers(/*recurse=*/false)) {
        at::Tensor target = buffer.value();
        if (buffer.key() == "running_mean" || buffer.key() == "num_batches_tracked") {
            target.zero_();
        } else if (buffer.key() == "running_var") {
            target.fill_(1.0);
        }
    }
}

/// The rule of golden/README for one entry of a state dict.
at::Tensor goldenValue(const std::string& name, const at::Tensor& entry)
{
    if (name.ends_with("num_batches_tracked")) {
        return at::zeros_like(entry);
    }
    const at::Tensor u = goldenUniform(name, entry.numel()).reshape(entry.sizes());
    if (name.ends_with("running_mean")) {
        return 0.1 * u;
    }
    if (name.ends_with("running_var")) {
        return 1.0 + 0.1 * u;
    }
    if (entry.dim() >= 2) {
        return u * std::sqrt(6.0 / fanIn(entry));
    }
    return name.ends_with("weight") ? 0.7 + 0.1 * u : 0.1 * u;
}

}  // namespace

void initialise(torch::nn::Module& module, std::uint64_t seed)
{
    const torch::NoGradGuard noGrad;
    forEachModule(module, "", [seed](const torch::nn::Module& part, const std::string& prefix) {
        initialiseOwn(part, prefix, seed);
    });
}

void initialiseFromNames(torch::nn::Module& module)
{
    const torch::NoGradGuard noGrad;
    for (const auto& entry : module.named_parameters()) {
        entry.value().copy_(goldenValue(entry.key(), entry.value()));
    }
    for (const auto& entry : module.named_buffers()) {
        entry.value().copy_(goldenValue(entry.key(), entry.value()));
    }
}

at::Tensor goldenUniform(std::string_view name, std::int64_t count)
{
    const std::uint64_t start = fnv1a64(name);
    auto values = at::empty({count}, at::kFloat);
    auto* value = values.data_ptr<float>();
    for (std::int64_t i = 0; i < count; ++i) {
        const auto bits =
            static_cast<std::uint32_t>(splitmix64(start + static_cast<std::uint64_t>(i)) >> 40);  // 24 bits
        value[i] = static_cast<float>(bits) * 0x1.0p-23F - 1.0F;
    }
    return values;
}

}  // namespace elbo
