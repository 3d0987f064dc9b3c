// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace elbo {

/// What NVIDIA's driver says of a card. Asked through NVML, which comes with the driver: no CUDA toolkit is
/// needed.
struct NvidiaCard {
    std::string name;
    std::int64_t memoryBytes = 0;
    int capabilityMajor = 0;  ///< compute capability; 8 and above have bf16
};
/// Empty when there is no driver, or when CUDA_VISIBLE_DEVICES reorders the cards so that indices would not
/// agree with CUDA's.
[[nodiscard]] std::vector<NvidiaCard> nvidiaCards();

}  // namespace elbo
