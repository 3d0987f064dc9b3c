// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/process_group.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace elbo {

/// Sums the gradients of all processes in a few flat buckets while the backward pass still runs: a bucket
/// goes on its way as soon as the last of its gradients is known. Source: Li et al. 2020, "PyTorch
/// Distributed", section 3.2.
class GradientReducer {
public:
    /// @param parameters  in the order in which the network uses them, so that their gradients come in the
    /// reverse order; each gets a hook, which is taken away with this
    GradientReducer(ProcessGroup& group, std::vector<at::Tensor> parameters);
    ~GradientReducer();
    GradientReducer(const GradientReducer&) = delete;
    GradientReducer& operator=(const GradientReducer&) = delete;

    /// After the backward pass: waits for the sums and puts them into the parameters' gradients. A parameter
    /// that took no part in the loss keeps no gradient.
    void finish();

private:
    friend class GradientHook;
    struct Slot {
        at::Tensor parameter;
        at::Tensor values;  ///< its part of the bucket, in the memory order of the parameter
        bool known = false;
    };
    struct Bucket {
        at::Tensor flat;  ///< float32 [values], on the CPU
        std::vector<Slot> slots;
        std::size_t missing = 0;
        std::shared_ptr<Collective> summing;
    };
    void take(std::size_t bucket, std::size_t slot, const at::Tensor& gradient);
    void startComplete();
    void makeBucket(std::vector<at::Tensor> parameters);

    ProcessGroup& m_group;
    std::vector<Bucket> m_buckets;
    std::size_t m_started = 0;  ///< buckets on their way: always the first ones, in the same order everywhere
};

}  // namespace elbo
