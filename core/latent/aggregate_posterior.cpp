// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/aggregate_posterior.h"

#include "core/base/error.h"
#include "core/models/vae.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <numeric>

namespace elbo {

AggregatePosterior aggregatePosterior(const LatentCodes& codes)
{
    const auto images = codes.size();
    if (images < 2)
        throw Error(ErrorCode::BadData,
                    "Where codes lie is told by two images at least: choose a set with more.");
    const auto means = codes.mean.to(at::kDouble);
    AggregatePosterior result;
    const auto mean = means.mean(0);
    const auto centred = means - mean;
    const auto spread = centred.square().mean(0);
    result.mean = mean.to(at::kFloat);
    result.std = (spread + codes.std.to(at::kDouble).square().mean(0)).sqrt().to(at::kFloat);
    result.kl = klPerDimension({codes.mean, codes.std}).mean(0);
    result.totalVariance = spread.sum().item<double>();

    const auto* kl = result.kl.const_data_ptr<float>();
    result.byKl.resize(static_cast<std::size_t>(codes.mean.size(1)));
    std::iota(result.byKl.begin(), result.byKl.end(), 0);
    std::ranges::stable_sort(result.byKl, std::ranges::greater{}, [kl](std::int64_t i) { return kl[i]; });
    result.active =
        std::ranges::count_if(result.byKl, [kl](std::int64_t i) { return kl[i] >= kCollapsedNats; });

    // Right singular vectors of the centred means: no covariance is formed, so that few images of long codes
    // cost little.
    const auto [u, singular, v] = at::linalg_svd(centred, /*full_matrices=*/false);
    static_cast<void>(u);
    result.variances = (singular.square() / static_cast<double>(images)).to(at::kFloat);
    result.directions = v.to(at::kFloat).contiguous();
    return result;
}

}  // namespace elbo
