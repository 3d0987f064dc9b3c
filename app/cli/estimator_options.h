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
    std::optional<double> maxDepth = {};  ///< nothing: what the weights tell, else 10
    std::optional<double> focal = {};
    bool flip = false;
    std::string device = "auto";
    std::string precision = "auto";
};

/// --estimator, --weights, --max-depth, --focal, --flip, --device and --precision.
void addEstimatorOptions(CLI::App& command, EstimatorArguments& arguments);
/// Its key: the one asked for, else that of the weights, else the default. Notes about its weights are said.
/// @throws Error as depthWeightsFile and makeDepthEstimator do
struct ChosenEstimator {
    std::string key;
    std::unique_ptr<DepthEstimator> estimator;
};
[[nodiscard]] ChosenEstimator makeEstimator(const EstimatorArguments& arguments, Session& session);

}  // namespace elbo::cli
