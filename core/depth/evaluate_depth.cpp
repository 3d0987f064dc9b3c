// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/depth/evaluate_depth.h"

#include "core/base/error.h"
#include "core/data/data_fields.h"
#include "core/data/dataset.h"
#include "core/depth/estimator.h"

#include <ATen/Functions.h>

#include <chrono>

namespace elbo {

at::Tensor originalColor(const Dataset& data, std::int64_t index)
{
    const auto codes = data.color.select(0, index).to(at::kFloat);
    if (data.storedUnchanged)
        return codes.to(at::kByte);
    const auto ranges = data.ranges.select(0, index).narrow(0, 0, codes.size(0));
    const auto low = ranges.select(1, 0).view({-1, 1, 1}), high = ranges.select(1, 1).view({-1, 1, 1});
    return (codes / 255 * (high - low) + low).round().clamp(0, 255).to(at::kByte);
}

at::Tensor originalDepth(const Dataset& data, std::int64_t index)
{
    const auto bits = data.depth.view(at::kShort).select(0, index).select(0, 0);
    const auto codes = bits.to(at::kInt).bitwise_and(0xFFFF);
    const auto range = data.ranges.select(0, index).select(0, data.color.size(1));
    const float low = range[0].item<float>(), high = range[1].item<float>();
    const auto depth = codes.sub(1).to(at::kFloat).div(65534) * (high - low) + low;
    return at::where(codes.eq(0), at::zeros({}, at::kFloat), depth);
}

DataConfig withDepthDefaults(DataConfig config)
{
    // Rooms are made in the size that is asked for: they have none of their own.
    if (config.key != "rooms" && hasDataField(config, "size") && !config.fields.has("size"))
        config.fields.set("size", std::string("native"));
    if (hasDataField(config, "fill") && !config.fields.has("fill"))
        config.fields.set("fill", std::string("none"));
    return config;
}

DepthEvaluation evaluateDepth(DepthEstimator& estimator, const Dataset& data,
                              const std::vector<std::int64_t>& indices, const DepthMetricOptions& options,
                              const ProgressFunction& progress, const std::stop_token& stop)
{
    using Clock = std::chrono::steady_clock;
    if (!data.depth.defined())
        throw Error(ErrorCode::BadData,
                    data.title + " has no depth to compare with: choose a set of colour and depth.");
    if (!data.metricDepth && options.scaling != DepthScaling::RelativeTruth)
        throw Error(ErrorCode::BadData,
                    "The depth of " + data.title +
                        " is relative, without metres: compare with median scaling, or give depth-scale=.");
    DepthEvaluation result;
    DepthMetricMeans means;
    std::chrono::duration<double, std::milli> spent{0};
    std::int64_t timed = 0;
    for (std::size_t i = 0; i < indices.size(); ++i) {
        throwIfStopped(stop);
        const auto start = Clock::now();
        const auto estimate = estimator.estimate(originalColor(data, indices[i]));
        if (i > 0 || indices.size() == 1) {  // the first one also warms up
            spent += Clock::now() - start;
            ++timed;
        }
        try {
            means.add(depthMetrics(estimate, originalDepth(data, indices[i]), options));
        } catch (const Error& error) {
            if (error.code() != ErrorCode::BadData)
                throw;
            result.leftOut.push_back(data.names.at(static_cast<std::size_t>(indices[i])));
        }
        if (progress)
            progress({"Estimating depth", static_cast<std::int64_t>(i + 1),
                      static_cast<std::int64_t>(indices.size())});
    }
    if (means.images() == 0)
        throw Error(ErrorCode::BadData,
                    "No image of " + data.title +
                        " has a depth between the bounds: check its unit, or give other bounds.");
    result.means = means.means();
    result.images = means.images();
    result.millisecondsPerImage = spent.count() / static_cast<double>(timed);
    return result;
}

}  // namespace elbo
