// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/process_group.h"

#include <ATen/core/Tensor.h>
#include <torch/nn/modules/batchnorm.h>

namespace elbo {

/// While it lives, batch norms in training take their statistics over the images of all processes; backward
/// too, also when that comes after its end. Belongs to one thread; with a group of one nothing changes.
class SharedNorms {
public:
    /// @param counts  whether the images of this process are part of the batch: one that got none computes
    /// with an image that counts for nothing
    SharedNorms(ProcessGroup& group, bool counts);
    ~SharedNorms();
    SharedNorms(const SharedNorms&) = delete;
    SharedNorms& operator=(const SharedNorms&) = delete;

private:
    ProcessGroup* m_outerGroup;
    bool m_outerCounts;
};

/// BatchNorm as every network here applies it: norm.forward(x), over the images of all processes where they
/// share a batch. x [B,C,H,W]; keeps type and memory format of x.
/// Running statistics become the same everywhere. Source: Ioffe and Szegedy 2015; the gradient through shared
/// statistics is theirs with the sums taken over all processes.
[[nodiscard]] at::Tensor batchNorm(const at::Tensor& x, torch::nn::BatchNorm2dImpl& norm);

}  // namespace elbo
