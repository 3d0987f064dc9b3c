// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/training/run_config.h"

#include <algorithm>
#include <cstdint>

namespace elbo {

namespace {

using namespace std::string_literals;

/// The settings of the report's own training (models.md, "The four VAEs").
struct PaperSettings {
    std::int64_t epochs;
    std::int64_t batchSize;
    double learningRate;
};

Preset paperPreset(const std::string& name, const std::string& title, const std::string& data,
                   const std::string& model, const PaperSettings& settings)
{
    Preset preset;
    preset.name = name;
    preset.title = title;
    preset.config.preset = name;
    preset.config.data.key = data;
    preset.config.model.key = model;
    auto& fields = preset.config.training.fields;
    fields.set("epochs", settings.epochs);
    fields.set("batch_size", settings.batchSize);
    fields.set("learning_rate", settings.learningRate);
    fields.set("precision", "float32"s);
    return preset;
}

/// Synthetic rooms that a CPU learns while one watches.
Preset quickPreset(const std::string& name, const std::string& title, const std::string& model,
                   double learningRate, std::int64_t batchSize)
{
    Preset preset;
    preset.name = name;
    preset.title = title;
    preset.config.preset = name;
    preset.config.data.key = "rooms";
    preset.config.data.fields.set("count", std::int64_t{500});
    preset.config.data.fields.set("size", "64"s);
    preset.config.model.key = model;
    auto& fields = preset.config.training.fields;
    fields.set("epochs", std::int64_t{30});
    fields.set("batch_size", batchSize);
    fields.set("learning_rate", learningRate);
    return preset;
}

std::vector<Preset> makePresets()
{
    return {
        quickPreset("quick/rgbd-vae",
                    "Synthetic rooms at 64x64: recognisable within two minutes on two cores", "rgbd-vae",
                    1e-3, 50),
        quickPreset("quick/fc-vae", "Synthetic rooms at 64x64 with the smallest network: a few seconds",
                    "fc-vae", 1e-3, 50),
        paperPreset("paper/rgbd-vae-nyu", "The report's RGB-D VAE on NYU Depth V2: 200 epochs", "rgbd-folder",
                    "rgbd-vae", {200, 50, 1e-4}),
        paperPreset("paper/fc-vae-mnist", "The report's fully connected VAE on MNIST: 20 epochs", "mnist",
                    "fc-vae", {20, 256, 1e-3}),
    };
}

}  // namespace

const std::vector<Preset>& presets()
{
    static const auto all = makePresets();
    return all;
}

const Preset& findPreset(std::string_view name)
{
    const auto& all = presets();
    const auto found = std::ranges::find(all, name, &Preset::name);
    if (found != all.end())
        return *found;
    std::string names;
    for (const auto& preset : all)
        names += (names.empty() ? "" : ", ") + preset.name;
    throw Error(ErrorCode::BadSetting,
                "There is no preset \"" + std::string(name) + "\": choose one of " + names + ".");
}

}  // namespace elbo
