// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/device_data.h"

#include <ATen/Functions.h>

namespace elbo {

namespace {

/// valuesFromCodes() into channels_last memory from colours that lie so already.
at::Tensor channelsLastValues(const at::Tensor& color, const at::Tensor& depth)
{
    const auto colors = color.size(1);
    auto values = at::empty({color.size(0), colors + (depth.defined() ? 1 : 0), color.size(2), color.size(3)},
                            color.options().dtype(at::kFloat).memory_format(at::MemoryFormat::ChannelsLast));
    values.narrow(1, 0, colors).copy_(color).div_(255.0);
    if (depth.defined())
        values.narrow(1, colors, 1)
            .copy_(depth.to(at::kInt).bitwise_and_(0xFFFF).to(at::kFloat).sub_(1.0).div_(65534.0).clamp_min_(0.0));
    return values;
}

}  // namespace

DeviceData::DeviceData(const Dataset& data, const c10::Device& device)
    : m_device(device), m_color(data.color.to(device))
{
    if (!device.is_cpu()) {
        m_height = m_color.size(2);
        m_width = m_color.size(3);
        m_color = m_color.permute({0, 2, 3, 1}).flatten(1).contiguous();
    }
    if (data.depth.defined())
        m_depth = data.depth.view(at::kShort).to(device);
    if (data.labels.defined())
        m_labels = data.labels.to(device);
}

Batch DeviceData::batch(const at::Tensor& indices, ValueRange range, bool channelsLast) const
{
    auto color = m_color.index_select(0, indices);
    const auto depth = m_depth.defined() ? m_depth.index_select(0, indices) : at::Tensor();
    if (!m_device.is_cpu())
        color = color.view({color.size(0), m_height, m_width, -1}).permute({0, 3, 1, 2});
    auto x = m_device.is_cpu() ? valuesFromCodes(color, depth) : channelsLastValues(color, depth);
    if (range == ValueRange::Symmetric)
        x = x.mul_(2).sub_(1);
    x = x.contiguous(channelsLast ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous);
    return {x, m_labels.defined() ? m_labels.index_select(0, indices) : at::Tensor()};
}

}  // namespace elbo
