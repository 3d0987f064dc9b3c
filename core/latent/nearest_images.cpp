// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/nearest_images.h"

#include "core/base/error.h"
#include "core/data/dataset.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace elbo {

namespace {

constexpr std::size_t kBlock = 128;

}  // namespace

std::vector<NearestImage> nearestImages(const at::Tensor& unit, const Dataset& data,
                                        const std::vector<std::int64_t>& indices,
                                        const ProgressFunction& progress, const std::stop_token& stop)
{
    const auto shape = data.shape();
    if (unit.dim() != 4 || unit.size(1) != shape.channels || unit.size(2) != shape.height ||
        unit.size(3) != shape.width)
        throw Error(ErrorCode::BadSetting, "The images of " + data.title +
                                               " have another size than those that are compared with "
                                               "them: choose the set that the model was trained on.");
    if (indices.empty())
        throw Error(ErrorCode::BadSetting,
                    "The set " + data.title + " has no images to look among: choose another one.");
    const auto wanted = unit.flatten(1);
    auto best = at::full({unit.size(0)}, std::numeric_limits<float>::infinity(), at::kFloat);
    auto places = at::zeros({unit.size(0)}, at::kLong);
    for (std::size_t first = 0; first < indices.size(); first += kBlock) {
        throwIfStopped(stop);
        const auto end = std::min(first + kBlock, indices.size());
        const auto values = imageValues(data, {indices.begin() + static_cast<std::ptrdiff_t>(first),
                                               indices.begin() + static_cast<std::ptrdiff_t>(end)})
                                .flatten(1);
        constexpr std::int64_t kWithoutProducts = 2;  // x^2 - 2xy + y^2 would lose what is nearly equal
        const auto distances = at::cdist(wanted, values, 2, kWithoutProducts);
        const auto [distance, place] = distances.min(1);
        const auto nearer = distance.lt(best);
        best = at::where(nearer, distance, best);
        places = at::where(nearer, place + static_cast<std::int64_t>(first), places);
        if (progress)
            progress({"Looking for the nearest images", static_cast<std::int64_t>(end),
                      static_cast<std::int64_t>(indices.size())});
    }
    std::vector<NearestImage> nearest;
    for (std::int64_t i = 0; i < unit.size(0); ++i)
        nearest.push_back(
            {indices[static_cast<std::size_t>(places[i].item<std::int64_t>())], best[i].item<double>()});
    return nearest;
}

}  // namespace elbo
