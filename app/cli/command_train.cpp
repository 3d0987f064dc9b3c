// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/detached_training.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "app/cli/train_config.h"
#include "app/cli/train_steps.h"
#include "app/cli/train_sweep.h"
#include "app/cli/training_output.h"
#include "core/base/error.h"
#include "core/base/settings.h"
#include "core/data/dataset.h"
#include "core/training/estimate.h"
#include "core/training/run_folder.h"
#include "core/training/trainer.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>

namespace elbo::cli {

namespace {

void resume(const TrainArguments& arguments, TrainingOutput& output, Session& session)
{
    TrainingControl control;
    control.stop = session.stop();
    const auto info = readRunInfo(arguments.resume);
    const auto data = session.load(info.config.data);
    finishRun(
        resumeRun(arguments.resume, data, arguments.epochs, output, control, optionsOf(arguments, session)),
        arguments.resume, session);
}

void trainOne(const TrainArguments& arguments, Session& session)
{
    TrainingOutput output(session);
    TrainingControl control;
    control.stop = session.stop();
    const auto config = configOf(arguments);
    const auto data = session.load(config.data);
    std::filesystem::path folder;  // the first process of a group writes, the others need none
    if (session.group().isFirst())
        folder = arguments.out.empty() ? createRunFolder(session.settings().runsFolder, config)
                                       : emptyFolder(arguments.out);
    finishRun(trainRun(config, data, folder, output, control, optionsOf(arguments, session)), folder,
              session);
}

/// --estimate: what the run would take; nothing is trained or written.
void estimate(const TrainArguments& arguments, Session& session)
{
    if (session.group().size() > 1)
        throw Error(ErrorCode::BadSetting, "--estimate times one process: start it without mpirun.");
    const auto config = configOf(arguments);
    const auto data = session.load(config.data);
    const auto result =
        estimateRun(config, data, optionsOf(arguments, session),
                    {.progress = session.progress(),
                     .stop = session.stop(),
                     .runsFolder = arguments.out.empty() ? session.settings().runsFolder
                                                         : std::filesystem::path(arguments.out)});
    if (session.json) {
        printJson(toJson(result));
        return;
    }
    std::printf("%s\n", estimateSentence(result).c_str());
    if (result.time)
        std::printf("An epoch: about %s s; device %s, %s\n", numberText(result.time->epoch).c_str(),
                    result.deviceTitle.c_str(), result.precision.c_str());
    for (const auto& warning : result.warnings)
        std::printf("%s\n", warning.c_str());
    std::fflush(stdout);
}

void train(const TrainArguments& arguments, Session& session)
{
    if (arguments.detach) {
        startDetachedTraining(arguments, session);
        return;
    }
    session.joinGroup();
    const auto isSweep =
        !arguments.sweep.empty() || (!arguments.resume.empty() && isSweepFolder(arguments.resume));
    if (isSweep && session.group().size() > 1)
        throw Error(ErrorCode::BadSetting,
                    "A sweep trains one run after the other in one process: start it without mpirun.");
    if (arguments.estimate) {
        estimate(arguments, session);
    } else if (arguments.detached) {
        trainDetached(arguments.resume, session,
                      [&](TrainingOutput& output) { resume(arguments, output, session); });
    } else if (isSweep && !arguments.resume.empty()) {
        resumeSweep(arguments, session);
    } else if (!arguments.resume.empty()) {
        TrainingOutput output(session);
        resume(arguments, output, session);
    } else if (!arguments.sweep.empty()) {
        trainSweep(arguments, session);
    } else {
        trainOne(arguments, session);
    }
}

}  // namespace

void addTrain(CLI::App& app, Session& session)
{
    auto* command = app.add_subcommand("train", "Trains a model, or goes on with a run");
    auto arguments = std::make_shared<TrainArguments>();
    auto* sweep =
        command
            ->add_option("--sweep", arguments->sweep,
                         "field=a,b,c: a run for each value; repeated, for each combination. Ranges: "
                         "1..8, 0.5..2+0.5, 0.001..1*10")
            ->allow_extra_args(false);
    // A run that goes on keeps its own settings: what would be ignored beside --resume is refused.
    const std::vector<CLI::Option*> ofNewRuns{
        command->add_option("--data", arguments->data, "SPEC of the data set"),
        command->add_option("--model", arguments->model, "Registry key (list models)"),
        command->add_option("--preset", arguments->preset, "Name of a preset (list presets)"),
        command->add_option("--config", arguments->config, "run.json of another run; stands above --preset"),
        command->add_option("--set", arguments->set, "field=value (list fields); may be repeated")
            ->allow_extra_args(false),
        sweep,
        command->add_option("--seed", arguments->seed, "Same seed, same numbers")->check(CLI::Number),
        command->add_option("--device", arguments->device, "auto | cpu | cuda | cuda:N"),
        command->add_option("--precision", arguments->precision, "auto | float32 | bf16"),
        command->add_option("--init", arguments->init, "Weights to begin with"),
        command->add_option("--out", arguments->out,
                            "The run's folder; without it one in the runs folder of Settings; with --sweep a "
                            "folder for each run below it, and what is needed to --resume the sweep"),
    };
    command->add_option("--epochs", arguments->epochs, "Passes over the training set");
    auto* resumed =
        command->add_option("--resume", arguments->resume, "Run folder to go on with, or that of a sweep");
    for (auto* option : ofNewRuns)
        resumed->excludes(option);
    command
        ->add_flag("--detach", arguments->detach,
                   "Go on in a process of its own, which closing the terminal does not end; steer it with "
                   "`elbo-cli control`")
        ->needs(resumed);
    command->add_flag("--detached", arguments->detached)->needs(resumed)->group("");  // what --detach starts
    auto* estimated = command->add_flag("--estimate", arguments->estimate,
                                        "Tells the time, memory and disk space that the run would take, from "
                                        "two timed steps, and trains nothing");
    estimated->excludes(resumed);
    estimated->excludes(sweep);
    command->add_flag("--json", session.json, "One JSON object a line on standard output");
    command->callback([&session, arguments] { train(*arguments, session); });
}

}  // namespace elbo::cli
