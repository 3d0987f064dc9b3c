// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/cli/run_input.h"
#include "app/cli/session.h"
#include "core/base/device.h"
#include "core/data/dataset.h"
#include "core/models/vae.h"
#include "core/training/comparison.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <vector>

namespace elbo::cli {

namespace {

struct CompareArguments {
    std::vector<std::string> runs;
    std::string data;
    std::string weights = "last";
    std::string device = "auto";
};

nlohmann::json jsonOf(const ComparedModel& model)
{
    auto json = toJson(model.evaluation);
    json.update({{"name", model.name},
                 {"model", model.key},
                 {"run", model.path.string()},
                 {"data", model.data},
                 {"data_fingerprint", model.fingerprint},
                 {"parameters", model.parameters},
                 {"latent_size", model.latentSize},
                 {"epochs", model.epochs},
                 {"seconds", model.seconds}});
    return json;
}

std::vector<std::string> rowOf(const ComparedModel& model)
{
    const auto& figures = model.evaluation;
    // A Bernoulli objective of grey values is no density, and is not ranked against one.
    return {model.name,
            model.key,
            std::to_string(model.parameters),
            std::to_string(model.latentSize),
            std::to_string(model.epochs),
            figures.density ? numberText(figures.elboUnit) : "-",
            numberText(figures.kl),
            numberText(figures.mse),
            numberText(figures.mseMean),
            numberText(figures.psnr),
            numberText(figures.ssim),
            std::to_string(figures.activeUnits),
            std::to_string(figures.images),
            model.seconds > 0 ? numberText(model.seconds) : "-"};
}

void compareCommand(const CompareArguments& arguments, Session& session)
{
    Comparison comparison;
    for (const auto& run : arguments.runs) {
        const auto loaded = loadModel(run, arguments.weights, chooseDevice(arguments.device));
        const auto set = session.load(dataOf(loaded, arguments.data));
        session.say("Judging " + run + ".");
        comparison.add(loaded, set, session.progress(), session.stop());
    }
    session.say("Computing principal components beside them.");
    comparison.addBaselines(session.progress(), session.stop());
    const auto& models = comparison.models();
    if (comparison.sets() > 1)
        session.say("These were judged on " + std::to_string(comparison.sets()) +
                    " different sets, so their figures do not compare: give one with --data.");
    if (session.json) {
        auto items = nlohmann::json::array();
        for (const auto& model : models)
            items.push_back(jsonOf(model));
        printJson({{"models", items}, {"same_data", comparison.sets() == 1}});
        return;
    }
    std::vector<std::vector<std::string>> rows{{"NAME", "MODEL", "PARAMETERS", "LATENT", "EPOCHS",
                                                "ELBO [0,1]", "KL", "MSE", "MSE OF MEAN", "PSNR", "SSIM",
                                                "ACTIVE", "IMAGES", "SECONDS"}};
    for (const auto& model : models)
        rows.push_back(rowOf(model));
    printTable(rows);
}

}  // namespace

void addCompare(CLI::App& app, Session& session)
{
    auto* command = app.add_subcommand(
        "compare",
        "Runs side by side on images that they did not see, with principal components beside them");
    auto arguments = std::make_shared<CompareArguments>();
    command->add_option("runs", arguments->runs, "Run folders or weights files")->required();
    command->add_option("--data", arguments->data, "SPEC of one set for all; without it each run's own");
    command->add_option("--weights", arguments->weights, "last | best | epoch:N of each run")
        ->capture_default_str();
    command->add_option("--device", arguments->device, "auto | cpu | cuda | cuda:N")->capture_default_str();
    command->add_flag("--json", session.json, "One JSON object on standard output");
    command->callback([&session, arguments] { compareCommand(*arguments, session); });
}

}  // namespace elbo::cli
