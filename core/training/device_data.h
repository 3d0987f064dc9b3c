// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/nn/trainable.h"

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>

namespace elbo {

/// A whole data set as integers on the device; batches become float there. On a CPU the tensors of the mapped
/// file itself.
class DeviceData {
public:
    DeviceData(const Dataset& data, const c10::Device& device);

    /// @param indices int64 [B] on the device @param channelsLast the memory order of x, for networks of
    /// convolutions
    /// @return x float32 [B,C,H,W] in the network's value range, labels int64 [B] or undefined
    [[nodiscard]] Batch batch(const at::Tensor& indices, ValueRange range, bool channelsLast) const;
    [[nodiscard]] const c10::Device& device() const { return m_device; }

private:
    c10::Device m_device;
    at::Tensor m_color;         ///< uint8 [N,C,H,W]; on a GPU [N,H*W*C], the order that its networks want
    std::int64_t m_height = 0;  ///< on a GPU
    std::int64_t m_width = 0;
    at::Tensor
        m_depth;  ///< int16 [N,1,H,W], the bits of uint16: LibTorch selects few unsigned types; or undefined
    at::Tensor m_labels;  ///< int64 [N] or undefined
};

}  // namespace elbo
