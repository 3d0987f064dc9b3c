// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/memory.h"

#include "core/base/device.h"

#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include <cstdlib>  // defines __GLIBC__
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <atomic>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

namespace elbo {

namespace {

/// The first number of a file such as memory.max; nothing for "max" and for a file that is not there.
std::optional<std::int64_t> numberIn(const std::string& file)
{
    std::ifstream stream(file);
    std::int64_t number = 0;
    return stream >> number ? std::optional(number) : std::nullopt;
}

/// Folder of the process's control group of version 2; empty without.
std::string controlGroup()
{
    std::ifstream groups("/proc/self/cgroup");
    for (std::string line; std::getline(groups, line);)
        if (line.starts_with("0::"))
            return "/sys/fs/cgroup" + line.substr(3);
    return {};
}

/// Told of every allocation of the threads that it is set for.
class Counter : public c10::MemoryReportingInfoBase {
public:
    explicit Counter(const c10::Device& device) : m_device(device) {}

    void reportMemoryUsage(void* /*pointer*/, std::int64_t size, std::size_t /*allocated*/,
                           std::size_t /*reserved*/, c10::Device device) override
    {
        if (device.type() != m_device.type())
            return;
        const auto now = m_bytes.fetch_add(size) + size;
        auto peak = m_peak.load();
        while (now > peak && !m_peak.compare_exchange_weak(peak, now)) {
        }
    }
    [[nodiscard]] bool memoryProfilingEnabled() const override { return true; }

    [[nodiscard]] std::int64_t bytes() const { return m_bytes; }
    [[nodiscard]] std::int64_t peak() const { return m_peak; }
    void resetPeak() { m_peak = m_bytes.load(); }

private:
    c10::Device m_device;
    std::atomic<std::int64_t> m_bytes{0};
    std::atomic<std::int64_t> m_peak{0};
};

}  // namespace

std::int64_t availableMemoryBytes()
{
    auto available = availableBytes();
    if (const auto group = controlGroup(); !group.empty()) {
        const auto limit = numberIn(group + "/memory.max");
        const auto used = numberIn(group + "/memory.current");
        if (limit && used)
            available = std::min(available, std::max<std::int64_t>(0, *limit - *used));
    }
    return available;
}

struct TensorMemoryWatch::State {
    explicit State(const c10::Device& device)
        : counter(std::make_shared<Counter>(device)), guard(c10::DebugInfoKind::PROFILER_STATE, counter)
    {
    }
    std::shared_ptr<Counter> counter;
    c10::DebugInfoGuard guard;
};

void keepFreedMemory()
{
#ifdef __GLIBC__
    constexpr int kLargestKept = 32 << 20;  // the most that glibc takes
    constexpr int kMostKept = 256 << 20;
    (void)::mallopt(M_MMAP_THRESHOLD, kLargestKept);
    (void)::mallopt(M_TRIM_THRESHOLD, kMostKept);
#endif
}

TensorMemoryWatch::TensorMemoryWatch(const c10::Device& device) : m_state(std::make_unique<State>(device)) {}

TensorMemoryWatch::~TensorMemoryWatch() = default;

std::int64_t TensorMemoryWatch::bytes() const
{
    return m_state->counter->bytes();
}

std::int64_t TensorMemoryWatch::peakBytes() const
{
    return m_state->counter->peak();
}

void TensorMemoryWatch::resetPeak()
{
    m_state->counter->resetPeak();
}

ResidentGrowth::ResidentGrowth() : m_before(0)
{
    // "5" sets VmHWM to the size now (proc(5)); where that is refused, only growth beyond the old mark shows.
    std::ofstream("/proc/self/clear_refs") << "5";
    m_before = residentBytes();
}

std::int64_t ResidentGrowth::bytes() const
{
    return std::max<std::int64_t>(0, peakResidentBytes() - m_before);
}

}  // namespace elbo
