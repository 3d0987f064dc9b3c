// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/schedules.h"

#include "core/training/run_config.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace elbo {

double betaAt(const RunConfig& config, double epoch)
{
    const auto beta = config.real("beta");
    const auto schedule = config.text("beta_schedule");
    if (schedule == "warm-up")
        return beta * std::min(1.0, epoch / static_cast<double>(config.integer("beta_warmup_epochs")));
    if (schedule == "cyclic") {
        constexpr double kRising = 0.5;
        const auto length = static_cast<double>(config.integer("epochs")) /
                            static_cast<double>(config.integer("beta_cycles"));
        const auto place = std::fmod(epoch, length) / length;
        return beta * std::min(1.0, place / kRising);
    }
    return beta;
}

double learningRateAt(const RunConfig& config, double epoch, double stepLength)
{
    const auto schedule = config.text("learning_rate_schedule");
    const auto done = std::min(1.0, epoch / static_cast<double>(config.integer("epochs")));
    const auto end = config.real("learning_rate_end");
    double factor = 1.0;
    if (schedule == "step") {
        const auto falls =
            std::floor(epoch / static_cast<double>(config.integer("learning_rate_step_epochs")));
        factor = std::pow(config.real("learning_rate_step_factor"), falls);
    } else if (schedule == "cosine") {
        factor = end + (1 - end) * (1 + std::cos(std::numbers::pi * done)) / 2;
    } else if (schedule == "polynomial") {
        factor = end + (1 - end) * std::pow(1 - done, config.real("learning_rate_power"));
    }
    if (const auto warmup = config.integer("learning_rate_warmup_epochs"); warmup > 0)
        factor *= std::min(1.0, (epoch + stepLength) / static_cast<double>(warmup));
    return config.real("learning_rate") * factor;
}

}  // namespace elbo
