// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace elbo {

/// A device as a form and the status bar show it; free of LibTorch.
struct DeviceChoice {
    std::string key;    ///< "cpu", "cuda:0"
    std::string title;  ///< "AMD EPYC 9554, 2 cores"
    bool fastBFloat16 = false;
    std::int64_t memoryBytes = 0;
};
[[nodiscard]] std::vector<DeviceChoice> deviceChoices();

/// What a run with these settings would use, as one line for the user: "CPU, AMD EPYC 9554, 2 cores, bf16".
/// @throws Error(NoDevice) when that GPU is not there, Error(BadSetting) for another text
[[nodiscard]] std::string describeDevice(const std::string& device, const std::string& precision);

/// Memory that this process holds now, in bytes; 0 where unknown.
[[nodiscard]] std::int64_t processMemory();

}  // namespace elbo
