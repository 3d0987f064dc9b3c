// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/device_data.h"

#include <ATen/Functions.h>

namespace elbo {

DeviceData::DeviceData(const Dataset& data, const c10::Device& device)
    : m_device(device), m_color(data.color.to(device))
{
    if (data.depth.defined())
        m_depth = data.depth.view(at::kShort).to(device);
    if (data.labels.defined())
        m_labels = data.labels.to(device);
}

Batch DeviceData::batch(const at::Tensor& indices, ValueRange range, bool channelsLast) const
{
    const auto color = m_color.index_select(0, indices);
    const auto depth = m_depth.defined() ? m_depth.index_select(0, indices) : at::Tensor();
    auto x = valuesFromCodes(color, depth);
    if (range == ValueRange::Symmetric)
        x = x.mul_(2).sub_(1);
    if (channelsLast)
        x = x.contiguous(at::MemoryFormat::ChannelsLast);
    return {x, m_labels.defined() ? m_labels.index_select(0, indices) : at::Tensor()};
}

}  // namespace elbo
