// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/cli/session.h"
#include "app/cli/training_output.h"
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/settings.h"
#include "core/data/dataset.h"
#include "core/training/run_config.h"
#include "core/training/run_folder.h"
#include "core/training/trainer.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>
#include <optional>

namespace elbo::cli {

namespace {

struct TrainArguments {
    std::string data, model, preset, config, device, precision, init, out, resume;
    std::vector<std::string> set;
    std::optional<std::int64_t> epochs;
    std::optional<std::uint64_t> seed;
};

/// Values that belong to the model that was named and are unknown to another are dropped when --model
/// replaces it.
void chooseModel(RunConfig& config, const std::string& key)
{
    if (config.model.key != key)
        config.model = ModelConfig{key, {}};
}

void applySettings(RunConfig& config, const std::vector<std::string>& settings)
{
    for (const auto& setting : settings) {
        const auto equals = setting.find('=');
        if (equals == std::string::npos)
            throw Error(ErrorCode::BadSetting, "--set needs field=value, not \"" + setting + "\".");
        setField(config, setting.substr(0, equals), setting.substr(equals + 1));
    }
}

RunConfig startingConfig(const TrainArguments& arguments)
{
    RunConfig config;
    if (!arguments.preset.empty()) {
        config = findPreset(arguments.preset).config;
        config.preset = arguments.preset;
    }
    if (!arguments.config.empty()) {
        // A run.json holds the configuration under "config"; a file with the configuration alone is taken
        // too.
        const auto json = nlohmann::json::parse(readTextFile(arguments.config, 16U << 20));
        config = runConfigFromJson(json.contains("config") ? json.at("config") : json);
    }
    if (arguments.preset.empty() && arguments.config.empty() && arguments.model.empty())
        throw Error(ErrorCode::BadSetting,
                    "Nothing says which model to train: give --model, --preset or --config "
                    "(`elbo-cli list models` and `elbo-cli list presets` show what there is).");
    return config;
}

/// Precedence: defaults, preset, config file, --set, named options (design.md).
RunConfig configOf(const TrainArguments& arguments)
{
    auto config = startingConfig(arguments);
    if (!arguments.model.empty())
        chooseModel(config, arguments.model);
    if (!arguments.data.empty())
        config.data = parseDataSpec(arguments.data);
    applySettings(config, arguments.set);
    if (arguments.epochs)
        config.training.fields.set("epochs", *arguments.epochs);
    if (arguments.seed)
        config.training.fields.set("seed", static_cast<std::int64_t>(*arguments.seed));
    if (!arguments.device.empty())
        setField(config, "device", arguments.device);
    if (!arguments.precision.empty())
        setField(config, "precision", arguments.precision);
    if (const auto sentences = problems(config); !sentences.empty())
        throw Error(ErrorCode::BadSetting, sentences.front());
    return config;
}

std::filesystem::path newRunFolder(const TrainArguments& arguments, const RunConfig& config)
{
    if (arguments.out.empty())
        return createRunFolder(loadSettings().runsFolder, config);
    const std::filesystem::path folder = arguments.out;
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

void finish(TrainingEnd end, const std::filesystem::path& folder, Session& session)
{
    const auto info = readRunInfo(folder);
    if (session.json)
        printJson({{"event", "end"},
                   {"run", folder.string()},
                   {"state", toString(info.state)},
                   {"epochs", info.epochsDone},
                   {"best_epoch", info.bestEpoch},
                   {"best_chosen_on_test", info.bestChosenOnTest},
                   {"device", info.device},
                   {"precision", info.precision}});
    else
        std::printf("%s\n", folder.c_str());
    std::fflush(stdout);
    if (end == TrainingEnd::Stopped)
        throw Cancelled();
}

void train(const TrainArguments& arguments, Session& session)
{
    TrainingOutput output(session);
    TrainingControl control;
    control.stop = session.stop();
    TrainingOptions options;
    options.initialWeights = arguments.init;
    if (!arguments.resume.empty()) {
        const auto info = readRunInfo(arguments.resume);
        const auto data = session.load(info.config.data);
        finish(resumeRun(arguments.resume, data, arguments.epochs, output, control, options),
               arguments.resume, session);
        return;
    }
    const auto config = configOf(arguments);
    const auto data = session.load(config.data);
    const auto folder = newRunFolder(arguments, config);
    finish(trainRun(config, data, folder, output, control, options), folder, session);
}

}  // namespace

void addTrain(CLI::App& app, Session& session)
{
    auto* command = app.add_subcommand("train", "Trains a model, or goes on with a run");
    auto arguments = std::make_shared<TrainArguments>();
    command->add_option("--data", arguments->data, "SPEC of the data set");
    command->add_option("--model", arguments->model, "Registry key (list models)");
    command->add_option("--preset", arguments->preset, "Name of a preset (list presets)");
    command->add_option("--config", arguments->config, "run.json of another run")->check(CLI::ExistingFile);
    command->add_option("--set", arguments->set, "field=value (list fields); may be repeated");
    command->add_option("--epochs", arguments->epochs, "Passes over the training set");
    command->add_option("--seed", arguments->seed, "Same seed, same numbers");
    command->add_option("--device", arguments->device, "auto | cpu | cuda | cuda:N");
    command->add_option("--precision", arguments->precision, "auto | float32 | bf16");
    command->add_option("--init", arguments->init, "Weights to begin with");
    auto* out = command->add_option("--out", arguments->out,
                                    "The run's folder; without it one in the runs folder of Settings");
    command->add_option("--resume", arguments->resume, "Run folder to go on with")->excludes(out);
    command->add_flag("--json", session.json, "One JSON object a line on standard output");
    command->callback([&session, arguments] { train(*arguments, session); });
}

}  // namespace elbo::cli
