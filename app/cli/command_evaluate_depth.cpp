// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/estimator_options.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/depth/evaluate_depth.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <numeric>
#include <string>
#include <vector>

namespace elbo::cli {

namespace {

struct EvaluateDepthArguments {
    EstimatorArguments estimator;
    std::string data;
    std::string split = "all";
    std::string crop = "none";
    bool medianScaling = false;
    double least = 1e-3, most = 10;
};

std::vector<std::int64_t> indicesOf(const Dataset& data, const std::string& split)
{
    if (split != "all")
        return data.indices(split == "train" ? SplitSide::Train : SplitSide::Test);
    std::vector<std::int64_t> all(static_cast<std::size_t>(data.size()));
    std::iota(all.begin(), all.end(), 0);
    return all;
}

void evaluateDepthCommand(const EvaluateDepthArguments& arguments, Session& session)
{
    const auto [key, estimator] = makeEstimator(arguments.estimator, session);
    const auto data = session.load(withDepthDefaults(parseDataSpec(arguments.data)));
    DepthMetricOptions options{
        .least = arguments.least, .most = arguments.most, .eigenCrop = arguments.crop == "eigen"};
    if (arguments.medianScaling)
        options.scaling = data->metricDepth ? DepthScaling::Estimate : DepthScaling::RelativeTruth;
    const auto evaluation = evaluateDepth(*estimator, *data, indicesOf(*data, arguments.split), options,
                                          session.progress(), session.stop());
    if (!evaluation.leftOut.empty())
        session.say(std::to_string(evaluation.leftOut.size()) +
                    " images were left out, since none of their pixels has a depth between the bounds.");
    nlohmann::json json{{"estimator", key},
                        {"images", evaluation.images},
                        {"left_out", evaluation.leftOut.size()},
                        {"pixels", evaluation.means.pixels},
                        {"median_scaling", arguments.medianScaling},
                        {"metric_truth", data->metricDepth},
                        {"ms_per_image", evaluation.millisecondsPerImage}};
    std::vector<std::vector<std::string>> rows{{"METRIC", "VALUE", ""},
                                               {"images", std::to_string(evaluation.images), ""}};
    forEachMetric(evaluation.means, [&](const char* name, double value) {
        json[name] = value;
        rows.push_back({name, numberText(value), ""});
    });
    if (arguments.medianScaling) {
        json["scale"] = evaluation.means.scale;
        rows.push_back({"scale", numberText(evaluation.means.scale),
                        data->metricDepth
                            ? "mean factor of the estimates"
                            : "mean factor of the relative truths; lengths are the estimates' metres"});
    }
    rows.push_back({"ms an image", numberText(evaluation.millisecondsPerImage), "of the estimator alone"});
    session.json ? printJson(json) : printTable(rows);
}

}  // namespace

void addEvaluateDepth(CLI::App& app, Session& session)
{
    auto* command =
        app.add_subcommand("evaluate-depth", "Estimated depth against that of a data set: silog to d3");
    auto arguments = std::make_shared<EvaluateDepthArguments>();
    addEstimatorOptions(*command, arguments->estimator);
    command
        ->add_option("--data", arguments->data,
                     "SPEC of a set with depth; in its own size and with its holes unless it says otherwise")
        ->required();
    command->add_option("--split", arguments->split, "all | test | train")
        ->capture_default_str()
        ->check(CLI::IsMember({"all", "test", "train"}));
    command
        ->add_option("--crop", arguments->crop, "none | eigen (rows 45 to 470, columns 41 to 600 of 480x640)")
        ->capture_default_str()
        ->check(CLI::IsMember({"none", "eigen"}));
    command->add_flag("--median-scaling", arguments->medianScaling,
                      "Bring the medians of both together first; a set without metres needs it");
    command->add_option("--min-depth", arguments->least, "Metres; nearer truth does not count")
        ->capture_default_str();
    command->add_option("--cap", arguments->most, "Metres; farther truth does not count")
        ->capture_default_str();
    command->add_flag("--json", session.json, "One JSON object on standard output");
    command->callback([&session, arguments] { evaluateDepthCommand(*arguments, session); });
}

}  // namespace elbo::cli
