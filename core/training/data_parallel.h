// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/process_group.h"
#include "core/nn/trainable.h"
#include "core/store/state_dict.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace elbo {

class GradientReducer;

/// The part of a batch that this process computes.
struct BatchShare {
    std::int64_t first = 0;  ///< position in the epoch
    std::int64_t count = 0;  ///< at least 1
    double weight = 1.0;  ///< images of the share by images of the batch; 0: a borrowed image, which counts
                          ///< for nothing, since the batch has fewer images than there are processes
    [[nodiscard]] bool counts() const { return weight > 0; }
};

/// What makes one training step out of those of all processes: each computes its share of the batch,
/// gradients are summed, weighted by images, while the backward pass still runs. With a group of one nothing
/// changes.
class DataParallel {
public:
    /// @param parameters  of the network, on its device; they outlive this
    DataParallel(ProcessGroup& group, const std::vector<at::Tensor>& parameters);
    ~DataParallel();

    [[nodiscard]] ProcessGroup& group() const { return m_group; }
    [[nodiscard]] bool isAlone() const { return m_group.size() == 1; }

    /// @param first  position of the batch in the epoch @param count  its images, at least 1
    [[nodiscard]] BatchShare share(std::int64_t first, std::int64_t count) const;
    /// Backward pass of the loss of the share. Afterwards the parameters have the gradients of the whole
    /// batch's loss, and `result.terms` are the sums over the whole batch, the same everywhere.
    /// @param stop  this process was asked to stop: stopAgreed() tells whether any was
    void backward(StepResult& result, const BatchShare& share, bool stop);
    [[nodiscard]] bool stopAgreed() const { return m_stopAgreed; }
    /// Asks all processes, outside of a step, whether one was asked to stop.
    [[nodiscard]] bool agreeOnStop(bool stop);

    /// Gives every process the values that process 0 has.
    void copyFromFirst(const std::vector<NamedTensor>& state);
    /// Whether the values are, bit for bit, those of process 0 in every process.
    [[nodiscard]] bool isSameEverywhere(const at::Tensor& values);
    /// @throws Error(BadData) when this process was given something else than process 0 @param what  "images"
    void requireSame(const std::string& text, const std::string& what);

private:
    ProcessGroup& m_group;
    std::unique_ptr<GradientReducer> m_reducer;  ///< none when alone
    bool m_stopAgreed = false;
};

}  // namespace elbo
