// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/tsne.h"

#include "core/base/error.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace elbo {

namespace {

// As in the paper, section 3.4, with the learning rate of Belkina et al. 2019.
constexpr int kExaggerated = 250;
constexpr double kExaggeration = 12;
constexpr double kLeastRate = 50;
constexpr double kStart = 1e-4;  ///< standard deviation of the first plane

at::Tensor squaredDistances(const at::Tensor& points)
{
    const auto norms = points.square().sum(1);
    return (norms.unsqueeze(1) + norms.unsqueeze(0) - 2 * points.matmul(points.t())).clamp_min_(0);
}

at::Tensor firstPlane(const at::Tensor& points)
{
    const auto centred = (points - points.mean(0)).to(at::kDouble);
    const auto [u, singular, v] = at::linalg_svd(centred, /*full_matrices=*/false);
    static_cast<void>(v);
    auto plane = at::zeros({points.size(0), 2}, at::kDouble);
    const auto axes = std::min<std::int64_t>(2, singular.size(0));
    plane.narrow(1, 0, axes).copy_(u.narrow(1, 0, axes) * singular.narrow(0, 0, axes));
    const auto scale = plane.select(1, 0).std();
    return (plane / scale.clamp_min(std::numeric_limits<double>::min()) * kStart).to(at::kFloat);
}

}  // namespace

at::Tensor neighbourProbabilities(const at::Tensor& squares, double perplexity)
{
    constexpr int kHalvings = 60;
    const auto count = squares.size(0);
    const auto target = std::log(perplexity);
    auto distances = squares.to(at::kDouble).clone();
    distances.fill_diagonal_(std::numeric_limits<double>::infinity());
    // Against the nearest, so that no row is all zeros.
    distances = distances - std::get<0>(distances.min(1, /*keepdim=*/true));
    auto low = at::zeros({count, 1}, at::kDouble);
    auto high = at::full({count, 1}, std::numeric_limits<double>::infinity(), at::kDouble);
    auto beta = at::ones({count, 1}, at::kDouble);  // 1 / (2 sigma^2)
    at::Tensor probabilities;
    for (int i = 0; i < kHalvings; ++i) {
        const auto weights = (-distances * beta).exp();
        const auto sum = weights.sum(1, /*keepdim=*/true);
        probabilities = weights / sum;
        const auto entropy =
            sum.log() + beta * (at::where(weights.gt(0), distances, 0.0) * probabilities).sum(1, true);
        const auto tooWide = entropy.gt(target);
        low = at::where(tooWide, beta, low);
        high = at::where(tooWide, high, beta);
        beta = at::where(high.isinf(), beta * 2, (low + high) / 2);
    }
    return probabilities;
}

at::Tensor tsne(const at::Tensor& points, const TsneSettings& settings, const ProgressFunction& progress,
                const std::stop_token& stop)
{
    const auto count = points.size(0);
    if (count < 4 || count > kMostTsnePoints)
        throw Error(ErrorCode::BadData, "t-SNE takes 4 to " + std::to_string(kMostTsnePoints) +
                                            " points, not " + std::to_string(count) + ": choose so many.");
    const auto perplexity = std::min(settings.perplexity, static_cast<double>(count - 1) / 3);
    const auto conditional = neighbourProbabilities(squaredDistances(points.to(at::kDouble)), perplexity);
    const auto pairs = ((conditional + conditional.t()) / (2.0 * static_cast<double>(count)))
                           .clamp_min(1e-12)
                           .to(at::kFloat);
    const auto rate = std::max(static_cast<double>(count) / kExaggeration / 4, kLeastRate);
    auto plane = firstPlane(points);
    auto step = at::zeros_like(plane), gains = at::ones_like(plane);
    for (int round = 0; round < settings.rounds; ++round) {
        throwIfStopped(stop);
        if (progress)
            progress({"t-SNE", round, settings.rounds});
        const bool early = round < std::min(kExaggerated, settings.rounds / 2);
        auto kernel = (squaredDistances(plane) + 1).reciprocal_();
        kernel.fill_diagonal_(0);
        // 4 sum_j (p_ij - q_ij) k_ij (y_i - y_j), as products of matrices.
        const auto forces = (pairs * (early ? kExaggeration : 1.0)).sub_(kernel / kernel.sum()).mul_(kernel);
        const auto gradient = 4 * (plane * forces.sum(1, /*keepdim=*/true) - forces.matmul(plane));
        const auto same = gradient.sign().eq(step.sign());
        gains = at::where(same, gains * 0.8, gains + 0.2).clamp_min_(0.01);
        step = (early ? 0.5 : 0.8) * step - rate * gains * gradient;
        plane = plane + step;
        plane = plane - plane.mean(0);
    }
    return plane;
}

}  // namespace elbo
