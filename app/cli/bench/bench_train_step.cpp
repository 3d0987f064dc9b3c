// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench/benchmarks.h"
#include "app/cli/bench/plain_rgbd_vae.h"
#include "app/cli/bench/rgbd_step.h"
#include "core/base/device.h"
#include "core/nn/initialisation.h"

#include <functional>
#include <memory>
#include <optional>

namespace elbo::bench {

namespace {

constexpr double kStepGflop =
    186.0;  ///< forward and backward of a batch in the sub-pixel form (benchmarks.md)
constexpr int kRounds = 5;
constexpr int kGpuRounds = 50;

Result lineOf(const std::string& name, const Timings& time, const Timings& plain)
{
    Result result;
    result.name = name;
    result.medianMs = time.medianMs;
    result.spreadMs = time.spreadMs;
    result.imagesPerSecond = 1000.0 * kBatch / time.medianMs;
    result.peakMib = static_cast<double>(peakResidentBytes()) / (1 << 20);
    result.ratioToPlain = plain.medianMs / time.medianMs;
    return result;
}

}  // namespace

std::vector<Result> benchTrainStep(const Setting& setting)
{
    const auto& device = setting.device;
    auto plainModel = std::make_shared<PlainRgbdVae>();
    initialise(*plainModel, 1);
    plainModel->to(device);
    PlainTraining plainTraining(plainModel, kLearningRate);
    const auto x = batchValues(device);
    const auto plain = [&] {
        (void)plainTraining.step(x);
        waitFor(device);
    };
    RgbdStep ourFloat(setting, Precision::Float32, /*recorded=*/true);
    std::vector<Work> works{plain, std::ref(ourFloat)};
    // Without instructions for it bf16 is emulated: minutes a step, and nobody trains so.
    std::optional<RgbdStep> ourBFloat;
    if (deviceInfo(device).fastBFloat16)
        works.emplace_back(std::ref(ourBFloat.emplace(setting, Precision::BFloat16, /*recorded=*/true)));
    std::optional<RgbdStep> unrecorded;
    if (ourBFloat && DeviceGraph::isSupported(device))
        works.emplace_back(std::ref(unrecorded.emplace(setting, Precision::BFloat16, /*recorded=*/false)));
    const auto times = measureAlternating(works, device.is_cpu() ? kRounds : kGpuRounds, setting.stop);

    const auto ourLine = [&](const std::string& name, const Timings& time, bool bfloat16) {
        auto line = lineOf(name, time, times[0]);
        line.gflops = kStepGflop * 1000.0 / time.medianMs;
        line.note = "a large matrix product: " +
                    std::to_string(static_cast<int>(matrixProductGflops(setting, bfloat16))) + " GFLOP/s";
        const auto& failure = bfloat16 && ourBFloat ? ourBFloat->failure() : ourFloat.failure();
        if (!failure.empty())
            line.note += "; not recorded: " + failure;
        return line;
    };
    std::vector<Result> lines{lineOf("train-step plain", times[0], times[0]),
                              ourLine("train-step float32", times[1], false)};
    if (ourBFloat)
        lines.push_back(ourLine("train-step bf16", times[2], true));
    else
        lines.back().note += "; bf16 is not measured, since this processor has no instructions for it";
    if (unrecorded)
        lines.push_back(lineOf("train-step bf16, not recorded", times[3], times[0]));
    return lines;
}

}  // namespace elbo::bench
