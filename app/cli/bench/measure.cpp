// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench/measure.h"

#include "core/base/progress.h"

#include <ATen/DeviceAccelerator.h>
#include <ATen/Functions.h>

#include <algorithm>
#include <chrono>

namespace elbo::bench {

namespace {

double milliseconds(const Work& work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

Timings summary(std::vector<double> times)
{
    std::sort(times.begin(), times.end());
    const auto at = [&times](double fraction) {
        return times[static_cast<std::size_t>(fraction * static_cast<double>(times.size() - 1) + 0.5)];
    };
    return {at(0.5), (at(0.75) - at(0.25)) / 2, at(0.95)};
}

}  // namespace

std::vector<Timings> measureAlternating(const std::vector<Work>& works, int rounds,
                                        const std::stop_token& stop)
{
    for (const auto& work : works) {
        throwIfStopped(stop);
        work();
    }
    std::vector<std::vector<double>> times(works.size());
    for (int round = 0; round < rounds; ++round)
        for (std::size_t i = 0; i < works.size(); ++i) {
            throwIfStopped(stop);
            times[i].push_back(milliseconds(works[i]));
        }
    std::vector<Timings> summaries;
    for (auto& list : times)
        summaries.push_back(summary(std::move(list)));
    return summaries;
}

void waitFor(const c10::Device& device)
{
    if (!device.is_cpu())
        at::accelerator::synchronizeDevice(device.index());
}

double matrixProductGflops(const Setting& setting, bool bfloat16)
{
    const auto& device = setting.device;
    const std::int64_t side = device.is_cpu() ? 2048 : 8192;
    const auto options = at::TensorOptions(device).dtype(bfloat16 ? at::kBFloat16 : at::kFloat);
    // Numbers of every size: on equal ones a GPU draws less power and runs faster than it ever will.
    const auto a =
        at::arange(side * side, options.dtype(at::kFloat)).sin_().view({side, side}).to(options.dtype());
    const auto b = a.t().contiguous();
    const auto time = measureAlternating({[&] {
                                             (void)a.mm(b);
                                             waitFor(device);
                                         }},
                                         5, setting.stop)
                          .front();
    return 2.0 * static_cast<double>(side) * static_cast<double>(side) * static_cast<double>(side) /
           (time.medianMs * 1e6);
}

}  // namespace elbo::bench
