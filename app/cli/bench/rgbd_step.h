// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/bench/measure.h"
#include "core/base/device.h"
#include "core/models/vae.h"
#include "core/training/data_parallel.h"
#include "core/training/fused_adam.h"
#include "core/training/training_step.h"

#include <cstdint>
#include <memory>

namespace elbo::bench {

/// The batch that training steps are measured on: 50 images of 4x128x128.
constexpr std::int64_t kBatch = 50;
constexpr double kLearningRate = 1e-4;

/// float32 [kBatch,4,128,128] in [-1, 1], on the device; the same everywhere.
[[nodiscard]] at::Tensor batchValues(const c10::Device& device);

/// A step of rgbd-vae as the trainer takes it, of a batch that the processes of the setting share.
class RgbdStep {
public:
    /// @param recorded  as a CUDA graph, where the device can
    RgbdStep(const Setting& setting, Precision precision, bool recorded);

    /// Ends when the device has done all of it.
    void operator()();
    /// Why nothing is recorded although the device could; empty when all is well.
    [[nodiscard]] const std::string& failure() const { return m_step->failure(); }

private:
    c10::Device m_device;
    std::shared_ptr<Vae> m_model;
    std::unique_ptr<FusedAdam> m_adam;
    std::unique_ptr<DataParallel> m_parallel;
    DeviceGraphMemory m_memory;
    std::unique_ptr<TrainingStep> m_step;
    BatchShare m_share;
    Batch m_batch;
    at::Tensor m_noise;
};

}  // namespace elbo::bench
