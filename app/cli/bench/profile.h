// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/bench/measure.h"

#include <cstdint>
#include <string>
#include <vector>

namespace elbo::bench {

/// One operation of a profile: a kernel on a GPU, else one of LibTorch's operations without those it calls.
struct ProfileLine {
    std::string name;
    double ms = 0;  ///< of all calls
    std::int64_t calls = 0;
};

/// Where the time of some work goes, by LibTorch's own profiler; the longest first.
[[nodiscard]] std::vector<ProfileLine> profile(const Work& work, const c10::Device& device);

}  // namespace elbo::bench
