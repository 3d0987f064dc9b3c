// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latent/gaussian_mixture.h"

#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/base/random_stream.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace elbo {

namespace {

constexpr int kMostRounds = 200;
constexpr double kSettled = 1e-6;  ///< nats per image that a round gains, under which it is the last
/// Variances stay above this part of the data's mean variance, or a component shrinks onto one image.
constexpr double kFloor = 1e-3;

/// The first at random, each further one by its squared distance to the nearest before.
at::Tensor centres(const at::Tensor& points, std::int64_t count, std::uint64_t seed)
{
    RandomStream stream(seed, RandomPurpose::Sampling, fnv1a64("gaussian mixture"));
    auto chosen =
        points[static_cast<std::int64_t>(stream.below(static_cast<std::uint64_t>(points.size(0))))].unsqueeze(
            0);
    auto nearest = (points - chosen).square().sum(1);
    while (chosen.size(0) < count) {
        const auto ends = nearest.cumsum(0);
        const auto place = static_cast<double>(stream.uniform()) * ends[-1].item<double>();
        const auto next =
            std::min(ends.le(place).sum().item<std::int64_t>(), points.size(0) - 1);  // of zeros: the last
        chosen = at::cat({chosen, points[next].unsqueeze(0)});
        nearest = at::minimum(nearest, (points - points[next]).square().sum(1));
    }
    return chosen;
}

/// ln weight + ln N(point; mean, variance): [N,C]
at::Tensor logJoint(const at::Tensor& points, const GaussianMixture& mixture)
{
    const auto inverse = mixture.variances.reciprocal();
    // (x - m)^2 / v without a [N,C,K] between.
    const auto squares = points.square().matmul(inverse.t()) -
                         2 * points.matmul((mixture.means * inverse).t()) +
                         (mixture.means.square() * inverse).sum(1);
    const auto constant =
        mixture.variances.log().sum(1) + static_cast<double>(points.size(1)) * std::log(2 * std::numbers::pi);
    return mixture.weights.log() - 0.5 * (squares + constant);
}

}  // namespace

GaussianMixture fitMixture(const LatentCodes& codes, std::int64_t components, std::uint64_t seed,
                           const std::stop_token& stop)
{
    if (codes.size() < 1)
        throw Error(ErrorCode::BadData, "A mixture is fitted to images: choose a set that has some.");
    if (components < 1)
        throw Error(ErrorCode::BadSetting, "A mixture has one component at least: give a larger number.");
    const auto points = codes.mean.to(at::kDouble);
    const auto count = std::min(components, codes.size());
    const auto variance = points.var(0, /*unbiased=*/false);
    const auto floor = (variance.mean() * kFloor).clamp_min(kFloor * kFloor);
    GaussianMixture mixture;
    mixture.weights = at::full({count}, 1.0 / static_cast<double>(count), at::kDouble);
    mixture.means = centres(points, count, seed);
    mixture.variances = at::maximum(variance, floor).expand({count, -1}).contiguous();
    mixture.logLikelihood = -std::numeric_limits<double>::infinity();
    for (int round = 0; round < kMostRounds; ++round) {
        throwIfStopped(stop);
        const auto joint = logJoint(points, mixture);
        const auto total = at::logsumexp(joint, 1, /*keepdim=*/true);
        const auto before = mixture.logLikelihood;
        mixture.logLikelihood = total.mean().item<double>();
        if (mixture.logLikelihood - before < kSettled)
            break;
        const auto parts = (joint - total).exp();  // [N,C]
        const auto sizes = parts.sum(0).clamp_min(1e-12).unsqueeze(1);
        mixture.weights = (sizes / sizes.sum()).squeeze(1);
        mixture.means = parts.t().matmul(points) / sizes;
        mixture.variances =
            at::maximum(parts.t().matmul(points.square()) / sizes - mixture.means.square(), floor);
    }
    mixture.variances = mixture.variances + codes.std.to(at::kDouble).square().mean(0);
    return mixture;
}

}  // namespace elbo
