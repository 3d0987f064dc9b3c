// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/image8.h"
#include "core/training/history.h"

#include <cmath>
#include <cstdint>

namespace elbo::tests {

/// A picture that tells its index: a ball of a colour of its own over a floor and a wall.
inline Image8 madeColor(std::int64_t index, int width, int height, int channels = 3)
{
    Image8 image{width, height, channels, {}};
    image.pixels.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                        static_cast<std::size_t>(channels));
    const auto seed = static_cast<double>(index * 37 % 101) / 101.0;
    std::size_t at = 0;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const auto u = x / static_cast<double>(width);
            const auto v = y / static_cast<double>(height);
            const bool ball = std::hypot(u - 0.3 - 0.4 * seed, v - 0.55) < 0.22;
            for (int c = 0; c < channels; ++c) {
                const auto wall = 0.45 + 0.3 * std::sin(3.0 * seed + c) * u;
                const auto floor = 0.25 + 0.4 * v;
                const auto value = ball      ? 0.5 + 0.45 * std::cos(6.28 * (seed + c / 3.0))
                                   : v > 0.7 ? floor
                                             : wall;
                image.pixels[at++] =
                    static_cast<std::uint8_t>(std::lround(255.0 * std::fmin(1.0, std::fmax(0.0, value))));
            }
        }
    }
    return image;
}

/// Metres, with the same ball.
inline ImageF madeDepth(std::int64_t index, int width, int height)
{
    ImageF image{width, height, {}};
    const auto seed = static_cast<double>(index * 37 % 101) / 101.0;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const auto u = x / static_cast<double>(width);
            const auto v = y / static_cast<double>(height);
            const bool ball = std::hypot(u - 0.3 - 0.4 * seed, v - 0.55) < 0.22;
            image.values.push_back(static_cast<float>(ball      ? 1.2 + seed
                                                      : v > 0.7 ? 4.0 - 3.0 * (v - 0.7) / 0.3
                                                                : 4.0 + u));
        }
    }
    return image;
}

/// A run as they look: steep first steps, then slow; a test value an epoch.
inline History madeHistory(int epochs, int stepsAnEpoch)
{
    History history;
    const auto terms = [](double x, double noise) {
        const auto mse =
            4200.0 + 12000.0 * std::exp(-x / 3.0) + 160000.0 * std::exp(-x * 8.0) + 250.0 * noise;
        const auto kl = 420.0 * (1.0 - std::exp(-x / 4.0)) + 6.0 * noise;
        const auto logLikelihood = -0.5 * mse - 60000.0 * 0.92;
        return std::map<std::string, double>{
            {"mse", mse}, {"kl", kl}, {"log_likelihood", logLikelihood}, {"elbo", logLikelihood - kl}};
    };
    std::int64_t step = 0;
    for (int epoch = 1; epoch <= epochs; ++epoch) {
        for (int i = 1; i <= stepsAnEpoch; ++i) {
            ++step;
            const auto x = epoch - 1 + i / static_cast<double>(stepsAnEpoch);
            StepRecord record{step, epoch, x,
                              1e-3, 1.0,   terms(x, std::sin(static_cast<double>(step) * 12.9898))};
            history.steps.push_back(std::move(record));
        }
        EpochRecord record;
        record.epoch = epoch;
        record.step = step;
        record.train = terms(epoch, 0.0);
        record.test = terms(epoch * 0.93, 0.4 * std::sin(epoch));
        record.best = epoch > epochs * 2 / 3;
        history.epochs.push_back(std::move(record));
    }
    return history;
}

}  // namespace elbo::tests
