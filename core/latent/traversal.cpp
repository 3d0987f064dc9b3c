// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/traversal.h"

#include "core/base/error.h"

#include <ATen/Functions.h>

#include <string>

namespace elbo {

std::vector<float> traversalValues(std::int64_t steps, double range)
{
    if (steps < 2 || !(range > 0))
        throw Error(ErrorCode::BadSetting,
                    "A traversal has two steps at least and a range above 0: give other numbers.");
    std::vector<float> values;
    for (std::int64_t step = 0; step < steps; ++step)
        values.push_back(static_cast<float>(range * static_cast<double>(2 * step - (steps - 1)) /
                                            static_cast<double>(steps - 1)));
    return values;
}

at::Tensor traverse(const at::Tensor& z, const std::vector<std::int64_t>& dims, std::int64_t steps,
                    double range)
{
    const auto values = at::tensor(traversalValues(steps, range), at::kFloat);
    std::vector<at::Tensor> rows;
    for (const auto dim : dims) {
        if (dim < 0 || dim >= z.size(0))
            throw Error(ErrorCode::BadSetting, "There is no dimension " + std::to_string(dim) +
                                                   ": this model's codes have 0 to " +
                                                   std::to_string(z.size(0) - 1) + ".");
        auto row = z.unsqueeze(0).repeat({steps, 1});
        row.select(1, dim).copy_(values);
        rows.push_back(row);
    }
    return rows.empty() ? at::zeros({0, z.size(0)}, at::kFloat) : at::cat(rows);
}

at::Tensor latentPlane(std::int64_t steps, double range)
{
    const auto values = at::tensor(traversalValues(steps, range), at::kFloat);
    return at::stack({values.repeat({steps}), values.flip(0).repeat_interleave(steps)}, 1);
}

}  // namespace elbo
