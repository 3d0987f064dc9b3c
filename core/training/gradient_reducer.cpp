// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/gradient_reducer.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <utility>

namespace elbo {

namespace {

/// 16 MiB: few enough to be quick, small enough that the first leaves early.
constexpr std::int64_t kBucketValues = 4 << 20;

}  // namespace

/// Called by LibTorch when the gradient of a parameter is whole.
class GradientHook final : public torch::autograd::PostAccumulateGradHook {
public:
    GradientHook(GradientReducer& reducer, std::size_t bucket, std::size_t slot)
        : m_reducer(reducer), m_bucket(bucket), m_slot(slot)
    {
    }
    void operator()(const torch::autograd::Variable& parameter) override
    {
        m_reducer.take(m_bucket, m_slot, parameter.grad());
    }

private:
    GradientReducer& m_reducer;
    std::size_t m_bucket;
    std::size_t m_slot;
};

GradientReducer::GradientReducer(ProcessGroup& group, std::vector<at::Tensor> parameters) : m_group(group)
{
    std::ranges::reverse(parameters);
    std::vector<at::Tensor> next;
    std::int64_t values = 0;
    for (auto& parameter : parameters) {
        if (!next.empty() && values + parameter.numel() > kBucketValues) {
            makeBucket(std::exchange(next, {}));
            values = 0;
        }
        values += parameter.numel();
        next.push_back(std::move(parameter));
    }
    if (!next.empty())
        makeBucket(std::move(next));
}

void GradientReducer::makeBucket(std::vector<at::Tensor> parameters)
{
    std::int64_t values = 0;
    for (const auto& parameter : parameters)
        values += parameter.numel();
    Bucket bucket;
    bucket.flat = at::zeros({values}, at::kFloat);
    bucket.missing = parameters.size();
    std::int64_t offset = 0;
    for (auto& parameter : parameters) {
        auto part = bucket.flat.narrow(0, offset, parameter.numel())
                        .as_strided(parameter.sizes(), parameter.strides(), offset);
        offset += parameter.numel();
        torch::autograd::impl::set_post_acc_grad_hooks(
            parameter, std::make_unique<GradientHook>(*this, m_buckets.size(), bucket.slots.size()));
        bucket.slots.push_back({std::move(parameter), std::move(part), false});
    }
    m_buckets.push_back(std::move(bucket));
}

GradientReducer::~GradientReducer()
{
    for (const auto& bucket : m_buckets)
        for (const auto& slot : bucket.slots)
            torch::autograd::impl::set_post_acc_grad_hooks(slot.parameter, nullptr);
}

void GradientReducer::take(std::size_t bucket, std::size_t slot, const at::Tensor& gradient)
{
    const c10::AutoGradMode noGradient(false);
    auto& into = m_buckets[bucket];
    into.slots[slot].values.copy_(gradient);
    into.slots[slot].known = true;
    --into.missing;
    startComplete();
}

void GradientReducer::startComplete()
{
    for (; m_started < m_buckets.size() && m_buckets[m_started].missing == 0; ++m_started)
        m_buckets[m_started].summing = m_group.startSum(m_buckets[m_started].flat);
}

void GradientReducer::finish()
{
    const c10::AutoGradMode noGradient(false);
    for (auto& bucket : m_buckets) {
        for (auto& slot : bucket.slots) {
            if (!slot.known)
                slot.values.zero_();
        }
        bucket.missing = 0;
    }
    startComplete();
    for (auto& bucket : m_buckets) {
        m_group.wait(*bucket.summing);
        for (auto& slot : bucket.slots) {
            if (!slot.known)
                continue;
            if (slot.parameter.is_cpu())
                slot.parameter.mutable_grad() = slot.values;
            else
                slot.parameter.mutable_grad().copy_(slot.values);
            slot.known = false;
        }
        bucket.missing = bucket.slots.size();
        bucket.summing.reset();
    }
    m_started = 0;
}

}  // namespace elbo
