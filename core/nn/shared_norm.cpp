// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/shared_norm.h"

#include "core/nn/autocast.h"

#include <ATen/Functions.h>
#include <ATen/core/ivalue.h>
#include <c10/core/GradMode.h>
#include <torch/autograd.h>
#include <torch/custom_class.h>

#include <array>
#include <utility>

namespace elbo {
namespace {

struct Sharing {
    ProcessGroup* group = nullptr;
    bool counts = true;
};
// As autocast: a scope of one thread, which modules cannot be told of otherwise.
thread_local Sharing sharing;

/// What backward needs of the group, in a form that LibTorch keeps.
struct GroupHandle final : torch::CustomClassHolder {
    explicit GroupHandle(ProcessGroup* given) : group(given) {}
    ProcessGroup* group;
};

/// float64 sums over all processes, on the device of the values.
at::Tensor sumOverAll(ProcessGroup& group, const at::Tensor& values)
{
    const auto sums = values.to(at::kCPU, at::kDouble).contiguous();
    group.sum(sums);
    return sums.to(values.device());
}

/// Of all images of the batch, float32 [C] but for the number of values of a channel.
struct Statistics {
    at::Tensor mean, variance;
    double values = 0;
};

/// Mean and variance of the values of this process, float32 [C].
std::pair<at::Tensor, at::Tensor> ownStatistics(const at::Tensor& x)
{
    // Scratch in float32: LibTorch then keeps the statistics of bf16 values in float32 too.
    const auto scratch = at::zeros({2, x.size(1)}, x.options().dtype(at::kFloat));
    const auto [mean, variance] = at::batch_norm_update_stats(x, scratch[0], scratch[1], 0.0);
    return {mean, variance};
}

Statistics statisticsOfAll(const at::Tensor& x, const Sharing& shared)
{
    const auto channels = x.size(1);
    const auto own = shared.counts ? static_cast<double>(x.numel() / channels) : 0.0;
    const auto [ownMean, ownVariance] = ownStatistics(x);
    const auto mean = ownMean.to(at::kDouble);
    // In float64 the mean of the squares may be taken apart again.
    const auto sums =
        sumOverAll(*shared.group, at::cat({own * mean, own * (ownVariance.to(at::kDouble) + mean.square()),
                                           at::full({1}, own, mean.options())}));
    Statistics all;
    all.values = sums[2 * channels].item<double>();
    const auto meanOfAll = sums.narrow(0, 0, channels) / all.values;
    const auto variance = (sums.narrow(0, channels, channels) / all.values - meanOfAll.square()).clamp_min(0);
    all.mean = meanOfAll.to(at::kFloat);
    all.variance = variance.to(at::kFloat);
    return all;
}

class SharedBatchNorm : public torch::autograd::Function<SharedBatchNorm> {
public:
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                              const at::Tensor& weight, const at::Tensor& bias, const Statistics& statistics,
                              double epsilon, const Sharing& shared)
    {
        const WithoutAutocast asGiven;
        context->save_for_backward({x, weight, statistics.mean, statistics.variance});
        context->saved_data["values"] = statistics.values;
        context->saved_data["epsilon"] = epsilon;
        context->saved_data["group"] =
            c10::IValue::make_capsule(c10::make_intrusive<GroupHandle>(shared.group));
        context->saved_data["counts"] = shared.counts;
        // What LibTorch calls evaluation: statistics that are given.
        return at::batch_norm(x, weight, bias, statistics.mean, statistics.variance, /*training=*/false,
                              /*momentum=*/0.0, epsilon, /*cudnn_enabled=*/false);
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& gradients)
    {
        const WithoutAutocast asGiven;
        const auto saved = context->get_saved_variables();
        const auto &x = saved[0], &weight = saved[1], &mean = saved[2], &variance = saved[3];
        const auto epsilon = context->saved_data["epsilon"].toDouble();
        const auto handle = context->saved_data["group"].toCapsule();
        auto& group = *static_cast<GroupHandle&>(*handle).group;

        // As if the statistics were constants: the sums of this process for weight and bias, and a first part
        // of the gradient of x.
        const auto scale = (variance + epsilon).rsqrt();
        auto [image, products, sums] =
            at::native_batch_norm_backward(gradients[0], x, weight, mean, variance, mean, scale,
                                           /*train=*/false, epsilon, std::array<bool, 3>{true, true, true});
        const auto channels = x.size(1);
        const auto all =
            sumOverAll(group, at::cat({sums, products})) / context->saved_data["values"].toDouble();
        if (!context->saved_data["counts"].toBool())
            return {image, products, sums, at::Tensor(), at::Tensor(), at::Tensor()};
        // The rest comes through mean and variance, and so from the images of all processes:
        // - w s (sum dy + x^ sum dy x^) / n, with x^ = (x - mean) s.
        const auto factor = weight.detach() * scale;
        const auto slope = factor * scale * all.narrow(0, channels, channels).to(at::kFloat);
        const auto offset = factor * all.narrow(0, 0, channels).to(at::kFloat) - slope * mean;
        const auto perChannel = [channels](const at::Tensor& values) {
            return values.view({1, channels, 1, 1});
        };
        const auto through = at::addcmul(perChannel(offset), x.to(at::kFloat), perChannel(slope));
        image.sub_(through);
        return {image, products, sums, at::Tensor(), at::Tensor(), at::Tensor()};
    }
};

void updateRunning(torch::nn::BatchNorm2dImpl& norm, const Statistics& statistics)
{
    if (!norm.running_mean.defined())
        return;
    const c10::AutoGradMode noGradient(false);
    norm.num_batches_tracked.add_(1);
    const auto momentum = norm.options.momentum().has_value() ? *norm.options.momentum()
                                                              : 1.0 / norm.num_batches_tracked.item<double>();
    norm.running_mean.lerp_(statistics.mean, momentum);
    norm.running_var.lerp_(statistics.variance * (statistics.values / (statistics.values - 1.0)), momentum);
}

}  // namespace

SharedNorms::SharedNorms(ProcessGroup& group, bool counts)
    : m_outerGroup(sharing.group), m_outerCounts(sharing.counts)
{
    sharing = {group.size() > 1 ? &group : nullptr, counts};
}

SharedNorms::~SharedNorms()
{
    sharing = {m_outerGroup, m_outerCounts};
}

at::Tensor batchNorm(const at::Tensor& x, torch::nn::BatchNorm2dImpl& norm)
{
    if (sharing.group == nullptr || !norm.is_training())
        return norm.forward(x);
    Statistics statistics;
    {
        const c10::AutoGradMode noGradient(false);
        const WithoutAutocast asGiven;
        statistics = statisticsOfAll(x, sharing);
        updateRunning(norm, statistics);
    }
    return SharedBatchNorm::apply(x, norm.weight, norm.bias, statistics, norm.options.eps(), sharing);
}

}  // namespace elbo
