// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>

namespace elbo {

/// How far an estimated depth is from the truth, over the pixels that count (Eigen et al. 2014, and silog of
/// the KITTI benchmark); d is estimate, t truth.
struct DepthMetrics {
    double silog = 0;    ///< 100 sqrt(mean(g^2) - mean(g)^2), g = ln d - ln t
    double absRel = 0;   ///< mean |d - t| / t
    double log10 = 0;    ///< mean |log10 d - log10 t|
    double rmse = 0;     ///< sqrt(mean (d - t)^2), metres
    double sqRel = 0;    ///< mean (d - t)^2 / t, metres
    double rmseLog = 0;  ///< sqrt(mean g^2)
    double d1 = 0;       ///< share of pixels with max(d / t, t / d) below 1.25
    double d2 = 0;       ///< below 1.25^2
    double d3 = 0;       ///< below 1.25^3
    double scale = 1;    ///< that the estimate (or a relative truth) was multiplied by
    std::int64_t pixels = 0;
    bool operator==(const DepthMetrics&) const = default;
};

/// Calls visit(name in files, value) for each of them, in the order of the published tables.
void forEachMetric(const DepthMetrics& metrics, const std::function<void(const char*, double)>& visit);

enum class DepthScaling {
    None,           ///< both are metres
    Estimate,       ///< the estimate times median(t) / median(d)
    RelativeTruth,  ///< the truth has no metres: it times median(d) / median(t)
};

struct DepthMetricOptions {
    double least = 1e-3;  ///< metres; a truth outside does not count, an estimate outside is put on the bound
    double most = 10;
    bool eigenCrop = false;  ///< rows 45 to 470 and columns 41 to 600 of 480 x 640, scaled for other sizes
    DepthScaling scaling = DepthScaling::None;
};

/// @param estimate, truth  float32 [H,W] of one size; holes of the truth (0, NaN, infinite, negative) do not
/// count, nor does a pixel whose estimate is no number
/// @throws Error(BadData) when sizes differ or no pixel counts, Error(BadSetting) for wrong bounds
[[nodiscard]] DepthMetrics depthMetrics(const at::Tensor& estimate, const at::Tensor& truth,
                                        const DepthMetricOptions& options);

/// Means over images, as published tables have them.
class DepthMetricMeans {
public:
    void add(const DepthMetrics& metrics);
    [[nodiscard]] DepthMetrics means() const;  ///< pixels: of all images together
    [[nodiscard]] std::int64_t images() const { return m_images; }

private:
    DepthMetrics m_sums{.scale = 0};
    std::int64_t m_images = 0;
};

}  // namespace elbo
