// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/device.h"
#include "core/base/process_group.h"
#include "core/nn/trainable.h"
#include "core/training/device_data.h"
#include "core/training/recorded_computation.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace elbo {

/// How a network is looked at between epochs.
struct TestSettings {
    std::int64_t batchSize = 50;
    std::uint64_t seed = 1;
    Precision precision = Precision::Float32;
    bool channelsLast = false;
    bool binarise = false;          ///< grey images as black and white ones (core/data/binarise.h)
    ProcessGroup* group = nullptr;  ///< shares the batches of a test pass; null: this process does all
    /// Trainable::testStep() of {x, labels, noise}, for many passes; null: each batch by itself.
    RecordedComputation* step = nullptr;
};

/// What a test pass computes of each batch {x, labels, noise}: for the recorded step of TestSettings. The
/// network is in evaluation mode when it is called.
[[nodiscard]] at::Tensor testTermsOf(Trainable& model, const std::vector<at::Tensor>& inputs,
                                     const c10::Device& device, Precision precision);

/// Images of one side, with the stream of noise that is theirs.
struct TestSide {
    std::vector<std::int64_t> indices;
    std::uint64_t noiseStream = 0;  ///< sides of one epoch must differ
};

/// The network's test terms, means per image. The network is put into evaluation mode and back into training
/// mode; it and its statistics stay as they are.
/// Processes of a group take turns with the batches; the terms are the same everywhere.
/// @param beforeBatch  called with the images done before each batch, in a group before each round of them;
/// may throw to end the pass
[[nodiscard]] std::map<std::string, double> runTestPass(Trainable& model, const DeviceData& data,
                                                        const TestSide& side, const TestSettings& settings,
                                                        const std::function<void(std::int64_t)>& beforeBatch);

}  // namespace elbo
