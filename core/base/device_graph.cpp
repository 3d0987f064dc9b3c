// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/device_graph.h"

#include "core/base/error.h"

#ifdef ELBO_HAVE_CUDA_HEADERS
#include <ATen/cuda/CUDAGraph.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/cuda/CUDAStream.h>
#endif

namespace elbo {

#ifdef ELBO_HAVE_CUDA_HEADERS

namespace {

/// Everything that was given to a stream before is done before what the other is given now. (LibTorch's
/// generic streams and events, here and below: those of c10/cuda call CUDA's runtime inline, and linking that
/// would need more than LibTorch.)
void order(const c10::Stream& first, const c10::Stream& then)
{
    c10::Event event(c10::kCUDA);
    event.record(first);
    event.block(then);
}

/// Ends the recording also when the work throws: the allocator would else stay in the graph's memory.
void recordInto(at::cuda::CUDAGraph& graph, const at::MempoolId_t& pool, const std::function<void()>& work)
{
    // Only this thread's calls count: the thread that saves the weights may wait for the device meanwhile.
    graph.capture_begin(pool, cudaStreamCaptureModeThreadLocal);
    try {
        work();
    } catch (...) {
        try {
            graph.capture_end();
        } catch (const c10::Error&) {
            // The recording was broken by what work() threw, which is what the caller hears of.
        }
        throw;
    }
    graph.capture_end();
}

}  // namespace

struct DeviceGraph::Recorded {
    at::cuda::CUDAGraph graph;
};

bool DeviceGraph::isSupported(const c10::Device& device)
{
    return device.is_cuda();
}

DeviceGraph::DeviceGraph(const c10::Device& device, DeviceGraphMemory& memory,
                         const std::function<void()>& work, int rehearsals,
                         const std::function<void()>& afterRehearsals)
    : m_recorded(std::make_unique<Recorded>())
{
    // The default stream cannot be recorded; the rehearsals run where the recording does.
    const auto current = c10::cuda::getCurrentCUDAStream(device.index()).unwrap();
    const auto aside = c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device.index()).unwrap();
    order(current, aside);
    try {
        const c10::StreamGuard guard(aside);
        for (int i = 0; i < rehearsals; ++i)
            work();
        afterRehearsals();
        aside.synchronize();
        recordInto(m_recorded->graph, memory.m_pool, work);
    } catch (...) {
        aside.synchronize();
        throw;
    }
    if (memory.m_pool.first == 0 && memory.m_pool.second == 0)
        memory.m_pool = m_recorded->graph.pool();
    order(aside, current);
}

void DeviceGraph::start()
{
    m_recorded->graph.replay();
}

#else

struct DeviceGraph::Recorded {};

bool DeviceGraph::isSupported(const c10::Device& /*device*/)
{
    return false;
}

DeviceGraph::DeviceGraph(const c10::Device& /*device*/, DeviceGraphMemory& /*memory*/,
                         const std::function<void()>& /*work*/, int /*rehearsals*/,
                         const std::function<void()>& /*afterRehearsals*/)
{
    throw Error(ErrorCode::Unsupported,
                "This build of Elbo cannot record CUDA graphs: build it where CUDA's headers are found.");
}

void DeviceGraph::start() {}

#endif

DeviceGraph::~DeviceGraph() = default;
DeviceGraph::DeviceGraph(DeviceGraph&&) noexcept = default;
DeviceGraph& DeviceGraph::operator=(DeviceGraph&&) noexcept = default;

}  // namespace elbo
