// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/epoch_plan.h"

#include <algorithm>

namespace elbo {

namespace {

constexpr std::int64_t kBatchesABlock = 64;

}  // namespace

BatchPlan::BatchPlan(std::int64_t images, std::int64_t batchSize)
    : m_images(images), m_batchSize(batchSize), m_steps((images + batchSize - 1) / batchSize)
{
    if (batchSize > 1 && m_steps > 1 && images % batchSize == 1)
        --m_steps;
}

std::pair<std::int64_t, std::int64_t> BatchPlan::range(std::int64_t step) const
{
    const auto first = step * m_batchSize;
    const auto end = step + 1 == m_steps ? m_images : first + m_batchSize;
    return {first, end - first};
}

NoiseBlocks::NoiseBlocks(const NoiseStream& stream, std::int64_t batchSize, const c10::Device& device)
    : m_stream(stream), m_blockRows(kBatchesABlock * batchSize), m_device(device)
{
}

at::Tensor NoiseBlocks::rows(std::int64_t first, std::int64_t count)
{
    const auto blockFirst = first / m_blockRows * m_blockRows;
    if (blockFirst != m_blockFirst) {
        // One row more than the block: the last batch may take in a single image that was left over.
        const auto rows = std::min(m_blockRows + 1, m_stream.rows - blockFirst);
        m_block =
            normalNoise(m_stream.seed, m_stream.purpose, m_stream.epoch, blockFirst, rows, m_stream.columns)
                .to(m_device);
        m_blockFirst = blockFirst;
    }
    return m_block.narrow(0, first - blockFirst, count);
}

std::vector<std::int64_t> evenlySpread(const std::vector<std::int64_t>& indices, std::int64_t count)
{
    const auto available = static_cast<std::int64_t>(indices.size());
    if (available <= count)
        return indices;
    std::vector<std::int64_t> chosen;
    for (std::int64_t i = 0; i < count; ++i)
        chosen.push_back(indices[static_cast<std::size_t>(i * available / count)]);
    return chosen;
}

}  // namespace elbo
