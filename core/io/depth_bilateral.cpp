// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/resize.h"
#include "core/io/depth_filling.h"

#include <ATen/Functions.h>

#include <cmath>

namespace elbo {

namespace {

constexpr double kColorSigma = 0.05;    ///< of colours in [0, 1]
constexpr double kNearSigma = 2.0;      ///< pixels, among the valid depths of a scale
constexpr std::int64_t kNearReach = 5;  ///< the window's half side for them
constexpr double kCoarseSigma = 1.0;    ///< pixels of the coarser scale
constexpr std::int64_t kCoarseReach = 2;
constexpr double kCoarseWeight = 0.05;  ///< of what the coarser scale says, beside weights up to 1 each

/// One scale of the pyramid.
struct Scale {
    at::Tensor color;  ///< float32 [3,H,W] in [0, 1]
    at::Tensor depth;  ///< float32 [H,W], 0 in holes
    at::Tensor valid;  ///< bool [H,W]
};

/// Half the size: colours averaged, depths averaged over the valid ones of each 2x2.
Scale halved(const Scale& scale)
{
    const auto halfSum = [](const at::Tensor& image) {  // [C,H,W]; a missing row or column counts as 0
        const auto even = at::constant_pad_nd(image, {0, image.size(2) % 2, 0, image.size(1) % 2});
        return even.view({even.size(0), even.size(1) / 2, 2, even.size(2) / 2, 2}).sum({2, 4});
    };
    const auto weights = scale.valid.to(at::kFloat).unsqueeze(0);
    const auto count = halfSum(weights)[0];
    return {(halfSum(scale.color) / halfSum(at::ones_like(weights))).contiguous(),
            (halfSum(scale.depth.unsqueeze(0))[0] / count.clamp_min(1.0)).contiguous(),
            count.gt(0.0).contiguous()};
}

struct Sum {
    double weights = 0.0;
    double depths = 0.0;
};

/// Weighted depths of one scale around places that need not be whole pixels.
class Window {
public:
    Window(const Scale& scale, double sigma, std::int64_t reach)
        : m_height(scale.depth.size(0)),
          m_width(scale.depth.size(1)),
          m_color(scale.color.const_data_ptr<float>()),
          m_depth(scale.depth.const_data_ptr<float>()),
          m_valid(scale.valid.const_data_ptr<bool>()),
          m_scale(0.5 / (sigma * sigma)),
          m_reach(reach)
    {
    }

    [[nodiscard]] Sum around(double y, double x, const std::array<float, 3>& color) const
    {
        const std::int64_t row = std::llround(y);
        const std::int64_t column = std::llround(x);
        Sum sum;
        for (auto v = std::max<std::int64_t>(0, row - m_reach); v <= std::min(m_height - 1, row + m_reach);
             ++v) {
            for (auto u = std::max<std::int64_t>(0, column - m_reach);
                 u <= std::min(m_width - 1, column + m_reach); ++u) {
                const auto pixel = v * m_width + u;
                if (!m_valid[pixel])
                    continue;
                const double dy = static_cast<double>(v) - y;
                const double dx = static_cast<double>(u) - x;
                // At least exp(-610), so that a sum over any pixel is above 0.
                const double weight = std::exp(-(dy * dy + dx * dx) * m_scale -
                                               unlike(pixel, color) * (0.5 / (kColorSigma * kColorSigma)));
                sum.weights += weight;
                sum.depths += weight * static_cast<double>(m_depth[pixel]);
            }
        }
        return sum;
    }

    [[nodiscard]] std::array<float, 3> color(std::int64_t pixel) const
    {
        const auto plane = m_height * m_width;
        return {m_color[pixel], m_color[plane + pixel], m_color[2 * plane + pixel]};
    }

private:
    [[nodiscard]] double unlike(std::int64_t pixel, const std::array<float, 3>& color) const
    {
        const auto other = this->color(pixel);
        double squares = 0.0;
        for (std::size_t c = 0; c < 3; ++c) {
            const double difference = static_cast<double>(other.at(c)) - static_cast<double>(color.at(c));
            squares += difference * difference;
        }
        return squares;
    }

    std::int64_t m_height;
    std::int64_t m_width;
    const float* m_color;
    const float* m_depth;
    const bool* m_valid;
    double m_scale;
    std::int64_t m_reach;
};

/// Fills the holes of `scale` from its valid depths and from the scale of half the size, which has no holes.
void fillFrom(const Scale& coarser, Scale& scale, const std::stop_token& stop)
{
    const auto filled = scale.depth.clone();
    const Window own(scale, kNearSigma, kNearReach);
    const Window below(coarser, kCoarseSigma, kCoarseReach);
    const auto height = filled.size(0);
    const auto width = filled.size(1);
    const auto* valid = scale.valid.const_data_ptr<bool>();
    auto* depth = filled.data_ptr<float>();
    for (std::int64_t y = 0; y < height; ++y) {
        throwIfStopped(stop);
        for (std::int64_t x = 0; x < width; ++x) {
            const auto pixel = y * width + x;
            if (valid[pixel])
                continue;
            const auto color = own.color(pixel);
            const auto near = own.around(static_cast<double>(y), static_cast<double>(x), color);
            // The centre of a coarse pixel lies between its four.
            const auto coarse =
                below.around((static_cast<double>(y) - 0.5) / 2, (static_cast<double>(x) - 0.5) / 2, color);
            depth[pixel] = static_cast<float>((near.depths + kCoarseWeight * coarse.depths / coarse.weights) /
                                              (near.weights + kCoarseWeight));
        }
    }
    scale.depth = filled;
    scale.valid = at::ones_like(scale.valid);
}

}  // namespace

at::Tensor fillBilateral(const at::Tensor& depth, const at::Tensor& color, const std::stop_token& stop)
{
    const auto valid = validDepth(depth).contiguous();
    const auto known = depth.masked_select(valid);
    if (known.numel() == 0)
        throw Error(ErrorCode::BadData, "its depth image has no valid value");
    const auto colors = (color.to(at::kFloat) / 255.0).expand({3, color.size(1), color.size(2)}).contiguous();
    std::vector<Scale> scales{{colors, depth.where(valid, at::zeros_like(depth)).contiguous(), valid}};
    while (!scales.back().valid.all().item<bool>()) {
        throwIfStopped(stop);
        scales.push_back(halved(scales.back()));
    }
    while (scales.size() > 1) {
        const auto coarser = std::move(scales.back());
        scales.pop_back();
        fillFrom(coarser, scales.back(), stop);
    }
    // A mean stays within what it is a mean of, but for roundings.
    const auto filled = scales.front().depth.clamp(known.min().item<float>(), known.max().item<float>());
    return filled.where(valid.logical_not(), depth);
}

}  // namespace elbo
