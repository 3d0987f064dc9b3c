// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/device.h"
#include "core/data/dataset.h"
#include "core/training/estimate.h"
#include "core/training/run_config.h"

#include <c10/core/Device.h>

#include <cstdint>
#include <vector>

namespace elbo {

class ClosedForm;
class TensorMemoryWatch;
class Trainable;

/// What the timed steps of an estimate work on. All outlive the measuring.
struct EstimateParts {
    Trainable& model;  ///< on the device, with its first weights
    const RunConfig& config;
    const Dataset& data;                ///< a few images are enough, if so many are in a batch
    std::vector<std::int64_t> indices;  ///< of those images; at least 2
    c10::Device device;
    Precision precision;
    const EstimateHooks& hooks;
    TensorMemoryWatch& tensors;  ///< older than all of these
};

struct StepTimes {
    double step = 0;               ///< seconds of a step with a whole batch
    double testImage = 0;          ///< seconds of an image in a test pass
    double encodeImage = 0;        ///< seconds of an image whose posterior is kept
    std::int64_t activations = 0;  ///< most bytes that a step adds to weights, gradients and moments
    bool measured = true;  ///< false: a whole batch does not fit, and the numbers are those of two images
                           ///< times the batch size
};
/// @param room  bytes that a step may take beside weights, gradients and moments; 0: unknown
[[nodiscard]] StepTimes timeSteps(const EstimateParts& parts, std::int64_t batchSize, std::int64_t room);

struct FitTimes {
    double fit = 0;         ///< seconds, for all images
    double trainImage = 0;  ///< seconds of an image in the pass that tells the terms on the training images
    double testImage = 0;
    double encodeImage = 0;
};
/// @param images  training images of the run
[[nodiscard]] FitTimes timeFit(const EstimateParts& parts, ClosedForm& model, std::int64_t images);

}  // namespace elbo
