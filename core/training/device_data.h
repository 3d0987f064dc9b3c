// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/data/image_reader.h"
#include "core/nn/trainable.h"

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace elbo {

class ReadAhead;

/// A data set for a device; batches become float there. One that fits is held as integers on the device (on a
/// CPU: the tensors of the mapped file itself). A larger one is streamed: each batch is read from the
/// prepared file, those that expect() told of before they are asked for. The values are the same.
class DeviceData {
public:
    /// @param limitBytes  the largest set that is held; 0: half of the device's memory, as far as it is known
    /// (on a CPU: half of what is available)
    /// @throws Error as ImageReader does, for a set that is streamed
    DeviceData(const Dataset& data, const c10::Device& device, std::int64_t limitBytes = 0);
    ~DeviceData();
    DeviceData(const DeviceData&) = delete;
    DeviceData& operator=(const DeviceData&) = delete;

    /// int64 [B] where batch() takes them without a detour: on the device, or on the CPU for a streamed set.
    [[nodiscard]] at::Tensor indices(const std::vector<std::int64_t>& images) const;
    /// Which batches are asked for next, so that they are read meanwhile: a hint, which changes no value.
    /// What was expected before no longer is. Nothing is done for a set that is held.
    /// @param order  of indices() @param ranges  first position in the order, and number, of each batch
    void expect(const at::Tensor& order,
                const std::vector<std::pair<std::int64_t, std::int64_t>>& ranges) const;

    /// @param indices int64 [B]; on the device unless they are of indices() @param channelsLast  the memory
    /// order of x, for networks of convolutions
    /// @return x float32 [B,C,H,W] in the network's value range, labels int64 [B] or undefined
    /// @throws Error when the prepared file of a streamed set can no longer be read
    [[nodiscard]] Batch batch(const at::Tensor& indices, ValueRange range, bool channelsLast) const;
    /// Some images as they are stored, on the CPU. @throws Error as batch() does
    [[nodiscard]] ImageCodes codes(const std::vector<std::int64_t>& images) const;

    [[nodiscard]] const c10::Device& device() const { return m_device; }
    [[nodiscard]] bool isStreamed() const { return m_readAhead != nullptr; }
    /// Whether images could not be read: nothing else about a run is wrong then.
    [[nodiscard]] bool hasFailed() const { return m_failed; }

private:
    void hold();
    [[nodiscard]] ImageCodes streamed(const at::Tensor& indices) const;

    c10::Device m_device;
    at::Tensor m_storedColor;  ///< uint8 [N,C,H,W] of the set itself
    at::Tensor m_storedDepth;  ///< int16 [N,1,H,W] of the set itself, the bits of uint16: LibTorch selects
                               ///< few unsigned types; or undefined
    at::Tensor m_color;        ///< held: m_storedColor; on a GPU [N,H*W*C], the order that its networks want
    at::Tensor m_depth;        ///< held: int16 [N,1,H,W] on the device, or undefined
    at::Tensor m_ranges;       ///< float32 [N,C+D,2]; held: on the device, streamed: in memory
    at::Tensor m_labels;       ///< int64 [N] or undefined; held: on the device, streamed: in memory
    std::unique_ptr<ImageReader> m_reader;   ///< streamed
    std::unique_ptr<ReadAhead> m_readAhead;  ///< streamed; uses the reader
    mutable bool m_failed = false;
};

}  // namespace elbo
