// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/recorded_computation.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>
#include <c10/util/Exception.h>

#include <utility>

namespace elbo {

namespace {

/// cuDNN and cuBLAS choose in the first, and the allocator knows all sizes after the second.
constexpr int kRehearsals = 2;

/// Puts values back where they were.
class StateKeeper {
public:
    explicit StateKeeper(const std::vector<at::Tensor>& state) : m_state(state)
    {
        const c10::AutoGradMode noGradient(false);
        for (const auto& tensor : m_state)
            m_copies.push_back(tensor.detach().clone());
    }
    void putBack() const
    {
        const c10::AutoGradMode noGradient(false);
        for (std::size_t i = 0; i < m_state.size(); ++i)
            m_state[i].detach().copy_(m_copies[i]);
    }

private:
    const std::vector<at::Tensor>& m_state;
    std::vector<at::Tensor> m_copies;
};

}  // namespace

RecordedComputation::RecordedComputation(const c10::Device& device, DeviceGraphMemory& memory, Work work,
                                         std::vector<at::Tensor> state)
    : m_device(device),
      m_memory(memory),
      m_work(std::move(work)),
      m_state(std::move(state)),
      m_records(DeviceGraph::isSupported(device))
{
}

at::Tensor RecordedComputation::operator()(const std::vector<at::Tensor>& inputs)
{
    if (!m_records)
        return m_work(inputs);
    Shapes shapes;
    for (const auto& input : inputs)
        shapes.push_back(input.defined() ? input.sizes().vec() : std::vector<std::int64_t>{-1});
    auto found = m_recordings.find(shapes);
    if (found == m_recordings.end()) {
        const StateKeeper keeper(m_state);
        try {
            found = m_recordings.emplace(shapes, record(inputs, [&] { keeper.putBack(); })).first;
        } catch (const c10::Error& error) {
            // The step itself can be computed without: slower, with the same numbers.
            keeper.putBack();
            m_records = false;
            m_failure = error.what_without_backtrace();
            m_recordings.clear();
            return m_work(inputs);
        }
    }
    auto& recording = found->second;
    const c10::AutoGradMode noGradient(false);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (inputs[i].defined())
            recording.inputs[i].copy_(inputs[i]);
    }
    recording.graph->start();
    return recording.result;
}

RecordedComputation::Recording RecordedComputation::record(const std::vector<at::Tensor>& inputs,
                                                           const std::function<void()>& putBack)
{
    Recording recording;
    for (const auto& input : inputs)
        recording.inputs.push_back(input.defined() ? input.detach().clone() : at::Tensor());
    const auto work = [&] { recording.result = m_work(recording.inputs); };
    recording.graph.emplace(m_device, m_memory, work, kRehearsals, putBack);
    return recording;
}

}  // namespace elbo
