// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/nearest_name.h"
#include "core/models/model_table.h"
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
                   std::int64_t epochs, std::int64_t batchSize)
{
    Preset preset;
    preset.name = name;
    preset.title = title;
    preset.config.preset = name;
    preset.config.data.key = "rooms";
    preset.config.data.fields.set("count", std::int64_t{1000});
    preset.config.data.fields.set("size", "64"s);
    preset.config.model.key = model;
    auto& fields = preset.config.training.fields;
    fields.set("epochs", epochs);
    fields.set("batch_size", batchSize);
    fields.set("learning_rate", 1e-3);
    return preset;
}

/// A quarter of the published width and small batches make many steps a second; twice as many rooms leave no
/// gap between training and test; with a twentieth of KL's weight the images' own shades show early. Test MSE
/// after 10, 20 and 30 epochs: 1019, 932, 850 (three seconds an epoch on two cores with AVX2); the mean image
/// has 2168. At half the published width, 500 rooms and a fifth of KL's weight the same minute leads to 1308.
Preset quickRgbdVae()
{
    auto preset = quickPreset("quick/rgbd-vae",
                              "Synthetic rooms at 64x64: recognisable within two minutes on two cores",
                              "rgbd-vae", 40, 10);
    auto& fields = preset.config.model.fields;
    fields.set("encoder_filters", std::int64_t{16});
    fields.set("decoder_filters", std::int64_t{8});
    fields.set("latent_size", std::int64_t{64});
    preset.config.training.fields.set("beta", 0.05);
    return preset;
}

/// Wider than for MNIST, since rooms differ in more than ten ways: test MSE after 20 and 40 epochs 1364 and
/// 1186; the report's sizes reach 1706 after 30 epochs of 500 rooms, which is little more than a mean room.
Preset quickFcVae()
{
    auto preset =
        quickPreset("quick/fc-vae", "Synthetic rooms at 64x64 with the smallest network: about a minute",
                    "fc-vae", 40, 20);
    auto& fields = preset.config.model.fields;
    fields.set("latent_size", std::int64_t{32});
    fields.set("hidden_size", std::int64_t{200});
    return preset;
}

/// The kind of room is the class: what z need not tell.
Preset quickConditionalVae()
{
    auto preset = quickPreset("quick/conditional-vae",
                              "Synthetic rooms at 64x64, given the kind of room: about a minute",
                              "conditional-vae", 40, 20);
    auto& fields = preset.config.model.fields;
    fields.set("latent_size", std::int64_t{32});
    fields.set("first_hidden", std::int64_t{256});
    fields.set("second_hidden", std::int64_t{128});
    return preset;
}

/// VGG's depth at an eighth of its width. So deep a network without short cuts wants many small steps: half
/// the rate of the others, falling to nothing, and KL's weight as for rgbd-vae. Test MSE after 10, 20 and 30
/// epochs: 1626, 1340, 1280 (four seconds an epoch on two cores with AVX-512); the mean image has 2177. At a
/// steady 1e-3 30 epochs lead to 1409, at 3e-3 to 1634, with batches of 20 and KL's whole weight 20 to 1858.
Preset quickVggVae()
{
    auto preset = quickPreset("quick/vgg-vae", "Synthetic rooms at 64x64 with a slim VGG: some two minutes",
                              "vgg-vae", 30, 10);
    auto& fields = preset.config.model.fields;
    fields.set("latent_size", std::int64_t{64});
    fields.set("filters", std::int64_t{8});
    auto& training = preset.config.training.fields;
    training.set("learning_rate", 5e-4);
    training.set("learning_rate_schedule", "cosine"s);
    training.set("beta", 0.05);
    return preset;
}

/// Computed at once: what the VAEs are held against.
Preset quickPca()
{
    auto preset =
        quickPreset("quick/pca", "Synthetic rooms at 64x64: principal components, in seconds", "pca", 1, 50);
    preset.config.model.fields.set("latent_size", std::int64_t{64});
    return preset;
}

