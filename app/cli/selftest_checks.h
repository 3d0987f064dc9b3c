// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <c10/core/Device.h>

#include <string>
#include <vector>

namespace elbo::cli {

struct SelftestCheck {
    std::string name;
    double deviation = 0;
    double allowed = 0;
    [[nodiscard]] bool passed() const { return deviation <= allowed; }  ///< false for NaN
};

/// Every value of every golden file.
[[nodiscard]] std::vector<SelftestCheck> checkGoldenValues(const c10::Device& device);
/// The sub-pixel up-convolution against its definition.
[[nodiscard]] std::vector<SelftestCheck> checkUpConvolution(const c10::Device& device);
/// Loss and gradients of one training step on the device against the CPU; empty on the CPU.
[[nodiscard]] std::vector<SelftestCheck> checkDeviceAgainstCpu(const c10::Device& device);
/// A short run that was stopped and resumed against an unbroken one, weight by weight.
[[nodiscard]] std::vector<SelftestCheck> checkSaveAndResume(const std::string& deviceKey);

}  // namespace elbo::cli
