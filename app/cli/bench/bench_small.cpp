// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench/benchmarks.h"
#include "app/cli/output.h"
#include "core/base/device.h"
#include "core/base/random_stream.h"
#include "core/data/rooms.h"
#include "core/models/registry.h"
#include "core/nn/initialisation.h"

#include <ATen/Functions.h>

namespace elbo::bench {

namespace {

Result lineOf(const char* name, const Timings& time, std::int64_t images)
{
    Result result;
    result.name = name;
    result.medianMs = time.medianMs;
    result.spreadMs = time.spreadMs;
    result.imagesPerSecond = 1000.0 * static_cast<double>(images) / time.medianMs;
    result.peakMib = static_cast<double>(peakResidentBytes()) / (1 << 20);
    return result;
}

}  // namespace

std::vector<Result> benchDecode(const Setting& setting)
{
    const auto& device = setting.device;
    const at::NoGradGuard noGradient;
    auto model = makeVae({"rgbd-vae", {}}, ImageShape{});
    initialise(*model, 1);
    model->to(device);
    model->eval();
    const auto z = normalNoise(1, RandomPurpose::Sampling, 0, 0, 1, model->latentSize()).to(device);
    const auto time = measureAlternating({[&] {
                                             (void)model->decode(z).cpu();
                                             waitFor(device);
                                         }},
                                         50, setting.stop)
                          .front();
    auto line = lineOf("decode", time, 1);
    line.note = "95th percentile " + cli::numberText(time.slowMs) + " ms";
    return {line};
}

std::vector<Result> benchRooms(const Setting& setting)
{
    constexpr std::int64_t kCount = 500;
    const auto time =
        measureAlternating({[] { (void)renderRooms(1, 0, kCount, 128, 128); }}, 3, setting.stop).front();
    return {lineOf("rooms", time, kCount)};
}

}  // namespace elbo::bench
