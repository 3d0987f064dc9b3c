// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <stop_token>
#include <string>

namespace elbo::bench {

/// An epoch of the FC-VAE as the report's published script takes it: Python, PyTorch's modules, torchvision's
/// MNIST (made images of the same size) through a DataLoader, on the CPU.
struct PythonEpoch {
    std::optional<double> ms;  ///< of the second epoch; empty when it could not be measured
    std::string note;          ///< the versions it was measured with, or why it was not
};
/// Runs the python3 that is found first. @throws Cancelled
[[nodiscard]] PythonEpoch measurePythonFcEpoch(const std::stop_token& stop);

}  // namespace elbo::bench
