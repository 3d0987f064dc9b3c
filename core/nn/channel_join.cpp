// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/channel_join.h"

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace elbo {

namespace {

constexpr std::int64_t kPixelsAThread = 1024;

struct Part {
    const std::byte* from;
    std::size_t bytes;  ///< of a pixel
};

bool joinedByPixels(const std::vector<at::Tensor>& maps)
{
    const auto& first = maps.front();
    return !c10::GradMode::is_enabled() && first.dim() == 4 &&
           std::ranges::all_of(maps, [&](const at::Tensor& map) {
               return map.is_cpu() && map.dim() == 4 && map.scalar_type() == first.scalar_type() &&
                      map.size(0) == first.size(0) && map.size(2) == first.size(2) &&
                      map.size(3) == first.size(3) && map.is_contiguous(at::MemoryFormat::ChannelsLast);
           });
}

}  // namespace

at::Tensor joinChannels(const std::vector<at::Tensor>& maps)
{
    if (!joinedByPixels(maps))
        return at::cat(maps, 1);
    const auto& first = maps.front();
    std::vector<Part> parts;
    std::int64_t channels = 0;
    for (const auto& map : maps) {
        parts.push_back({static_cast<const std::byte*>(map.const_data_ptr()),
                         static_cast<std::size_t>(map.size(1)) * map.element_size()});
        channels += map.size(1);
    }
    const auto joined = at::empty({first.size(0), channels, first.size(2), first.size(3)},
                                  first.options().memory_format(at::MemoryFormat::ChannelsLast));
    auto* const to = static_cast<std::byte*>(joined.mutable_data_ptr());
    const auto bytes = static_cast<std::size_t>(channels) * joined.element_size();
    at::parallel_for(0, first.size(0) * first.size(2) * first.size(3), kPixelsAThread,
                     [&](std::int64_t begin, std::int64_t end) {
                         for (auto pixel = static_cast<std::size_t>(begin);
                              pixel < static_cast<std::size_t>(end); ++pixel) {
                             auto* target = to + pixel * bytes;
                             for (const auto& part : parts) {
                                 std::memcpy(target, part.from + pixel * part.bytes, part.bytes);
                                 target += part.bytes;
                             }
                         }
                     });
    return joined;
}

}  // namespace elbo
