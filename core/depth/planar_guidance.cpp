// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/depth/planar_guidance.h"

#include <ATen/Functions.h>

#include <numbers>

namespace elbo {

at::Tensor planarGuidance(const at::Tensor& planes, std::int64_t k)
{
    const auto values = planes.sigmoid();
    const auto theta = values.select(1, 0) * (std::numbers::pi / 3);
    const auto phi = values.select(1, 1) * (2 * std::numbers::pi);
    // [B,h,1,w,1], so that rows and columns of a cell join by broadcasting: nothing is repeated in memory.
    const auto cells = [](const at::Tensor& map) { return map.unsqueeze(2).unsqueeze(4); };
    const auto n1 = cells(theta.sin() * phi.cos());
    const auto n2 = cells(theta.sin() * phi.sin());
    const auto n3 = cells(theta.cos());
    const auto n4 = cells(values.select(1, 2));
    const auto steps =
        (at::arange(k, planes.options()) - (static_cast<double>(k) - 1) / 2) / static_cast<double>(k);
    const auto depth = n4 / (n1 * steps.view({1, 1, 1, 1, k}) + n2 * steps.view({1, 1, k, 1, 1}) + n3);
    return depth.reshape({planes.size(0), 1, planes.size(2) * k, planes.size(3) * k});
}

}  // namespace elbo
