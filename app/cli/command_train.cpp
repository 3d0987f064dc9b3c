// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/detached_training.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "app/cli/sweep.h"
#include "app/cli/sweep_table.h"
#include "app/cli/train_config.h"
#include "app/cli/training_output.h"
#include "core/base/error.h"
#include "core/base/settings.h"
#include "core/data/dataset.h"
#include "core/training/estimate.h"
#include "core/training/run_folder.h"
#include "core/training/trainer.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
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
    if (session.group().isFirst())
        printEnd(readRunInfo(folder), session);
    session.leaveGroup();
    if (end == TrainingEnd::Stopped)
        throw Cancelled();
}

TrainingOptions optionsOf(const TrainArguments& arguments, Session& session)
{
    TrainingOptions options;
    options.group = &session.group();
    options.initialWeights = arguments.init;
    return options;
}

void resume(const TrainArguments& arguments, TrainingOutput& output, Session& session)
{
    TrainingControl control;
    control.stop = session.stop();
    const auto info = readRunInfo(arguments.resume);
    const auto data = session.load(info.config.data);
    finish(
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
    finish(trainRun(config, data, folder, output, control, optionsOf(arguments, session)), folder, session);
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

/// The data of each run, equal ones once. What any run would be refused for is told before the first one
/// starts.
std::vector<std::shared_ptr<const Dataset>> checkedData(const Sweep& sweep, const TrainArguments& arguments,
                                                        Session& session)
{
    std::vector<std::shared_ptr<const Dataset>> data;
    for (const auto& run : sweep.runs) {
        const auto same = std::ranges::find_if(
            sweep.runs, [&run](const auto& other) { return other.config.data == run.config.data; });
        const auto place = static_cast<std::size_t>(same - sweep.runs.begin());
        data.push_back(place < data.size() ? data[place] : session.load(run.config.data));
        throwIfStopped(session.stop());
        checkRun(run.config, *data.back(), optionsOf(arguments, session));
    }
    return data;
}

/// Trains one run of a sweep. A rate at which the loss is no longer finite is an answer to what the sweep
/// asks: it is told, and the sweep goes on.
/// @throws Cancelled, Error for anything else that ends a run
SweepResult trainSwept(const RunConfig& config, const std::shared_ptr<const Dataset>& data,
                       const std::filesystem::path& folder, const TrainArguments& arguments, Session& session)
{
    TrainingOutput output(session);
    TrainingControl control;
    control.stop = session.stop();
    const auto begin = std::chrono::steady_clock::now();
    try {
        finish(trainRun(config, data, folder, output, control, optionsOf(arguments, session)), folder,
               session);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::NotFinite)
            throw;
        session.say(error.what());
        printEnd(readRunInfo(folder), session);
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    return {readRunInfo(folder), output.lastEpoch(), taken.count()};
}

void trainSweep(const TrainArguments& arguments, Session& session)
{
    const auto sweep = planSweep(configOf(arguments), arguments.sweep);
    const auto data = checkedData(sweep, arguments, session);
    const auto out = arguments.out.empty() ? std::filesystem::path() : emptyFolder(arguments.out);
    std::vector<SweepResult> results;
    for (std::size_t i = 0; i < sweep.runs.size(); ++i) {
        const auto& [values, config, name] = sweep.runs[i];
        session.say("Run " + std::to_string(i + 1) + " of " + std::to_string(sweep.runs.size()) + ": " +
                    name);
        const auto folder =
            out.empty() ? createRunFolder(session.settings().runsFolder, config) : emptyFolder(out / name);
        results.push_back(trainSwept(config, data[i], folder, arguments, session));
    }
    printSweep(sweep, results, session.json);
    const auto failed = std::ranges::count(results, RunState::Failed,
                                           [](const SweepResult& result) { return result.run.state; });
    if (failed > 0)
        throw Error(ErrorCode::NotFinite, "The loss became infinite or NaN in " + std::to_string(failed) +
                                              " of " + std::to_string(results.size()) +
                                              " runs: give those a smaller learning rate.");
}

void train(const TrainArguments& arguments, Session& session)
{
    if (arguments.detach) {
        startDetachedTraining(arguments, session);
        return;
    }
    session.joinGroup();
    if (!arguments.sweep.empty() && session.group().size() > 1)
        throw Error(ErrorCode::BadSetting,
                    "--sweep trains one run after the other in one process: start it without mpirun.");
    if (arguments.estimate) {
        estimate(arguments, session);
    } else if (arguments.detached) {
        trainDetached(arguments.resume, session,
                      [&](TrainingOutput& output) { resume(arguments, output, session); });
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
    auto* sweep = command
                      ->add_option("--sweep", arguments->sweep,
                                   "field=a,b,c: a run for each value; repeated, for each combination")
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
                            "folder for each run below it"),
    };
    command->add_option("--epochs", arguments->epochs, "Passes over the training set");
    auto* resumed = command->add_option("--resume", arguments->resume, "Run folder to go on with");
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
