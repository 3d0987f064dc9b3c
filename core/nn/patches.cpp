// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/patches.h"

#include <ATen/Dispatch.h>
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <c10/util/BFloat16.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

// The inner loops are compiled for what the processor has and chosen when the program is loaded.
#if defined(__x86_64__) && defined(__GNUC__) && defined(__gnu_linux__) && !defined(__SANITIZE_ADDRESS__)
#define ELBO_FOR_EACH_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define ELBO_FOR_EACH_PROCESSOR
#endif

namespace elbo {
namespace {

/// bf16 as the bits it is, so that the loops below become vector instructions.
using Bits = std::uint16_t;

ELBO_FOR_EACH_PROCESSOR void addRow(float* __restrict sum, const Bits* __restrict values, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i) {
        sum[i] += std::bit_cast<float>(static_cast<std::uint32_t>(values[i]) << 16);
    }
}

ELBO_FOR_EACH_PROCESSOR void addRow(float* __restrict sum, const float* __restrict values, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i) {
        sum[i] += values[i];
    }
}

void addRow(double* __restrict sum, const double* __restrict values, std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i) {
        sum[i] += values[i];
    }
}

/// Rounds to the nearest bf16, to the even one of two; NaN stays NaN.
ELBO_FOR_EACH_PROCESSOR void storeRow(Bits* __restrict target, const float* __restrict sum,
                                      std::int64_t count)
{
    for (std::int64_t i = 0; i < count; ++i) {
        const auto bits = std::bit_cast<std::uint32_t>(sum[i]);
        const std::uint32_t rounded = (bits + 0x7fffU + ((bits >> 16) & 1U)) >> 16;
        target[i] = static_cast<Bits>((bits & 0x7fffffffU) > 0x7f800000U ? 0x7fc0U : rounded);
    }
}

template <typename T>
void storeRow(T* target, const T* sum, std::int64_t count)
{
    std::copy_n(sum, count, target);
}

/// Pixels along one side that position `place` of window `window` sees: in [0, size), or -1 for a zero.
std::int64_t seenPixel(std::int64_t window, std::int64_t place, std::int64_t size,
                       const PatchGeometry& geometry)
{
    const auto pixel = window * geometry.stride + place - geometry.padding;
    if (pixel >= 0 && pixel < size) {
        return pixel;
    }
    return geometry.edge == PatchEdge::Replicate ? std::clamp<std::int64_t>(pixel, 0, size - 1) : -1;
}

template <typename T>
void gather(const T* image, T* patches, const PatchGeometry& g)
{
    const auto columns = g.columns();
    const auto rows = g.rows();
    at::parallel_for(0, g.batch * rows, 1, [&](std::int64_t begin, std::int64_t end) {
        T* target = patches + begin * columns * g.patchSize();
        for (std::int64_t line = begin; line < end; ++line) {
            const T* source = image + line / rows * g.height * g.width * g.channels;
            for (std::int64_t column = 0; column < columns; ++column) {
                for (std::int64_t place = 0; place < g.kernel * g.kernel; ++place, target += g.channels) {
                    const auto y = seenPixel(line % rows, place / g.kernel, g.height, g);
                    const auto x = seenPixel(column, place % g.kernel, g.width, g);
                    if (y < 0 || x < 0) {
                        std::fill_n(target, g.channels, T{});
                    } else {
                        std::copy_n(source + (y * g.width + x) * g.channels, g.channels, target);
                    }
                }
            }
        }
    });
}

/// For each pixel along one side, the (window, place) pairs that see it.
std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>> seenBy(std::int64_t windows,
                                                                       std::int64_t size,
                                                                       const PatchGeometry& g)
{
    std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>> pairs(static_cast<std::size_t>(size));
    for (std::int64_t window = 0; window < windows; ++window) {
        for (std::int64_t place = 0; place < g.kernel; ++place) {
            if (const auto pixel = seenPixel(window, place, size, g); pixel >= 0) {
                pairs[static_cast<std::size_t>(pixel)].emplace_back(window, place);
            }
        }
    }
    return pairs;
}

template <typename T, typename Sum>
void scatter(const T* patches, T* image, const PatchGeometry& g)
{
    const auto rows = g.rows();
    const auto columns = g.columns();
    const auto byRow = seenBy(rows, g.height, g);
    const auto byColumn = seenBy(columns, g.width, g);
    at::parallel_for(0, g.batch * g.height, 1, [&](std::int64_t begin, std::int64_t end) {
        std::vector<Sum> sum(static_cast<std::size_t>(g.channels));
        T* target = image + begin * g.width * g.channels;
        for (std::int64_t line = begin; line < end; ++line) {
            const T* source = patches + line / g.height * rows * columns * g.patchSize();
            for (std::int64_t x = 0; x < g.width; ++x, target += g.channels) {
                std::fill(sum.begin(), sum.end(), Sum{});
                for (const auto& [row, a] : byRow[static_cast<std::size_t>(line % g.height)]) {
                    for (const auto& [column, b] : byColumn[static_cast<std::size_t>(x)]) {
                        const auto patch = row * columns + column;
                        addRow(sum.data(), source + patch * g.patchSize() + (a * g.kernel + b) * g.channels,
                               g.channels);
                    }
                }
                storeRow(target, sum.data(), g.channels);
            }
        }
    });
}

const Bits* bits(const at::Tensor& tensor)
{
    return static_cast<const Bits*>(tensor.const_data_ptr());
}

}  // namespace

at::Tensor gatherPatches(const at::Tensor& image, const PatchGeometry& geometry)
{
    const auto source = image.contiguous(at::MemoryFormat::ChannelsLast);
    auto patches = at::empty({geometry.batch * geometry.rows() * geometry.columns(), geometry.patchSize()},
                             source.options());
    if (source.scalar_type() == at::kBFloat16) {
        gather(bits(source), static_cast<Bits*>(patches.mutable_data_ptr()), geometry);
    } else {
        AT_DISPATCH_FLOATING_TYPES(source.scalar_type(), "gatherPatches", [&] {
            gather(source.const_data_ptr<scalar_t>(), patches.mutable_data_ptr<scalar_t>(), geometry);
        });
    }
    return patches;
}

at::Tensor scatterPatches(const at::Tensor& patches, const PatchGeometry& geometry)
{
    const auto source = patches.contiguous();
    auto image = at::empty({geometry.batch, geometry.channels, geometry.height, geometry.width},
                           source.options().memory_format(at::MemoryFormat::ChannelsLast));
    if (source.scalar_type() == at::kBFloat16) {
        scatter<Bits, float>(bits(source), static_cast<Bits*>(image.mutable_data_ptr()), geometry);
    } else {
        AT_DISPATCH_FLOATING_TYPES(source.scalar_type(), "scatterPatches", [&] {
            scatter<scalar_t, scalar_t>(source.const_data_ptr<scalar_t>(), image.mutable_data_ptr<scalar_t>(),
                                        geometry);
        });
    }
    return image;
}

}  // namespace elbo
