// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/phase_image.h"

#include "core/nn/pixel_copy.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace elbo {

namespace {

/// Row by row, all channels of a pixel at once: several times as fast as LibTorch's copy of such strides.
void interleaveRows(const at::Tensor& phases, const at::Tensor& image)
{
    const auto height = phases.size(2), width = phases.size(3);  // one more than a half of the image's
    const auto pixel = image.size(1) * static_cast<std::int64_t>(image.element_size());  // bytes
    const auto* from = static_cast<const std::byte*>(phases.const_data_ptr());
    auto* to = static_cast<std::byte*>(image.mutable_data_ptr());
    const auto columns = 2 * (width - 1);
    at::parallel_for(0, image.size(0) * image.size(2), 1, [&](std::int64_t begin, std::int64_t end) {
        for (auto row = begin; row < end; ++row) {
            const auto y = row % image.size(2), batch = row / image.size(2);
            const auto* source = from + (batch * height + y / 2 + y % 2) * width * 4 * pixel;
            auto* target = to + row * columns * pixel;
            for (std::int64_t x = 0; x < columns; ++x) {
                const auto phase = 2 * (y % 2) + x % 2;
                std::memcpy(target + x * pixel, source + ((x / 2 + x % 2) * 4 + phase) * pixel,
                            static_cast<std::size_t>(pixel));
            }
        }
    });
}

}  // namespace

at::Tensor imageOfPhases(const at::Tensor& phases)
{
    const auto batch = phases.size(0), channels = phases.size(1) / 4;
    const auto height = phases.size(2) - 1, width = phases.size(3) - 1;
    const auto image = at::empty({batch, channels, 2 * height, 2 * width},
                                 phases.options().memory_format(at::MemoryFormat::ChannelsLast));
    if (phases.is_cpu() && phases.is_contiguous(at::MemoryFormat::ChannelsLast)) {
        interleaveRows(phases, image);
        return image;
    }
    for (std::int64_t a = 0; a < 2; ++a) {
        for (std::int64_t b = 0; b < 2; ++b) {
            copyPixels(
                image.slice(2, a, std::nullopt, 2).slice(3, b, std::nullopt, 2),
                phases.narrow(1, (2 * a + b) * channels, channels).narrow(2, a, height).narrow(3, b, width));
        }
    }
    return image;
}

}  // namespace elbo
