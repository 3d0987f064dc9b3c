// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/data_parallel.h"

#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/training/gradient_reducer.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <algorithm>

namespace elbo {

DataParallel::DataParallel(ProcessGroup& group, const std::vector<at::Tensor>& parameters) : m_group(group)
{
    if (!isAlone())
        m_reducer = std::make_unique<GradientReducer>(group, parameters);
}

DataParallel::~DataParallel() = default;

BatchShare DataParallel::share(std::int64_t first, std::int64_t count) const
{
    const auto own = shareOf(count, m_group.rank(), m_group.size());
    if (own.count == 0)
        return {first, 1, 0.0};
    return {first + own.first, own.count, static_cast<double>(own.count) / static_cast<double>(count)};
}

void DataParallel::backward(StepResult& result, const BatchShare& share, bool stop)
{
    if (isAlone()) {
        result.loss.backward();
        return;
    }
    // The terms are known before the backward pass: their sum travels beside it, with the wish to stop.
    const auto device = result.terms.device();
    const auto terms = result.terms.to(at::kCPU, at::kDouble) * (share.counts() ? 1.0 : 0.0);
    const auto sums = at::cat({terms, at::full({1}, stop ? 1.0 : 0.0, at::kDouble)});
    const auto summing = m_group.startSum(sums);
    (result.loss * share.weight).backward();
    m_reducer->finish();
    m_group.wait(*summing);
    m_stopAgreed = sums[terms.numel()].item<double>() > 0;
    // In float64: rounded to float32 they would differ from the sums of one process where it adds them up.
    result.terms = sums.narrow(0, 0, terms.numel()).to(device);
}

bool DataParallel::agreeOnStop(bool stop)
{
    if (isAlone())
        return stop;
    const auto wishes = at::full({1}, stop ? 1.0 : 0.0, at::kDouble);
    m_group.sum(wishes);
    m_stopAgreed = m_stopAgreed || wishes.item<double>() > 0;
    return m_stopAgreed;
}

void DataParallel::copyFromFirst(const std::vector<NamedTensor>& state)
{
    if (isAlone())
        return;
    const c10::AutoGradMode noGradient(false);
    for (const auto& [name, tensor] : state) {
        const auto values = tensor.detach().to(at::kCPU).clone(at::MemoryFormat::Contiguous);
        m_group.broadcast(values);
        tensor.detach().copy_(values);
    }
}

bool DataParallel::isSameEverywhere(const at::Tensor& values)
{
    if (isAlone())
        return true;
    const auto own = values.detach().to(at::kCPU).contiguous();
    const auto first = own.clone();
    m_group.broadcast(first);
    const auto differing = at::full({1}, at::equal(own, first) ? 0.0 : 1.0, at::kDouble);
    m_group.sum(differing);
    return differing.item<double>() == 0;
}

void DataParallel::requireSame(const std::string& text, const std::string& what)
{
    const auto hash = fnv1a64(text);
    // Half the bits each, which float64 holds exactly.
    const auto halves =
        at::tensor({static_cast<double>(hash >> 32U), static_cast<double>(hash & 0xffffffffU)}, at::kDouble);
    if (!isSameEverywhere(halves))
        throw Error(ErrorCode::BadData, "The processes of this run were given different " + what +
                                            ": start all of them with the same files and settings.");
}

}  // namespace elbo
