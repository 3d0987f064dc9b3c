// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/depth/estimator.h"

#include <memory>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace elbo::cli {

class Session;

/// What commands that estimate depth share.
struct EstimatorArguments {
    std::string key = {};  ///< empty: none was asked for
    std::string weights = {};
    double maxDepth = 10;
    std::optional<double> focal = {};
    bool flip = false;
    std::string device = "auto";
    std::string precision = "auto";
};

/// --estimator, --weights, --max-depth, --focal, --flip, --device and --precision.
void addEstimatorOptions(CLI::App& command, EstimatorArguments& arguments);
/// Notes about its weights are said. @throws Error as makeDepthEstimator does
[[nodiscard]] std::unique_ptr<DepthEstimator> makeEstimator(const EstimatorArguments& arguments,
                                                            Session& session);

}  // namespace elbo::cli
