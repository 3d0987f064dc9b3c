// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench/profile.h"

#include <torch/csrc/autograd/profiler_kineto.h>

#include <algorithm>
#include <map>
#include <utility>

namespace elbo::bench {

namespace {

namespace profiler = torch::autograd::profiler;
using torch::profiler::impl::ActivityType;

using Lines = std::map<std::string, ProfileLine>;

void addTo(Lines& lines, const std::string& name, std::int64_t nanoseconds, int calls)
{
    auto& line = lines[name];
    line.name = name;
    line.ms += static_cast<double>(nanoseconds) * 1e-6;
    line.calls += calls;
}

/// Operations of one thread contain those that they call: the time of the inner ones is taken off.
void addNested(Lines& lines, std::vector<const profiler::KinetoEvent*> events)
{
    std::ranges::sort(events, [](const auto* a, const auto* b) {
        return std::pair(a->startNs(), b->durationNs()) < std::pair(b->startNs(), a->durationNs());
    });
    std::vector<const profiler::KinetoEvent*> open;
    for (const auto* event : events) {
        while (!open.empty() && open.back()->endNs() <= event->startNs())
            open.pop_back();
        if (!open.empty())
            addTo(lines, open.back()->name(), -static_cast<std::int64_t>(event->durationNs()), 0);
        addTo(lines, event->name(), static_cast<std::int64_t>(event->durationNs()), 1);
        open.push_back(event);
    }
}

}  // namespace

std::vector<ProfileLine> profile(const Work& work, const c10::Device& device)
{
    const torch::profiler::impl::ProfilerConfig config(torch::profiler::impl::ProfilerState::KINETO);
    std::set<ActivityType> activities{ActivityType::CPU};
    if (device.is_cuda())
        activities.insert(ActivityType::CUDA);
    profiler::prepareProfiler(config, activities);
    // The backward pass runs in a thread of its own on CUDA, whose kernels are seen anyway.
    profiler::enableProfiler(config, activities);
    work();
    const auto result = profiler::disableProfiler();

    Lines lines;
    std::map<std::uint64_t, std::vector<const profiler::KinetoEvent*>> threads;
    for (const auto& event : result->events()) {
        if (device.is_cuda() && event.deviceType() == c10::DeviceType::CUDA)
            addTo(lines, event.name(), static_cast<std::int64_t>(event.durationNs()), 1);
        else if (device.is_cpu() && event.deviceType() == c10::DeviceType::CPU)
            threads[event.startThreadId()].push_back(&event);
    }
    for (auto& [thread, events] : threads)
        addNested(lines, std::move(events));
    std::vector<ProfileLine> sorted;
    for (auto& [name, line] : lines)
        sorted.push_back(std::move(line));
    std::ranges::sort(sorted, std::ranges::greater{}, &ProfileLine::ms);
    return sorted;
}

}  // namespace elbo::bench
