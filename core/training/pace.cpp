// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/pace.h"

#include <cmath>

namespace elbo {

namespace {

/// Seconds over which the rate is smoothed.
constexpr double kMemory = 3.0;

}  // namespace

void Pace::start()
{
    m_since = Clock::now();
}

void Pace::add(std::int64_t images)
{
    const auto now = Clock::now();
    const auto seconds = std::chrono::duration<double>(now - m_since).count();
    m_since = now;
    if (seconds <= 0 || images <= 0)
        return;
    const auto rate = static_cast<double>(images) / seconds;
    const auto weight = m_rate == 0 ? 1.0 : 1.0 - std::exp(-seconds / kMemory);
    m_rate += weight * (rate - m_rate);
}

double Pace::secondsLeft(std::int64_t images, std::int64_t tests) const
{
    return m_rate == 0 ? 0.0
                       : static_cast<double>(images) / m_rate + static_cast<double>(tests) * m_testSeconds;
}

}  // namespace elbo
