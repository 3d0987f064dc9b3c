// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/depth/depth_metrics.h"

#include "core/base/error.h"

#include <ATen/Functions.h>

#include <cmath>

namespace elbo {

namespace {

/// The part of 480 x 640 that Eigen et al. compare, in parts of the sides.
at::Tensor eigenPart(const at::Tensor& image)
{
    const auto bound = [](std::int64_t side, double pixels, double of) {
        return std::llround(static_cast<double>(side) * pixels / of);
    };
    return image.slice(0, bound(image.size(0), 45, 480), bound(image.size(0), 471, 480))
        .slice(1, bound(image.size(1), 41, 640), bound(image.size(1), 601, 640));
}

double ratioOfMedians(const at::Tensor& numerator, const at::Tensor& denominator)
{
    return numerator.median().item<double>() / denominator.median().item<double>();
}

void check(const at::Tensor& estimate, const at::Tensor& truth, const DepthMetricOptions& options)
{
    if (!(options.least > 0 && options.least < options.most && std::isfinite(options.most)))
        throw Error(ErrorCode::BadSetting,
                    "The bounds of depth must be above zero metres, the lower one below the upper one.");
    if (estimate.dim() != 2 || estimate.sizes() != truth.sizes())
        throw Error(ErrorCode::BadData, "Estimated and true depth differ in size and cannot be compared.");
}

}  // namespace

void forEachMetric(const DepthMetrics& metrics, const std::function<void(const char*, double)>& visit)
{
    visit("silog", metrics.silog);
    visit("abs_rel", metrics.absRel);
    visit("log10", metrics.log10);
    visit("rmse", metrics.rmse);
    visit("sq_rel", metrics.sqRel);
    visit("rmse_log", metrics.rmseLog);
    visit("d1", metrics.d1);
    visit("d2", metrics.d2);
    visit("d3", metrics.d3);
}

DepthMetrics depthMetrics(const at::Tensor& estimate, const at::Tensor& truth,
                          const DepthMetricOptions& options)
{
    check(estimate, truth, options);
    auto d = estimate.to(at::kDouble), t = truth.to(at::kDouble);
    if (options.eigenCrop) {
        d = eigenPart(d);
        t = eigenPart(t);
    }
    auto counts = t.isfinite().logical_and(t.gt(0)).logical_and(d.isfinite());
    DepthMetrics metrics;
    const auto within = [&](const at::Tensor& values) {
        return values.gt(options.least).logical_and(values.lt(options.most));
    };
    if (options.scaling == DepthScaling::RelativeTruth) {
        const auto positive = counts.logical_and(d.gt(0));
        if (positive.any().item<bool>()) {
            metrics.scale = ratioOfMedians(d.masked_select(positive), t.masked_select(positive));
            t = t * metrics.scale;
        }
    }
    counts = counts.logical_and(within(t));
    metrics.pixels = counts.sum().item<std::int64_t>();
    if (metrics.pixels == 0)
        throw Error(ErrorCode::BadData,
                    "No pixel of the true depth lies between " + std::to_string(options.least) + " and " +
                        std::to_string(options.most) + " metres: check its unit, or give other bounds.");
    d = d.masked_select(counts);
    t = t.masked_select(counts);
    if (options.scaling == DepthScaling::Estimate) {
        const double scale = ratioOfMedians(t, d);
        if (!(std::isfinite(scale) && scale > 0))
            throw Error(ErrorCode::BadData, "The estimated depth has no median above zero to scale it by.");
        metrics.scale = scale;
        d = d * scale;
    }
    d = d.clamp(options.least, options.most);
    const auto g = d.log() - t.log();
    const auto error = d - t;
    const auto mean = [](const at::Tensor& values) { return values.mean().item<double>(); };
    const double meanOfSquares = mean(g.square()), meanOfLogs = mean(g);
    metrics.silog = 100 * std::sqrt(std::max(0.0, meanOfSquares - meanOfLogs * meanOfLogs));
    metrics.absRel = mean(error.abs() / t);
    metrics.log10 = mean(g.abs()) / std::log(10.0);
    metrics.rmse = std::sqrt(mean(error.square()));
    metrics.sqRel = mean(error.square() / t);
    metrics.rmseLog = std::sqrt(meanOfSquares);
    const auto ratio = at::maximum(d / t, t / d);
    const auto share = [&](double bound) { return mean(ratio.lt(bound).to(at::kDouble)); };
    metrics.d1 = share(1.25);
    metrics.d2 = share(1.25 * 1.25);
    metrics.d3 = share(1.25 * 1.25 * 1.25);
    return metrics;
}

void DepthMetricMeans::add(const DepthMetrics& metrics)
{
    ++m_images;
    m_sums.silog += metrics.silog;
    m_sums.absRel += metrics.absRel;
    m_sums.log10 += metrics.log10;
    m_sums.rmse += metrics.rmse;
    m_sums.sqRel += metrics.sqRel;
    m_sums.rmseLog += metrics.rmseLog;
    m_sums.d1 += metrics.d1;
    m_sums.d2 += metrics.d2;
    m_sums.d3 += metrics.d3;
    m_sums.scale += metrics.scale;
    m_sums.pixels += metrics.pixels;
}

DepthMetrics DepthMetricMeans::means() const
{
    if (m_images == 0)
        return {};
    auto means = m_sums;
    const auto count = static_cast<double>(m_images);
    for (auto* value : {&means.silog, &means.absRel, &means.log10, &means.rmse, &means.sqRel, &means.rmseLog,
                        &means.d1, &means.d2, &means.d3, &means.scale})
        *value /= count;
    return means;
}

}  // namespace elbo
