// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/estimator_options.h"

#include "app/cli/session.h"
#include "core/training/weights.h"

#include <CLI/CLI.hpp>

namespace elbo::cli {

void addEstimatorOptions(CLI::App& command, EstimatorArguments& arguments)
{
    command.add_option("--estimator", arguments.key, "Key, see list depth");
    command.add_option("--weights", arguments.weights,
                       "File of weights or run of a depth network; without it the weights that Elbo brings");
    command.add_option("--max-depth", arguments.maxDepth,
                       "Largest depth of BTS in metres: 10 for weights of NYU (the default), 80 for those of "
                       "KITTI; a run's own weights tell theirs");
    command.add_option("--focal", arguments.focal,
                       "Focal length in pixels by which BTS's depth is scaled, as weights of KITTI need");
    command.add_flag("--flip", arguments.flip, "Mean of the picture's depth and of its mirror image's");
    command.add_option("--device", arguments.device, "auto | cpu | cuda | cuda:N")->capture_default_str();
    command.add_option("--precision", arguments.precision, "auto | float32 | bf16")
        ->capture_default_str()
        ->check(CLI::IsMember({"auto", "float32", "bf16"}));
}

ChosenEstimator makeEstimator(const EstimatorArguments& arguments, Session& session)
{
    DepthEstimatorOptions options;
    ChosenEstimator chosen{.key = arguments.key.empty() ? depthEstimatorInfos().front().key : arguments.key,
                           .estimator = nullptr};
    if (!arguments.weights.empty()) {
        const auto weights = depthWeightsFile(arguments.weights);
        options.weights = weights.file;
        options.maxDepth = weights.maxDepth.value_or(options.maxDepth);
        if (arguments.key.empty())
            chosen.key = weights.key;
    }
    options.maxDepth = arguments.maxDepth.value_or(options.maxDepth);
    options.focal = arguments.focal;
    options.flip = arguments.flip;
    options.device = chooseDevice(arguments.device);
    options.precision = choosePrecision(arguments.precision, options.device);
    chosen.estimator = makeDepthEstimator(chosen.key, options);
    if (!chosen.estimator->note().empty())
        session.say(chosen.estimator->note());
    return chosen;
}

}  // namespace elbo::cli
