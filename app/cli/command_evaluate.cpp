// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/cli/run_input.h"
#include "app/cli/session.h"
#include "core/base/device.h"
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/evaluation/evaluate.h"
#include "core/models/vae.h"
#include "core/training/model_data.h"
#include "core/training/weights.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <numeric>

namespace elbo::cli {

namespace {

struct EvaluateArguments {
    std::string run;
    std::string data;
    std::string weights = "last";
    std::string split;  ///< empty: test, and images trained on are left out
    int importanceSamples = 0;
    std::string device = "auto";
};

std::vector<std::int64_t> indicesOf(const Dataset& data, const std::string& split)
{
    if (split == "all") {
        std::vector<std::int64_t> all(static_cast<std::size_t>(data.size()));
        std::iota(all.begin(), all.end(), 0);
        return all;
    }
    return data.indices(split == "train" ? SplitSide::Train : SplitSide::Test);
}

/// The dimensions of z that tell most; a collapsed one has 0.
void addKlRows(std::vector<std::vector<std::string>>& rows, const std::vector<double>& kl)
{
    constexpr std::size_t kMost = 8;
    std::vector<std::size_t> order(kl.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, [&kl](std::size_t a, std::size_t b) { return kl[a] > kl[b]; });
    const auto shown = std::min(kMost, order.size());
    double rest = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i < shown)
            rows.push_back({"  of dimension " + std::to_string(order[i]), numberText(kl[order[i]]), ""});
        else
            rest += kl[order[i]];
    }
    if (order.size() > shown)
        rows.push_back({"  of " + std::to_string(order.size() - shown) + " others", numberText(rest),
                        "with --json each"});
}

void printEvaluation(const Evaluation& evaluation)
{
    std::vector<std::vector<std::string>> rows{{"TERM", "VALUE", ""}};
    const auto add = [&rows](const char* name, double value, const char* unit) {
        rows.push_back({name, numberText(value), unit});
    };
    rows.push_back({"model", evaluation.model, ""});
    add("images", static_cast<double>(evaluation.images),
        "that training did not see, unless --split says otherwise");
    if (evaluation.leftOut > 0)
        add("left out", static_cast<double>(evaluation.leftOut), "images that the weights were trained on");
    add("KL", evaluation.kl, "nats per image");
    addKlRows(rows, evaluation.klPerDimension);
    const auto* const nats =
        evaluation.density ? "nats per image" : "nats per image; Bernoulli objective, not a density";
    add("log-likelihood", evaluation.logLikelihood, nats);
    add("ELBO", evaluation.elbo, nats);
    if (evaluation.density) {
        add("  of data in [0, 1]", evaluation.elboUnit, "nats per image, to compare with other models");
        add("  log-likelihood", evaluation.logLikelihoodUnit, "");
    }
    if (evaluation.sigma >= 0)
        add("sigma", evaluation.sigma, "of the likelihood, in the network's range of values");
    add("MSE", evaluation.mse, "sum of squares per image, z sampled");
    add("MSE of mean", evaluation.mseMean, "sum of squares per image, from the posterior mean");
    if (evaluation.hasDepth) {
        add("  of colour", evaluation.mseColor, "");
        add("  of depth", evaluation.mseDepth, "");
    }
    if (evaluation.depthRmseMetres >= 0)
        add("depth RMSE", evaluation.depthRmseMetres, "metres");
    add("mean image", evaluation.meanImageMse, "sum of squares per image: what no model should miss");
    add("PSNR", evaluation.psnr, "dB");
    add("SSIM", evaluation.ssim, "");
    add("active units", static_cast<double>(evaluation.activeUnits), "");
    if (evaluation.importanceSamples > 0) {
        add("log p(x)", evaluation.importanceLogLikelihood, "nats per image, importance-sampled");
        add("  standard error", evaluation.importanceStandardError, "nats");
    }
    printTable(rows);
}

void evaluateCommand(const EvaluateArguments& arguments, Session& session)
{
    const auto device = chooseDevice(arguments.device);
    auto loaded = loadModel(arguments.run, arguments.weights, device);
    const auto data =
        dataForModel(loaded.config.model, session.load(dataOf(loaded, arguments.data)), loaded.labelNames);
    EvaluationOptions options;
    options.importanceSamples = arguments.importanceSamples;
    if (arguments.split.empty() || arguments.split == "test")
        options.trainedOn = loaded.trainedOn;
    const auto indices = indicesOf(*data, arguments.split);
    auto evaluation = evaluate(*loaded.model, *data, indices, options, session.progress(), session.stop());
    evaluation.model = loaded.config.model.key;
    if (evaluation.leftOut > 0)
        session.say(std::to_string(evaluation.leftOut) +
                    " images were left out, since the weights were trained on them.");
    if (evaluation.withoutLabel > 0)
        session.say(std::to_string(evaluation.withoutLabel) +
                    " images were left out, since their class is not one that the model knows.");
    if (session.json)
        printJson(toJson(evaluation));
    else
        printEvaluation(evaluation);
}

}  // namespace

void addEvaluate(CLI::App& app, Session& session)
{
    auto* command =
        app.add_subcommand("evaluate", "Terms of the ELBO, MSE, PSNR and SSIM of a run or of weights");
    auto arguments = std::make_shared<EvaluateArguments>();
    command->add_option("run", arguments->run, "Run folder or weights file")->required();
    command->add_option("--data", arguments->data, "SPEC; without it the run's own set and split");
    command->add_option("--weights", arguments->weights, "last | best | epoch:N of a run")
        ->capture_default_str();
    command->add_option("--split", arguments->split, "test | train | all")
        ->check(CLI::IsMember({"test", "train", "all"}));
    command
        ->add_option("--importance-samples", arguments->importanceSamples,
                     "K samples of the importance-weighted bound")
        ->check(CLI::Range(0, 100000));
    command->add_option("--device", arguments->device, "auto | cpu | cuda | cuda:N")->capture_default_str();
    command->add_flag("--json", session.json, "One JSON object on standard output");
    command->callback([&session, arguments] { evaluateCommand(*arguments, session); });
}

}  // namespace elbo::cli
