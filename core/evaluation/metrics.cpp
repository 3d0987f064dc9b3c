// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/metrics.h"

#include "core/base/error.h"

#include <ATen/Functions.h>

#include <string>

namespace elbo {
namespace {

constexpr std::int64_t kWindow = 11;
constexpr double kSigma = 1.5;
constexpr double kC1 = 0.01 * 0.01;  // (K1 L)^2 with range L = 1
constexpr double kC2 = 0.03 * 0.03;

void checkSame(const at::Tensor& x, const at::Tensor& y)
{
    if (x.dim() != 4 || x.sizes() != y.sizes()) {
        throw Error(ErrorCode::BadData,
                    "Images of different shapes cannot be compared; bring them to one size first.");
    }
}

/// Gaussian window of the field's usual size, summing to one.
at::Tensor window(const at::TensorOptions& options)
{
    const auto offset = at::arange(kWindow, options) - static_cast<double>(kWindow / 2);
    const auto weights = at::exp(offset.square() / (-2.0 * kSigma * kSigma));
    return weights / weights.sum();
}

/// Weighted mean around every pixel whose window lies inside: [N,1,H,W] -> [N,1,H-10,W-10].
at::Tensor localMean(const at::Tensor& planes, const at::Tensor& weights)
{
    return at::conv2d(at::conv2d(planes, weights.view({1, 1, kWindow, 1})), weights.view({1, 1, 1, kWindow}));
}

}  // namespace

at::Tensor squaredError(const at::Tensor& x, const at::Tensor& y)
{
    checkSame(x, y);
    return (x - y).square().flatten(1).sum(1);
}

at::Tensor psnr(const at::Tensor& x, const at::Tensor& y)
{
    checkSame(x, y);
    return -10.0 * (x - y).square().flatten(1).mean(1).log10();
}

at::Tensor ssim(const at::Tensor& x, const at::Tensor& y)
{
    checkSame(x, y);
    const auto batch = x.size(0);
    const auto height = x.size(2);
    const auto width = x.size(3);
    if (height < kWindow || width < kWindow) {
        throw Error(ErrorCode::BadData, "SSIM needs images of at least 11x11 pixels, not " +
                                            std::to_string(width) + "x" + std::to_string(height) +
                                            "; use larger images.");
    }
    // In float64: variances are small differences of large means.
    const auto a = x.to(at::kDouble).reshape({-1, 1, height, width});
    const auto b = y.to(at::kDouble).reshape({-1, 1, height, width});
    const auto weights = window(a.options());
    const auto meanA = localMean(a, weights);
    const auto meanB = localMean(b, weights);
    const auto varianceA = localMean(a * a, weights) - meanA * meanA;
    const auto varianceB = localMean(b * b, weights) - meanB * meanB;
    const auto covariance = localMean(a * b, weights) - meanA * meanB;
    const auto similarity = ((2 * meanA * meanB + kC1) * (2 * covariance + kC2)) /
                            ((meanA * meanA + meanB * meanB + kC1) * (varianceA + varianceB + kC2));
    return similarity.view({batch, -1}).mean(1).to(at::kFloat);
}

}  // namespace elbo
