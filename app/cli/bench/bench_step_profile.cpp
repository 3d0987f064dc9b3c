// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench/benchmarks.h"
#include "app/cli/bench/profile.h"
#include "app/cli/bench/rgbd_step.h"
#include "app/cli/output.h"
#include "core/base/device.h"

#include <algorithm>
#include <numeric>

namespace elbo::bench {

namespace {

constexpr int kSteps = 5;
constexpr std::size_t kLines = 20;

std::vector<Result> profileOf(const Setting& setting, Precision precision)
{
    RgbdStep step(setting, precision, /*recorded=*/true);
    for (int i = 0; i < 3; ++i)  // the first are recorded, or prepare their primitives
        step();
    const auto lines = profile(
        [&step] {
            for (int i = 0; i < kSteps; ++i)
                step();
        },
        setting.device);
    const auto whole = std::accumulate(lines.begin(), lines.end(), 0.0,
                                       [](double sum, const ProfileLine& line) { return sum + line.ms; });
    std::vector<Result> results;
    for (std::size_t i = 0; i < std::min(kLines, lines.size()); ++i) {
        const auto& line = lines[i];
        Result result;
        result.name = std::string(toString(precision)) + " " + line.name.substr(0, 90);
        result.medianMs = line.ms / kSteps;
        result.note = cli::numberText(100 * line.ms / whole) + " % of a step, " +
                      cli::numberText(static_cast<double>(line.calls) / kSteps) + " calls";
        results.push_back(std::move(result));
    }
    Result sum;
    sum.name = std::string(toString(precision)) + " all";
    sum.medianMs = whole / kSteps;
    sum.note = "all operations of a step, one after the other";
    results.push_back(std::move(sum));
    return results;
}

}  // namespace

std::vector<Result> benchStepProfile(const Setting& setting)
{
    auto results = profileOf(setting, Precision::Float32);
    if (deviceInfo(setting.device).fastBFloat16)
        std::ranges::move(profileOf(setting, Precision::BFloat16), std::back_inserter(results));
    return results;
}

}  // namespace elbo::bench
