// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/process_group.h"

#include <c10/core/Device.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace elbo::bench {

/// A line of `elbo-cli bench` (benchmarks.md).
struct Result {
    std::string name;
    double medianMs = 0;
    double spreadMs = 0;                 ///< half of the distance between the quartiles
    double imagesPerSecond = 0;          ///< 0 where there are no images
    double peakMib = 0;                  ///< of the process so far
    std::optional<double> ratioToPlain;  ///< how many times faster than the plain form, in the same run
    std::optional<double> gflops;        ///< arithmetic a second, where it is known
    std::optional<double> waitingShare;  ///< part of the time that waits for other processes
    std::string note;
};

struct Timings {
    double medianMs = 0;
    double spreadMs = 0;
    double slowMs = 0;  ///< 95th percentile
};

/// Where a benchmark runs, and who may end it.
struct Setting {
    c10::Device device;
    std::stop_token stop;
    ProcessGroup& group = aloneGroup();  ///< the processes that measure together
};

/// One thing to time. Everything it starts on the device must have ended when it returns.
using Work = std::function<void()>;

/// Runs the works in turn, `rounds` times after one warm-up round, so that a noisy machine disturbs all
/// alike. @throws Cancelled between two of them
[[nodiscard]] std::vector<Timings> measureAlternating(const std::vector<Work>& works, int rounds,
                                                      const std::stop_token& stop);

/// Waits until a device has done all it was given; nothing on a CPU.
void waitFor(const c10::Device& device);

/// GFLOP/s of a large matrix product, the yardstick for what this device can do. @param bfloat16 its
/// precision
[[nodiscard]] double matrixProductGflops(const Setting& setting, bool bfloat16);

}  // namespace elbo::bench
