// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run_model.h"

#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/depth/depth_weights.h"
#include "core/models/closed_form.h"
#include "core/models/published.h"
#include "core/models/registry.h"
#include "core/nn/initialisation.h"
#include "core/store/state_dict.h"
#include "core/store/weights_file.h"
#include "core/training/augmentation.h"
#include "core/training/weights.h"
#include "core/training/weights_description.h"

#include <string>

namespace elbo {

namespace {

std::string sizeText(const ImageShape& shape)
{
    return std::to_string(shape.width) + "x" + std::to_string(shape.height) + " with " +
           std::to_string(shape.channels) + (shape.channels == 1 ? " channel" : " channels");
}

/// Why weights do not fit, in the user's terms where the file tells what it is for, else `error` itself.
Error misfit(const RunConfig& config, const ImageShape& shape, const WeightsHeader& header,
             const std::filesystem::path& file, const Error& error)
{
    if (!header.metadata.contains("elbo") && !recognisePublished(header.tensors).has_value())
        return error;
    const auto description = describeFile(header, file.string());
    const auto& key = description.config.model.key;
    if (key != config.model.key)
        return {ErrorCode::BadSetting,
                file.string() + " holds weights of " + findModelInfo(key).title + ", and the run trains " +
                    findModelInfo(config.model.key).title +
                    ": choose that model, or weights of the one to train.",
                error.what()};
    if (description.shape != shape)
        return {ErrorCode::BadSetting,
                file.string() + " holds weights for images of " + sizeText(description.shape) +
                    ", and those of the set are " + sizeText(shape) +
                    ": load the set at that size, or choose other weights.",
                error.what()};
    return {ErrorCode::BadSetting,
            file.string() + " holds weights of " + findModelInfo(key).title +
                " with other settings: give the model the settings that they were trained with, or choose "
                "other weights.",
            error.what()};
}

/// --init: a weights file of any format, or the last weights of a run folder.
void loadInitialWeights(const RunConfig& config, const ImageShape& shape, Trainable& model,
                        const std::filesystem::path& given)
{
    const auto file = weightsFile(given, "last");
    const auto weights = readWeights(file);
    if (findModelInfo(config.model.key).estimatesDepth) {
        static_cast<void>(loadDepthWeights(model, weights.tensors, file.string()));
        return;
    }
    try {
        loadStateDict(model, weights.tensors);
    } catch (const Error& error) {
        throw misfit(config, shape, weights.header, file, error);
    }
}

/// Grey images become black and white ones. @throws Error(BadSetting) where that is no model of data
void setBinarised(const ImageShape& shape, Trainable& model)
{
    auto* const vae = dynamic_cast<Vae*>(&model);
    if (vae == nullptr || vae->likelihood().kind != Likelihood::Kind::Bernoulli || shape.channels != 1)
        throw Error(ErrorCode::BadSetting,
                    "Only grey images and a model with a Bernoulli likelihood (vgg-vae) can be binarised: "
                    "set binarise to none, or choose those.");
    vae->setBinaryData(true);
}

/// @throws Error(BadSetting) for windows larger than the images
void checkWindow(const RunConfig& config, const ImageShape& shape)
{
    const Augmentation augmentation(config, ValueRange::Original, shape.hasDepth);
    const auto& window = augmentation.cropSize();
    if (window && (window->width > shape.width || window->height > shape.height))
        throw Error(ErrorCode::BadSetting, "The images have " + std::to_string(shape.width) + "x" +
                                               std::to_string(shape.height) +
                                               " pixels: give a crop_size that they contain, or leave it "
                                               "empty.");
}

}  // namespace

std::shared_ptr<Trainable> makeRunModel(const RunConfig& config, const Dataset& data,
                                        const std::filesystem::path& initialWeights, int processes)
{
    auto model = makeModel(config.model, data.shape());
    if (processes > 1 && dynamic_cast<const ClosedForm*>(model.get()) != nullptr)
        throw Error(ErrorCode::BadSetting, "The model " + config.model.key +
                                               " is computed at once and by one process: start it without "
                                               "mpirun.");
    if (config.text("binarise") == "dynamic")
        setBinarised(data.shape(), *model);
    checkWindow(config, data.shape());
    initialise(*model, static_cast<std::uint64_t>(config.integer("seed")));
    if (!initialWeights.empty())
        loadInitialWeights(config, data.shape(), *model, initialWeights);
    return model;
}

std::int64_t parameterCount(const torch::nn::Module& module)
{
    std::int64_t count = 0;
    // A closed form keeps what it computed in buffers.
    for (const auto& values : module.parameters().empty() ? module.buffers() : module.parameters())
        count += values.numel();
    return count;
}

}  // namespace elbo
