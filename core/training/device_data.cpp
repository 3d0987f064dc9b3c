// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/device_data.h"

#include "core/base/device.h"
#include "core/base/error.h"
#include "core/base/memory.h"
#include "core/training/read_ahead.h"

#include <ATen/Functions.h>

#include <limits>
#include <span>

namespace elbo {

namespace {

/// valuesFromCodes() into channels_last memory, best from colours that lie so already.
at::Tensor channelsLastValues(const at::Tensor& color, const at::Tensor& depth)
{
    const auto colors = color.size(1);
    auto values = at::empty({color.size(0), colors + (depth.defined() ? 1 : 0), color.size(2), color.size(3)},
                            color.options().dtype(at::kFloat).memory_format(at::MemoryFormat::ChannelsLast));
    values.narrow(1, 0, colors).copy_(color).div_(255.0);
    if (depth.defined())
        values.narrow(1, colors, 1)
            .copy_(depth.to(at::kInt)
                       .bitwise_and_(0xFFFF)
                       .to(at::kFloat)
                       .sub_(1.0)
                       .div_(65534.0)
                       .clamp_min_(0.0));
    return values;
}

/// The largest set, in bytes, that a device holds beside a network and what training it needs.
std::int64_t automaticLimit(const c10::Device& device)
{
    const auto bytes = device.is_cpu() ? availableMemoryBytes() : deviceInfo(device).memoryBytes;
    return bytes > 0 ? bytes / 2 : std::numeric_limits<std::int64_t>::max();
}

std::span<const std::int64_t> numbersOf(const at::Tensor& indices)
{
    return {indices.const_data_ptr<std::int64_t>(), static_cast<std::size_t>(indices.numel())};
}

/// Copied while the device and this thread go on: the pinned memory is not used again before it has arrived.
at::Tensor sent(const at::Tensor& tensor, const c10::Device& device)
{
    return tensor.defined() ? tensor.to(device, tensor.scalar_type(), /*non_blocking=*/true) : tensor;
}

}  // namespace

DeviceData::DeviceData(const Dataset& data, const c10::Device& device, std::int64_t limitBytes)
    : m_device(device),
      m_storedColor(data.color),
      m_storedDepth(data.depth.defined() ? data.depth.view(at::kShort) : at::Tensor()),
      m_ranges(data.ranges),
      m_labels(data.labels)
{
    const auto bytes = data.color.nbytes() + (data.depth.defined() ? data.depth.nbytes() : 0);
    const auto limit = limitBytes > 0 ? limitBytes : automaticLimit(device);
    if (bytes <= static_cast<std::uint64_t>(limit)) {
        hold();
        return;
    }
    m_reader = std::make_unique<ImageReader>(data);
    m_readAhead = std::make_unique<ReadAhead>(*m_reader, /*pinned=*/!device.is_cpu());
}

DeviceData::~DeviceData() = default;

void DeviceData::hold()
{
    m_color = m_storedColor.to(m_device);
    if (!m_device.is_cpu())
        m_color = m_color.permute({0, 2, 3, 1}).flatten(1).contiguous();
    if (m_storedDepth.defined())
        m_depth = m_storedDepth.to(m_device);
    m_ranges = m_ranges.to(m_device);
    if (m_labels.defined())
        m_labels = m_labels.to(m_device);
}

at::Tensor DeviceData::indices(const std::vector<std::int64_t>& images) const
{
    const auto numbers = at::tensor(images, at::kLong);
    return isStreamed() ? numbers : numbers.to(m_device);
}

void DeviceData::expect(const at::Tensor& order,
                        const std::vector<std::pair<std::int64_t, std::int64_t>>& ranges) const
{
    if (!isStreamed())
        return;
    const auto numbers = numbersOf(order);
    std::vector<ReadAhead::Indices> batches;
    batches.reserve(ranges.size());
    for (const auto& [first, count] : ranges) {
        const auto batch = numbers.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
        batches.emplace_back(batch.begin(), batch.end());
    }
    m_readAhead->expect(std::move(batches));
}

ImageCodes DeviceData::streamed(const at::Tensor& indices) const
{
    const auto numbers = numbersOf(indices);
    try {
        if (auto ready = m_readAhead->take(numbers))
            return std::move(*ready);
        return m_reader->read(numbers, /*pinned=*/!m_device.is_cpu());
    } catch (const Error&) {
        m_failed = true;
        throw;
    }
}

Batch DeviceData::batch(const at::Tensor& indices, ValueRange range, bool channelsLast) const
{
    at::Tensor color;
    at::Tensor depth;
    at::Tensor labels;
    at::Tensor ranges;
    const bool original = range == ValueRange::Original;
    if (isStreamed()) {
        const auto places = indices.cpu().contiguous();
        const auto codes = streamed(places);
        color = sent(codes.color, m_device);
        depth = sent(codes.depth, m_device);
        if (m_labels.defined())
            labels = sent(m_labels.index_select(0, places), m_device);
        if (original)
            ranges = sent(m_ranges.index_select(0, places), m_device);
    } else {
        color = m_color.index_select(0, indices);
        if (!m_device.is_cpu())
            color = color.view({color.size(0), m_storedColor.size(2), m_storedColor.size(3), -1})
                        .permute({0, 3, 1, 2});
        if (m_depth.defined())
            depth = m_depth.index_select(0, indices);
        if (m_labels.defined())
            labels = m_labels.index_select(0, indices);
        if (original)
            ranges = m_ranges.index_select(0, indices);
    }
    auto x = original            ? originalValues(color, depth, ranges)
             : m_device.is_cpu() ? valuesFromCodes(color, depth)
                                 : channelsLastValues(color, depth);
    if (range == ValueRange::Symmetric)
        x = x.mul_(2).sub_(1);
    x = x.contiguous(channelsLast ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
    return {x, labels};
}

ImageCodes DeviceData::codes(const std::vector<std::int64_t>& images) const
{
    const auto places = at::tensor(images, at::kLong);
    if (isStreamed())
        return streamed(places);
    return {m_storedColor.index_select(0, places),
            m_storedDepth.defined() ? m_storedDepth.index_select(0, places) : at::Tensor()};
}

}  // namespace elbo
