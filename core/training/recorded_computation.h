// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/device_graph.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace elbo {

/// A computation that is done many times with other values in tensors of few shapes, such as a training step:
/// where the device can (DeviceGraph), it is recorded once for each shape and then replayed. The numbers are
/// those of the computation itself; recording leaves no trace in them.
class RecordedComputation {
public:
    /// @param inputs  on the device; some may be undefined @return a tensor on the device
    using Work = std::function<at::Tensor(const std::vector<at::Tensor>& inputs)>;
    /// @param work  waits for nothing on the device, and depends on nothing but its inputs, the state and
    /// what never changes
    /// @param state  what the work changes beside its result: put back after the rehearsals of a recording
    /// @param memory  of computations that take turns; it outlives this
    RecordedComputation(const c10::Device& device, DeviceGraphMemory& memory, Work work,
                        std::vector<at::Tensor> state);

    /// @return valid until the next call
    [[nodiscard]] at::Tensor operator()(const std::vector<at::Tensor>& inputs);
    /// What was recorded no longer holds: something that never changes did.
    void forget() { m_recordings.clear(); }
    /// Why nothing is recorded although the device could; empty when all is well.
    [[nodiscard]] const std::string& failure() const { return m_failure; }

private:
    struct Recording {
        std::vector<at::Tensor> inputs;
        at::Tensor result;
        std::optional<DeviceGraph> graph;
    };
    using Shapes = std::vector<std::vector<std::int64_t>>;

    [[nodiscard]] Recording record(const std::vector<at::Tensor>& inputs,
                                   const std::function<void()>& putBack);

    c10::Device m_device;
    DeviceGraphMemory& m_memory;
    Work m_work;
    std::vector<at::Tensor> m_state;
    bool m_records;
    std::string m_failure;
    std::map<Shapes, Recording> m_recordings;
};

}  // namespace elbo
