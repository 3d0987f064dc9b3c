// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace elbo {

/// How an epoch's images fall into batches. A single image that would be left over joins the batch before it:
/// batch statistics of one image are none.
class BatchPlan {
public:
    BatchPlan(std::int64_t images, std::int64_t batchSize);
    [[nodiscard]] std::int64_t steps() const { return m_steps; }
    [[nodiscard]] std::int64_t images() const { return m_images; }
    /// First position in the epoch and number of images of a step, 0-based.
    [[nodiscard]] std::pair<std::int64_t, std::int64_t> range(std::int64_t step) const;

private:
    std::int64_t m_images;
    std::int64_t m_batchSize;
    std::int64_t m_steps;
};

/// Which random numbers a pass over images takes.
struct NoiseStream {
    std::uint64_t seed = 0;
    RandomPurpose purpose = RandomPurpose::TrainingNoise;
    std::uint64_t epoch = 0;
    std::int64_t rows = 0;  ///< images of the pass
    std::int64_t columns = 0;
};

/// The standard normal noise of a pass, by position; drawn on the CPU in blocks of 64 batches, moved to the
/// device once a block.
class NoiseBlocks {
public:
    NoiseBlocks(const NoiseStream& stream, std::int64_t batchSize, const c10::Device& device);
    /// float32 [count, columns] on the device; a range that a BatchPlan of the same batch size gave.
    [[nodiscard]] at::Tensor rows(std::int64_t first, std::int64_t count);

private:
    NoiseStream m_stream;
    std::int64_t m_blockRows;
    c10::Device m_device;
    std::int64_t m_blockFirst = -1;
    at::Tensor m_block;
};

/// At most `count` of the indices, evenly spread: the same ones for the same set.
[[nodiscard]] std::vector<std::int64_t> evenlySpread(const std::vector<std::int64_t>& indices,
                                                     std::int64_t count);

}  // namespace elbo
