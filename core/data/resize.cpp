// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/resize.h"

#include <ATen/Functions.h>

#include <cstdint>
#include <limits>
#include <vector>

namespace elbo {

at::Tensor resizeImage(const at::Tensor& image, const ImageSize& size, Resizing resizing)
{
    if (image.size(1) == size.height && image.size(2) == size.width)
        return image;
    const std::vector<std::int64_t> sides{size.height, size.width};
    if (resizing == Resizing::Area)
        return at::_adaptive_avg_pool2d(image.unsqueeze(0), sides).squeeze(0);
    return at::_upsample_bicubic2d_aa(image.unsqueeze(0), sides, /*align_corners=*/false).squeeze(0);
}

at::Tensor resizeNearest(const at::Tensor& image, const ImageSize& size)
{
    if (image.size(0) == size.height && image.size(1) == size.width)
        return image;
    // Centre to centre: "nearest" of LibTorch would take the upper left one.
    const auto pixels = image.unsqueeze(0).unsqueeze(0);
    return at::_upsample_nearest_exact2d(pixels, {size.height, size.width}).squeeze(0).squeeze(0);
}

at::Tensor validDepth(const at::Tensor& depth)
{
    return depth.gt(0.0).logical_and_(depth.isfinite());
}

namespace {

/// Distance transform of Meijster, Roerdink and Hesselink (2000): columns first, then the lower envelope of a
/// row's parabolas; whole numbers throughout.
class NearestValid {
public:
    NearestValid(const bool* valid, std::int64_t height, std::int64_t width)
        : m_height(height), m_width(width), m_row(static_cast<std::size_t>(height * width))
    {
        constexpr std::int64_t kNone = -1;
        for (std::int64_t x = 0; x < width; ++x) {
            std::int64_t last = kNone;
            for (std::int64_t y = 0; y < height; ++y) {
                if (valid[y * width + x])
                    last = y;
                at(y, x) = last;
            }
            last = kNone;
            for (std::int64_t y = height - 1; y >= 0; --y) {
                if (valid[y * width + x])
                    last = y;
                auto& above = at(y, x);
                if (last != kNone && (above == kNone || last - y < y - above))
                    above = last;
            }
        }
    }

    /// For each column of that row the place (row * width + column) of the nearest valid pixel.
    void row(std::int64_t y, std::vector<std::int64_t>& nearest)
    {
        m_columns.clear();
        m_begins.clear();
        for (std::int64_t x = 0; x < m_width; ++x) {
            if (at(y, x) < 0)
                continue;
            while (!m_columns.empty() &&
                   squared(m_columns.back(), y, m_begins.back()) > squared(x, y, m_begins.back())) {
                m_columns.pop_back();
                m_begins.pop_back();
            }
            const auto begin = m_columns.empty() ? 0 : firstWhereCloser(m_columns.back(), x, y);
            if (begin < m_width) {
                m_columns.push_back(x);
                m_begins.push_back(begin);
            }
        }
        std::size_t k = 0;
        for (std::int64_t x = 0; x < m_width; ++x) {
            while (k + 1 < m_columns.size() && m_begins[k + 1] <= x)
                ++k;
            const auto column = m_columns[k];
            nearest[static_cast<std::size_t>(x)] = at(y, column) * m_width + column;
        }
    }

private:
    std::int64_t& at(std::int64_t y, std::int64_t x)
    {
        return m_row[static_cast<std::size_t>(y * m_width + x)];
    }

    /// From (y, x) to the nearest valid pixel of that column.
    std::int64_t squared(std::int64_t column, std::int64_t y, std::int64_t x)
    {
        const auto dy = at(y, column) - y;
        return (x - column) * (x - column) + dy * dy;
    }

    /// The first x from which the right column is strictly nearer than the left one.
    std::int64_t firstWhereCloser(std::int64_t left, std::int64_t right, std::int64_t y)
    {
        const auto dl = at(y, left) - y;
        const auto dr = at(y, right) - y;
        const auto numerator = right * right - left * left + dr * dr - dl * dl;
        const auto denominator = 2 * (right - left);
        const auto quotient =
            numerator / denominator - (numerator % denominator < 0 ? 1 : 0);  // rounded down
        return std::max<std::int64_t>(0, quotient + 1);
    }

    std::int64_t m_height;
    std::int64_t m_width;
    std::vector<std::int64_t> m_row;  ///< row of the nearest valid pixel in the same column, -1 for none
    std::vector<std::int64_t> m_columns;
    std::vector<std::int64_t> m_begins;
};

}  // namespace

at::Tensor fillNearest(const at::Tensor& depth)
{
    const auto valid = validDepth(depth).contiguous();
    if (valid.all().item<bool>())
        return depth;
    const auto source = depth.contiguous();
    auto filled = source.clone();
    const auto* mask = valid.const_data_ptr<bool>();
    const auto* from = source.const_data_ptr<float>();
    auto* to = filled.data_ptr<float>();
    const auto height = depth.size(0);
    const auto width = depth.size(1);
    NearestValid nearest(mask, height, width);
    std::vector<std::int64_t> places(static_cast<std::size_t>(width));
    for (std::int64_t y = 0; y < height; ++y) {
        nearest.row(y, places);
        for (std::int64_t x = 0; x < width; ++x)
            to[y * width + x] = from[places[static_cast<std::size_t>(x)]];
    }
    return filled;
}

}  // namespace elbo
