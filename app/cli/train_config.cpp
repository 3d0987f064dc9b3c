// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/train_config.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/depth/evaluate_depth.h"
#include "core/models/model_table.h"

#include <nlohmann/json.hpp>

namespace elbo::cli {

namespace {

using nlohmann::json;

constexpr std::uint64_t kLargestConfig = 16U << 20;

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

/// The key of a part of a run's JSON; null when it has none.
json keyOf(const json& whole, const char* part)
{
    const auto found = whole.is_object() ? whole.find(part) : whole.end();
    return found != whole.end() && found->is_object() && found->contains("key") ? found->at("key") : json();
}

/// The file's values over those of `start`; the fields of another model or data set say nothing about its
/// own.
RunConfig withFile(const RunConfig& start, const json& file)
{
    auto joined = toJson(start);
    for (const auto* part : {"model", "data"}) {
        const auto key = keyOf(file, part);
        if (!key.is_null() && key != keyOf(joined, part))
            joined.erase(part);
    }
    joined.merge_patch(file);
    return runConfigFromJson(joined);
}

/// @throws Error(BadFile) that names the file
RunConfig readConfig(const std::string& file, const RunConfig& start)
{
    const auto text = readTextFile(file, kLargestConfig);
    try {
        // A run.json holds the configuration under "config"; a file with the configuration alone is taken
        // too.
        const auto whole = json::parse(text);
        auto config = withFile(start, whole.contains("config") ? whole.at("config") : whole);
        makePathsWhole(config.data);
        return config;
    } catch (const json::exception& exception) {
        throw Error(ErrorCode::BadFile,
                    file + " is not the JSON of a run's settings: give --config the run.json of a run.",
                    exception.what());
    } catch (const Error& error) {
        throw Error(ErrorCode::BadFile, file + " cannot be used with --config: " + error.what(),
                    error.detail());
    }
}

RunConfig startingConfig(const TrainArguments& arguments)
{
    if (arguments.preset.empty() && arguments.config.empty() && arguments.model.empty())
        throw Error(ErrorCode::BadSetting,
                    "Nothing says which model to train: give --model, --preset or --config "
                    "(`elbo-cli list models` and `elbo-cli list presets` show what there is).");
    RunConfig config;
    if (!arguments.preset.empty()) {
        config = findPreset(arguments.preset).config;
        config.preset = arguments.preset;
    }
    return arguments.config.empty() ? config : readConfig(arguments.config, config);
}

}  // namespace

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
    if (!arguments.seed.empty())
        setField(config, "seed", arguments.seed);
    if (!arguments.device.empty())
        setField(config, "device", arguments.device);
    if (!arguments.precision.empty())
        setField(config, "precision", arguments.precision);
    if (findModelInfo(config.model.key).estimatesDepth)
        config.data = withDepthDefaults(config.data);
    if (const auto sentences = problems(config); !sentences.empty())
        throw Error(ErrorCode::BadSetting, sentences.front());
    return config;
}

}  // namespace elbo::cli
