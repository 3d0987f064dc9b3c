// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <c10/core/Device.h>

#include <functional>
#include <memory>
#include <utility>

namespace elbo {

/// Where recorded work keeps its intermediate values. Graphs that never run at the same time may share it:
/// they then need the memory of the largest of them alone.
class DeviceGraphMemory {
public:
    DeviceGraphMemory() = default;
    DeviceGraphMemory(const DeviceGraphMemory&) = delete;
    DeviceGraphMemory& operator=(const DeviceGraphMemory&) = delete;

private:
    friend class DeviceGraph;
    std::pair<unsigned long long, unsigned long long> m_pool{0, 0};  ///< of the first graph; 0: none yet
};

/// Work on a CUDA device that is recorded once and started again as a whole: a training step is a few hundred
/// kernels, and starting them one by one takes longer than many of them run.
/// The work reads and writes the same memory at every start: what goes in is copied into tensors that live
/// outside of it, and what comes out is valid until the next start.
class DeviceGraph {
public:
    /// Whether work on this device can be recorded: on CUDA, by a build that found CUDA's headers.
    [[nodiscard]] static bool isSupported(const c10::Device& device);

    /// Carries the work out `rehearsals` times, so that libraries choose and allocate what they need, then
    /// records it without carrying it out.
    /// @param work  starts the same kernels on the same memory whenever it is called, and reads nothing back
    /// @param afterRehearsals  called before the recording, to undo what the rehearsals changed
    /// @throws c10::Error when something in the work cannot be recorded; nothing is left of the recording
    DeviceGraph(const c10::Device& device, DeviceGraphMemory& memory, const std::function<void()>& work,
                int rehearsals, const std::function<void()>& afterRehearsals);
    ~DeviceGraph();
    DeviceGraph(DeviceGraph&&) noexcept;
    DeviceGraph& operator=(DeviceGraph&&) noexcept;

    /// Starts the recorded work after everything that the current stream was given.
    void start();

private:
    struct Recorded;
    std::unique_ptr<Recorded> m_recorded;
};

}  // namespace elbo
