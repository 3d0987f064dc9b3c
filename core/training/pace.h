// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>

namespace elbo {

/// How fast a run goes: images a second of late, and the time left.
class Pace {
public:
    using Clock = std::chrono::steady_clock;

    /// Training begins or goes on after a pause or a test: the time in between counts for nothing.
    void start();
    /// So many images were trained on since start() or the last call, and the device has finished them.
    void add(std::int64_t images);
    /// One look at the test images took this long.
    void addTest(double seconds)
    {
        m_testSeconds = m_testSeconds == 0 ? seconds : (m_testSeconds + seconds) / 2;
    }

    /// 0 before anything was measured.
    [[nodiscard]] double imagesPerSecond() const { return m_rate; }
    /// @param images  still to be trained on @param tests  still to be done
    [[nodiscard]] double secondsLeft(std::int64_t images, std::int64_t tests) const;

private:
    Clock::time_point m_since;
    double m_rate = 0;
    double m_testSeconds = 0;
};

}  // namespace elbo
