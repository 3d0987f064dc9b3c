// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/shown_image.h"

#include "core/base/image_tensor.h"

#include <ATen/Functions.h>

namespace elbo {

Image8 trueColors(const at::Tensor& unit, const at::Tensor& ranges)
{
    const auto low = ranges.select(1, 0).view({-1, 1, 1});
    const auto high = ranges.select(1, 1).view({-1, 1, 1});
    return toPicture((unit * (high - low) + low).round().clamp(0, 255).to(at::kByte));
}

ShownImage shownImage(const at::Tensor& unit, const ShownRanges& ranges)
{
    const auto colors = unit.size(0) - (ranges.hasDepth ? 1 : 0);
    ShownImage shown;
    shown.color = trueColors(unit.narrow(0, 0, colors), ranges.ranges.narrow(0, 0, colors));
    if (!ranges.hasDepth)
        return shown;
    shown.metric = ranges.metric;
    // Relative depth has no unit to go back to: it stays in [0, 1].
    const double low = ranges.metric ? ranges.ranges[colors][0].item<double>() : 0.0;
    const double span = ranges.metric ? ranges.ranges[colors][1].item<double>() - low : 1.0;
    shown.depth = toImage(unit[colors] * span + low);
    return shown;
}

}  // namespace elbo
