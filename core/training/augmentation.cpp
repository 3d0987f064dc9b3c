// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/augmentation.h"

#include "core/base/random_stream.h"
#include "core/training/run_config.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

#include <numbers>
#include <vector>

namespace elbo {

namespace {

/// What is drawn for each image, in this order; what is new comes last, so that old runs go on as they began.
enum Draw : std::int64_t {
    Mirror,
    Scale,
    Left,
    Top,
    Brightness,
    Contrast,
    Saturation,
    Angle,
    WindowLeft,
    WindowTop,
    Gamma,
    Red,
    Green,
    Blue,
    Draws
};

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

/// The part of a side that each image keeps when it is cropped and brought back to its size, and where that
/// part lies: [B] each, in halves of a side.
struct Crops {
    at::Tensor side, x, y;
};

Crops cropsOf(const at::Tensor& draws, double crop)
{
    const auto side = 1 - crop * draws.select(1, Scale);
    return {side, (1 - side) * (2 * draws.select(1, Left) - 1), (1 - side) * (2 * draws.select(1, Top) - 1)};
}

/// Rows of affine_grid_generator: turned around the middle, then cropped. [B,2,3]
at::Tensor affineRows(const Crops& crops, const at::Tensor& angles, const at::Tensor& x)
{
    const auto aspect = static_cast<double>(x.size(3)) / static_cast<double>(x.size(2));
    const auto cosines = angles.cos() * crops.side, sines = angles.sin() * crops.side;
    return at::stack(
        {at::stack({cosines, -sines / aspect, crops.x}, 1), at::stack({sines * aspect, cosines, crops.y}, 1)},
        1);
}

/// A window of that size of each image, pixel for pixel: [B,C,size].
at::Tensor windowsOf(const at::Tensor& x, const at::Tensor& draws, const ImageSize& size)
{
    std::vector<at::Tensor> windows;
    const auto place = [](double draw, std::int64_t room) {
        return static_cast<std::int64_t>(draw * static_cast<double>(room + 1));  // draw < 1
    };
    for (std::int64_t i = 0; i < x.size(0); ++i) {
        const auto left = place(draws[i][WindowLeft].item<double>(), x.size(3) - size.width);
        const auto top = place(draws[i][WindowTop].item<double>(), x.size(2) - size.height);
        windows.push_back(x.select(0, i).narrow(1, top, size.height).narrow(2, left, size.width));
    }
    return at::stack(windows);
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
      m_rotation(config.real("rotation")),
      m_brightness(config.real("brightness")),
      m_contrast(config.real("contrast")),
      m_saturation(config.real("saturation")),
      m_gamma(config.real("gamma")),
      m_colorBalance(config.real("color_balance"))
{
    if (const auto size = config.text("crop_size"); !size.empty())
        m_cropSize = parseImageSize(size);
}

at::Tensor Augmentation::apply(const at::Tensor& x, std::int64_t epoch, std::int64_t first) const
{
    const c10::AutoGradMode noGradient(false);
    const auto drawn = drawsOf(m_seed, epoch, first, x.size(0));
    const auto draws = drawn.to(x.device());
    auto result = x;
    if (m_flip)
        result = at::where(draws.select(1, Mirror).lt(0.5F).view({-1, 1, 1, 1}), result.flip(3), result);
    if (m_crop > 0 || m_rotation > 0)
        result = moved(result, draws);
    if (m_cropSize)
        result = windowsOf(result, drawn, *m_cropSize);
    if (colours())
        result = recoloured(result, draws);
    return result.contiguous(x.suggest_memory_format());
}

at::Tensor Augmentation::moved(const at::Tensor& x, const at::Tensor& draws) const
{
    enum : std::int64_t { kBilinear = 0, kNearest = 1, kZeros = 0, kBorder = 1 };
    constexpr double kRadians = std::numbers::pi / 180;
    const auto angles = m_rotation * kRadians * (2 * draws.select(1, Angle) - 1);
    const auto rows = affineRows(cropsOf(draws, m_crop), angles, x);
    const auto grid = at::affine_grid_generator(rows, x.sizes(), /*align_corners=*/false);
    if (m_range != ValueRange::Original || !m_hasDepth)
        return at::grid_sampler(x, grid, kBilinear, kBorder, /*align_corners=*/false);
    // A mean of a near and a far pixel, or of one without a value, is the depth of nothing.
    const auto colors = x.size(1) - 1;
    return at::cat({at::grid_sampler(x.narrow(1, 0, colors), grid, kBilinear, kBorder, false),
                    at::grid_sampler(x.narrow(1, colors, 1), grid, kNearest, kZeros, false)},
                   1);
}

at::Tensor Augmentation::recoloured(const at::Tensor& x, const at::Tensor& draws) const
{
    const auto colors = x.size(1) - (m_hasDepth ? 1 : 0);
    const bool symmetric = m_range == ValueRange::Symmetric;
    auto unit = x.narrow(1, 0, colors);
    if (symmetric)
        unit = (unit + 1) / 2;
    if (m_gamma > 0)
        unit = unit.clamp(0, 1).pow(factor(draws, Gamma, m_gamma));
    unit = unit * factor(draws, Brightness, m_brightness);
    if (m_colorBalance > 0 && colors == 3)
        unit = unit * at::cat({factor(draws, Red, m_colorBalance), factor(draws, Green, m_colorBalance),
                               factor(draws, Blue, m_colorBalance)},
                              1);
    const auto mean = unit.mean({1, 2, 3}, /*keepdim=*/true);
    unit = mean + (unit - mean) * factor(draws, Contrast, m_contrast);
    const auto grey = unit.mean(1, /*keepdim=*/true);
    unit = (grey + (unit - grey) * factor(draws, Saturation, m_saturation)).clamp(0, 1);
    if (symmetric)
        unit = unit * 2 - 1;
    return m_hasDepth ? at::cat({unit, x.narrow(1, colors, 1)}, 1) : unit;
}

}  // namespace elbo