/// What Lee et al. 2019 tell of BTS's training on NYU Depth V2; from weights of ImageNet where --init gives
/// them, which the paper begins with, else from nothing.
Preset paperDepthNetwork(const ModelInfo& model)
{
    auto preset = paperPreset("paper/" + model.key + "-nyu",
                              "The paper's " + model.title + " on NYU Depth V2: 50 epochs", "rgbd-folder",
                              model.key, {50, 16, 1e-4});
    preset.config.data.fields.set("size", "native"s);
    preset.config.data.fields.set("fill", "none"s);
    auto& fields = preset.config.training.fields;
    fields.set("learning_rate_schedule", "polynomial"s);
    fields.set("learning_rate_power", 0.9);
    fields.set("flip", true);
    fields.set("rotation", 2.5);
    fields.set("crop_size", "544x416"s);
    for (const auto* name : {"gamma", "brightness", "color_balance"})
        fields.set(name, 0.1);
    return preset;
}

/// A slim decoder on the smallest encoder, from nothing: RMSE on rooms of other seeds after 10 epochs 0.39 m,
/// a third of what the mean depth has (ten seconds an epoch on two cores with AVX-512).
Preset quickDepthNetwork()
{
    auto preset =
        quickPreset("quick/bts-mobilenetv2",
                    "Depth of synthetic rooms from their colours, with a slim BTS: some two minutes",
                    "bts-mobilenetv2", 12, 8);
    preset.config.model.fields.set("decoder_width", "64"s);
    auto& fields = preset.config.training.fields;
    fields.set("learning_rate_schedule", "polynomial"s);
    fields.set("flip", true);
    return preset;
}

std::vector<Preset> makePresets()
{
    const auto mnist = [](const std::string& model, const std::string& title, const PaperSettings& settings) {
        return paperPreset("paper/" + model + "-mnist", title, "mnist", model, settings);
    };
    const auto nyu = [](const std::string& model, const std::string& title, const PaperSettings& settings) {
        return paperPreset("paper/" + model + "-nyu", title, "rgbd-folder", model, settings);
    };
    std::vector<Preset> made{
        quickRgbdVae(),
        quickFcVae(),
        quickConditionalVae(),
        quickVggVae(),
        quickPca(),
        quickDepthNetwork(),
        nyu("rgbd-vae", "The report's RGB-D VAE on NYU Depth V2: 200 epochs", {200, 50, 1e-4}),
        nyu("vgg-vae", "The report's VGG-VAE on NYU Depth V2: 500 epochs", {500, 50, 1e-5}),
        nyu("fc-vae", "The report's fully connected VAE on NYU Depth V2: 20 epochs", {20, 256, 1e-3}),
        nyu("conditional-vae",
            "The report's conditional VAE on NYU Depth V2, given the scene type: 20 epochs", {20, 100, 1e-3}),
        nyu("pca", "400 principal components of NYU Depth V2", {1, 50, 1e-3}),
        mnist("fc-vae", "The report's fully connected VAE on MNIST: 20 epochs", {20, 256, 1e-3}),
        mnist("conditional-vae", "The report's conditional VAE on MNIST, given the digit: 20 epochs",
              {20, 100, 1e-3}),
        mnist("vgg-vae", "The report's VGG-VAE on MNIST: 20 epochs", {20, 50, 1e-5}),
        mnist("rgbd-vae", "The report's RGB-D VAE on MNIST, which it did not try: 20 epochs", {20, 50, 1e-4}),
        mnist("pca", "400 principal components of MNIST", {1, 50, 1e-3}),
    };
    for (const auto& model : modelInfos()) {
        if (model.estimatesDepth)
            made.push_back(paperDepthNetwork(model));
    }
    return made;
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
    std::vector<std::string> names;
    for (const auto& preset : all)
        names.push_back(preset.name);
    throw Error(ErrorCode::BadSetting, "There is no preset \"" + std::string(name) + "\"" +
                                           nearestHint(name, names) + ": choose one of " + listed(names) +
                                           ".");
}

}  // namespace elbo
