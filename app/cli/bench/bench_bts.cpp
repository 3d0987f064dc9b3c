// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench/benchmarks.h"
#include "app/cli/output.h"
#include "core/base/device.h"
#include "core/depth/bts.h"
#include "core/depth/estimator.h"
#include "core/nn/autocast.h"
#include "core/nn/inference_weights.h"
#include "core/nn/initialisation.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

namespace elbo::bench {

namespace {

constexpr std::int64_t kHeight = 480;
constexpr std::int64_t kWidth = 640;

Result lineOf(const std::string& name, const Timings& time)
{
    Result result;
    result.name = name;
    result.medianMs = time.medianMs;
    result.spreadMs = time.spreadMs;
    result.imagesPerSecond = 1000.0 / time.medianMs;
    result.peakMib = static_cast<double>(peakResidentBytes()) / (1 << 20);
    return result;
}

/// One image through an encoder and the decoder of full width: as its definition is written, float32 in NCHW;
/// as Elbo computes it; and in bf16 where the device is fast at it.
std::vector<Result> benchEncoder(const std::string& encoder, const Setting& setting)
{
    const auto& device = setting.device;
    Bts network(encoder);
    initialise(network, 1);
    network.eval();
    network.to(device);
    for (auto& parameter : network.parameters())
        parameter.set_requires_grad(false);
    const auto x = goldenUniform("input", 3 * kHeight * kWidth).view({1, 3, kHeight, kWidth}).to(device);
    const auto fast = x.contiguous(at::MemoryFormat::ChannelsLast);
    InferenceWeights float32Weights, bfloat16Weights;
    const auto forward = [&](const at::Tensor& image, bool plain, Precision precision) {
        // With gradients wanted the definition is computed; no parameter asks for any, so no graph is made.
        const c10::AutoGradMode mode(plain);
        const Autocast autocast(device, precision);
        const InferenceWeights::Use weights(precision == Precision::Float32 ? float32Weights
                                                                            : bfloat16Weights);
        (void)network.forward(image).depth.cpu();
        waitFor(device);
    };
    std::vector<Work> works{[&] { forward(x, true, Precision::Float32); },
                            [&] { forward(fast, false, Precision::Float32); }};
    const bool bfloat16 = deviceInfo(device).fastBFloat16;
    if (bfloat16)
        works.emplace_back([&] { forward(fast, false, Precision::BFloat16); });
    const auto times = measureAlternating(works, 5, setting.stop);
    const std::vector<std::string> names{"plain", "float32", "bf16"};
    std::vector<Result> lines;
    for (std::size_t i = 0; i < times.size(); ++i) {
        lines.push_back(lineOf("bts " + encoder + " " + names[i], times[i]));
        lines.back().ratioToPlain = times[0].medianMs / times[i].medianMs;
    }
    return lines;
}

std::vector<Result> benchEncoders(const std::vector<std::string>& encoders, const Setting& setting)
{
    std::vector<Result> lines;
    for (const auto& encoder : encoders)
        for (auto& line : benchEncoder(encoder, setting))
            lines.push_back(std::move(line));
    return lines;
}

}  // namespace

std::vector<Result> benchAllBts(const Setting& setting)
{
    return benchEncoders(depthEncoderNames(), setting);
}

std::vector<Result> benchBts(const Setting& setting)
{
    auto lines = benchEncoders({"mobilenetv2", "resnet50", "densenet161"}, setting);
    const auto meter = makeDepthEstimator("meter-xxs", {.weights = {}, .device = setting.device});
    const auto picture =
        (goldenUniform("input", 3 * kHeight * kWidth) + 1).mul(127).to(at::kByte).view({3, kHeight, kWidth});
    lines.push_back(
        lineOf("meter-xxs",
               measureAlternating({[&] { (void)meter->estimate(picture); }}, 20, setting.stop).front()));
    lines.back().note = "from 8-bit pixels to metres of 640x480";
    return lines;
}

}  // namespace elbo::bench
