// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/augmentation.h"

#include "core/base/random_stream.h"
#include "core/training/run_config.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

namespace elbo {

namespace {

/// What is drawn for each image, in this order.
enum Draw : std::int64_t { Mirror, Scale, Left, Top, Brightness, Contrast, Saturation, Draws };

/// Uniform in [0, 1): [B, Draws] on the CPU.
at::Tensor drawsOf(std::uint64_t seed, std::int64_t epoch, std::int64_t first, std::int64_t count)
{
    auto draws = at::empty({count, Draws}, at::kFloat);
    auto* value = draws.data_ptr<float>();
    for (std::int64_t i = 0; i < count; ++i) {
        // Epoch and position together name the stream: a set may have more images than a position's 32 bits.
        RandomStream stream(
            seed, RandomPurpose::Augmentation,
            splitmix64(static_cast<std::uint64_t>(epoch)) ^ static_cast<std::uint64_t>(first + i));
        for (std::int64_t k = 0; k < Draws; ++k)
            *value++ = stream.uniform();
    }
    return draws;
}

at::Tensor cropped(const at::Tensor& x, const at::Tensor& draws, double crop)
{
    const auto side = 1 - crop * draws.select(1, Scale);  // part of a side that is kept
    const auto zero = at::zeros_like(side);
    const auto shiftX = (1 - side) * (2 * draws.select(1, Left) - 1);
    const auto shiftY = (1 - side) * (2 * draws.select(1, Top) - 1);
    const auto rows = at::stack({at::stack({side, zero, shiftX}, 1), at::stack({zero, side, shiftY}, 1)}, 1);
    const auto grid = at::affine_grid_generator(rows, x.sizes(), /*align_corners=*/false);
    constexpr std::int64_t kBilinear = 0;
    constexpr std::int64_t kBorder = 1;
    return at::grid_sampler(x, grid, kBilinear, kBorder, /*align_corners=*/false);
}

/// A factor in [1 - amount, 1 + amount] for each image: [B,1,1,1]
at::Tensor factor(const at::Tensor& draws, Draw which, double amount)
{
    return (1 + amount * (2 * draws.select(1, which) - 1)).view({-1, 1, 1, 1});
}

}  // namespace

Augmentation::Augmentation(const RunConfig& config, ValueRange range, bool hasDepth)
    : m_seed(static_cast<std::uint64_t>(config.integer("seed"))),
      m_range(range),
      m_hasDepth(hasDepth),
      m_flip(config.boolean("flip")),
      m_crop(config.real("crop")),
      m_brightness(config.real("brightness")),
      m_contrast(config.real("contrast")),
      m_saturation(config.real("saturation"))
{
}

at::Tensor Augmentation::apply(const at::Tensor& x, std::int64_t epoch, std::int64_t first) const
{
    const c10::AutoGradMode noGradient(false);
    const auto draws = drawsOf(m_seed, epoch, first, x.size(0)).to(x.device());
    auto result = x;
    if (m_flip)
        result = at::where(draws.select(1, Mirror).lt(0.5F).view({-1, 1, 1, 1}), result.flip(3), result);
    if (m_crop > 0)
        result = cropped(result, draws, m_crop);
    if (colours())
        result = recoloured(result, draws);
    return result.contiguous(x.suggest_memory_format());
}

at::Tensor Augmentation::recoloured(const at::Tensor& x, const at::Tensor& draws) const
{
    const auto colors = x.size(1) - (m_hasDepth ? 1 : 0);
    const bool symmetric = m_range == ValueRange::Symmetric;
    auto unit = x.narrow(1, 0, colors);
    if (symmetric)
        unit = (unit + 1) / 2;
    unit = unit * factor(draws, Brightness, m_brightness);
    const auto mean = unit.mean({1, 2, 3}, /*keepdim=*/true);
    unit = mean + (unit - mean) * factor(draws, Contrast, m_contrast);
    const auto grey = unit.mean(1, /*keepdim=*/true);
    unit = (grey + (unit - grey) * factor(draws, Saturation, m_saturation)).clamp(0, 1);
    if (symmetric)
        unit = unit * 2 - 1;
    return m_hasDepth ? at::cat({unit, x.narrow(1, colors, 1)}, 1) : unit;
}

}  // namespace elbo
