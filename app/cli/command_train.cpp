// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "app/cli/train_config.h"
#include "app/cli/training_output.h"
#include "core/base/error.h"
#include "core/base/settings.h"
#include "core/data/dataset.h"
#include "core/training/run_folder.h"
#include "core/training/trainer.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>

namespace elbo::cli {

namespace {

/// The folder of --out, made when it is not there.
std::filesystem::path emptyFolder(const std::filesystem::path& folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        throw fileError(error.value(), "create", folder.string());
    if (!std::filesystem::is_empty(folder))
        throw Error(ErrorCode::BadSetting,
                    "The folder " + folder.string() +
                        " is not empty: name a new one for the run, or go on with --resume.");
    return folder;
}

void printEnd(const RunInfo& info, Session& session)
{
    if (session.json)
        printJson({{"event", "end"},
                   {"run", info.folder.string()},
                   {"state", toString(info.state)},
                   {"epochs", info.epochsDone},
                   {"best_epoch", info.bestEpoch},
                   {"best_chosen_on_test", info.bestChosenOnTest},
                   {"device", info.device},
                   {"precision", info.precision}});
    else
        std::printf("%s\n", info.folder.c_str());
    std::fflush(stdout);
}

void finish(TrainingEnd end, const std::filesystem::path& folder, Session& session)
{
    printEnd(readRunInfo(folder), session);
    if (end == TrainingEnd::Stopped)
        throw Cancelled();
}

TrainingOptions optionsOf(const TrainArguments& arguments)
{
    TrainingOptions options;
    options.initialWeights = arguments.init;
    return options;
}

void resume(const TrainArguments& arguments, Session& session)
{
    TrainingOutput output(session);
    TrainingControl control;
    control.stop = session.stop();
    const auto info = readRunInfo(arguments.resume);
    const auto data = session.load(info.config.data);
    finish(resumeRun(arguments.resume, data, arguments.epochs, output, control), arguments.resume, session);
}

void trainOne(const TrainArguments& arguments, Session& session)
{
    TrainingOutput output(session);
    TrainingControl control;
    control.stop = session.stop();
    const auto config = configOf(arguments);
    const auto data = session.load(config.data);
    const auto folder = arguments.out.empty() ? createRunFolder(session.settings().runsFolder, config)
                                              : emptyFolder(arguments.out);
    finish(trainRun(config, data, folder, output, control, optionsOf(arguments)), folder, session);
}

void train(const TrainArguments& arguments, Session& session)
{
    if (!arguments.resume.empty())
        resume(arguments, session);
    else
        trainOne(arguments, session);
}

}  // namespace

void addTrain(CLI::App& app, Session& session)
{
    auto* command = app.add_subcommand("train", "Trains a model, or goes on with a run");
    auto arguments = std::make_shared<TrainArguments>();
    // A run that goes on keeps its own settings: what would be ignored beside --resume is refused.
    const std::vector<CLI::Option*> ofNewRuns{
        command->add_option("--data", arguments->data, "SPEC of the data set"),
        command->add_option("--model", arguments->model, "Registry key (list models)"),
        command->add_option("--preset", arguments->preset, "Name of a preset (list presets)"),
        command->add_option("--config", arguments->config, "run.json of another run; stands above --preset")
            ->check(CLI::ExistingFile),
        command->add_option("--set", arguments->set, "field=value (list fields); may be repeated")
            ->allow_extra_args(false),
        command->add_option("--seed", arguments->seed, "Same seed, same numbers"),
        command->add_option("--device", arguments->device, "auto | cpu | cuda | cuda:N"),
        command->add_option("--precision", arguments->precision, "auto | float32 | bf16"),
        command->add_option("--init", arguments->init, "Weights to begin with"),
        command->add_option("--out", arguments->out,
                            "The run's folder; without it one in the runs folder of Settings"),
    };
    command->add_option("--epochs", arguments->epochs, "Passes over the training set");
    auto* resumed = command->add_option("--resume", arguments->resume, "Run folder to go on with");
    for (auto* option : ofNewRuns)
        resumed->excludes(option);
    command->add_flag("--json", session.json, "One JSON object a line on standard output");
    command->callback([&session, arguments] { train(*arguments, session); });
}

}  // namespace elbo::cli
