// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/metres.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace elbo {

void requireMetres(const at::Tensor& depth)
{
    constexpr float kFarthest = 1000.0F;
    const auto values = depth.contiguous();
    const auto* first = values.const_data_ptr<float>();
    float most = 0.0F;
    for (std::int64_t i = 0; i < values.numel(); ++i)
        most = std::isfinite(first[i]) ? std::max(most, first[i]) : most;
    if (most > kFarthest)
        throw Error(ErrorCode::BadData, "its depth reaches " + std::to_string(std::llround(most)) +
                                            " m, so its unit is not the metre: give depth-scale= (1000 for "
                                            "millimetres)");
}

}  // namespace elbo
