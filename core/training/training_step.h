// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/device.h"
#include "core/nn/trainable.h"
#include "core/training/data_parallel.h"
#include "core/training/fused_adam.h"
#include "core/training/recorded_computation.h"

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <optional>
#include <string>

namespace elbo {

/// What one step of training computes: forward pass, backward pass, update of the weights. On CUDA a process
/// that trains alone records it once for each shape of batch and then replays it.
class TrainingStep {
public:
    struct Settings {
        c10::Device device;
        Precision precision = Precision::Float32;
        double gradientClip = 0;  ///< longest norm of all gradients together; 0: as they are
        bool recorded = true;     ///< where the device can
    };
    /// All outlive this. From here on the process keeps freed memory (keepFreedMemory()).
    /// @param model  on the device, with the memory order that it keeps
    TrainingStep(Trainable& model, FusedAdam& adam, DataParallel& parallel, const Settings& settings,
                 DeviceGraphMemory& memory);

    struct Rates {
        double learning = 1e-3;
        double beta = 1;  ///< weight of the KL term
    };
    /// @param noise  float32 [share.count, noiseSize()] @param stop  see DataParallel::backward
    /// @return the terms, sums over the whole batch, [T]; valid until the next step
    [[nodiscard]] at::Tensor take(const Batch& batch, const at::Tensor& noise, const Rates& rates,
                                  const BatchShare& share, bool stop = false);

    /// Why steps are not recorded although the device could; empty when all is well.
    [[nodiscard]] const std::string& failure() const { return m_recorded.failure(); }

private:
    [[nodiscard]] at::Tensor compute(const Batch& batch, const at::Tensor& noise, double beta,
                                     const BatchShare& share, bool stop);

    Trainable& m_model;
    FusedAdam& m_adam;
    DataParallel& m_parallel;
    Settings m_settings;
    double m_beta = -1;          ///< of the step before
    double m_recordedBeta = -1;  ///< of what is recorded: a recording keeps the number it was made with
    RecordedComputation m_recorded;
};

}  // namespace elbo
