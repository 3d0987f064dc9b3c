// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/trainable.h"
#include "core/store/safetensors.h"

#include <ATen/core/Tensor.h>

#include <vector>

namespace elbo {

/// Adam (Kingma and Ba 2015; beta 0.9 and 0.999, epsilon 1e-8), with each parameter group's own kind of
/// weight decay, as one fused operation a group, on the CPU and on CUDA. Nothing in a step waits for the
/// device.
class FusedAdam {
public:
    /// Moments start at zero, with the layout and on the device of their parameters.
    explicit FusedAdam(std::vector<ParameterGroup> groups);

    /// Of the steps to come.
    void setLearningRate(double learningRate);
    /// One update from the parameters' gradients; a parameter without a gradient stays as it is.
    void step();
    /// Forgets the gradients, so that the next backward pass need not add.
    void zeroGradients();

    /// Moments and step counts, sharing storage: "adam/0/first/12" is the first moment of parameter 12 of
    /// group 0.
    [[nodiscard]] std::vector<NamedTensor> state() const;
    /// @throws Error(BadFile) when one is missing or has another shape
    void loadState(const SafetensorsFile& file);

private:
    struct Group {
        ParameterGroup settings;
        std::vector<at::Tensor> firstMoments;
        std::vector<at::Tensor> secondMoments;
        at::Tensor steps;         ///< [] float32, on the device: updates done
        at::Tensor learningRate;  ///< [], on the device, where a recorded step finds the one of its turn
    };
    std::vector<Group> m_groups;
};

}  // namespace elbo
