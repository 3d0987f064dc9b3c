// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run_config.h"

#include <array>
#include <cstdint>

namespace elbo {

namespace {

using namespace std::string_literals;

Field integerField(const std::string& name, const std::string& label, const std::string& unit,
                   std::int64_t value, std::array<double, 2> range, const std::string& help)
{
    Field field;
    field.name = name;
    field.label = label;
    field.help = help;
    field.unit = unit;
    field.kind = FieldKind::Integer;
    field.defaultValue = value;
    field.minimum = range[0];
    field.maximum = range[1];
    return field;
}

Field realField(const std::string& name, const std::string& label, const std::string& unit, double value,
                std::array<double, 2> range, const std::string& help)
{
    auto field = integerField(name, label, unit, 0, range, help);
    field.kind = FieldKind::Real;
    field.defaultValue = value;
    return field;
}

Field learningRateField()
{
    auto field = realField("learning_rate", "Learning rate", "", 1e-3, {0.0, 1.0},
                           "Step size of Adam. Too large a value makes the loss rise or become infinite.");
    field.minimumExclusive = true;
    field.logarithmic = true;
    field.step = 2.0;
    return field;
}

Field deviceField()
{
    Field field;
    field.name = "device";
    field.label = "Device";
    field.help =
        "Where the run computes: auto takes the first GPU, else the CPU; cpu, cuda or cuda:N decide.";
    field.kind = FieldKind::Text;
    field.defaultValue = "auto"s;
    return field;
}

Field precisionField()
{
    Field field;
    field.name = "precision";
    field.label = "Precision";
    field.help =
        "Arithmetic of the network: auto takes bfloat16 where the device is fast at it. "
        "The objective is always computed in 32 bits.";
    field.kind = FieldKind::Choice;
    field.defaultValue = "auto"s;
    field.choices = {"auto", "float32", "bf16"};
    field.choiceLabels = {"Automatic", "32-bit float", "bfloat16"};
    return field;
}

Field advanced(Field field)
{
    field.advanced = true;
    return field;
}

Field choiceField(const std::string& name, const std::string& label, const std::vector<std::string>& choices,
                  const std::vector<std::string>& labels, const std::string& help)
{
    Field field;
    field.name = name;
    field.label = label;
    field.help = help;
    field.kind = FieldKind::Choice;
    field.defaultValue = choices.front();
    field.choices = choices;
    field.choiceLabels = labels;
    return field;
}

/// How beta and the learning rate move during a run; all still unless asked.
std::vector<Field> scheduleFields()
{
    return {
        advanced(choiceField(
            "beta_schedule", "Schedule of KL's weight", {"constant", "warm-up", "cyclic"},
            {"Constant", "Linear warm-up", "Cyclic"},
            "How the weight of KL moves: constant; rising from 0 over the first epochs; or rising "
            "anew in every cycle (Fu et al. 2019).")),
        advanced(integerField("beta_warmup_epochs", "KL's warm-up", "epochs", 10, {1, 1e6},
                              "Epochs over which a linear warm-up raises the weight of KL from 0.")),
        advanced(
            integerField("beta_cycles", "KL's cycles", "", 4, {1, 1000},
                         "Equal parts of the run; in each a cyclic weight of KL rises over its first half.")),
        advanced(choiceField(
            "learning_rate_schedule", "Schedule of the learning rate",
            {"constant", "step", "cosine", "polynomial"}, {"Constant", "Steps", "Cosine", "Polynomial"},
            "How the learning rate falls. Cosine and polynomial end with the run, so that extending "
            "it stretches them.")),
        advanced(integerField("learning_rate_warmup_epochs", "Warm-up of the learning rate", "epochs", 0,
                              {0, 1e6},
                              "Epochs over which the learning rate rises from nearly 0; 0 leaves it out.")),
        advanced(integerField("learning_rate_step_epochs", "Learning rate step after", "epochs", 50, {1, 1e6},
                              "Distance of the steps of a stepwise schedule.")),
        advanced(realField("learning_rate_step_factor", "Learning rate step factor", "", 0.1, {0.0, 1.0},
                           "What each step of a stepwise schedule multiplies the learning rate by.")),
        advanced(realField("learning_rate_power", "Power of the polynomial", "", 0.9, {0.1, 10.0},
                           "1 falls in a straight line; more falls early.")),
        advanced(realField("learning_rate_end", "Learning rate at the end", "", 0.0, {0.0, 1.0},
                           "Part of the learning rate that a cosine or a polynomial ends with.")),
    };
}

Field cudaGraphField()
{
    Field field;
    field.name = "cuda_graph";
    field.label = "Record steps on GPUs";
    field.help =
        "On an NVIDIA GPU a step is recorded once as a CUDA graph and then replayed: faster, with the same "
        "numbers. CPUs and runs of several processes do without.";
    field.kind = FieldKind::Boolean;
    field.defaultValue = true;
    return field;
}

Field memoryLimitField()
{
    return integerField("memory_limit", "Hold sets up to", "MB", 0, {0, 1e8},
                        "Larger data sets are read from the prepared file while the run goes on, with the "
                        "same numbers; 0 takes half of the memory that the CPU has available, or half of "
                        "the GPU's.");
}

/// What keeps a step small, and what a run is judged by.
std::vector<Field> guardFields()
{
    auto clip =
        realField("gradient_clip", "Clip gradients at", "", 0.0, {0.0, 1e12},
                  "Largest Euclidean norm of all gradients together; a longer step is shortened to it. 0 "
                  "leaves them as they are.");
    return {
        advanced(clip),
        advanced(
            choiceField("best_by", "Best epoch by", {"elbo", "mse"}, {"ELBO", "MSE"},
                        "The term on the validation images (without any, on the test images) that the best "
                        "epoch is chosen by, and that early stopping watches.")),
        advanced(integerField(
            "early_stopping_epochs", "Stop without progress after", "epochs", 0, {0, 1e6},
            "The run ends early when no epoch was the best for so long; 0 never ends it early.")),
    };
}

Field binariseField()
{
    return choiceField(
        "binarise", "Binarise grey images", {"none", "dynamic"}, {"No", "Dynamically"},
        "For digits and a model with a Bernoulli likelihood (vgg-vae): every pixel becomes black "
        "or white with the probability that its grey value is, anew in every epoch, so that the "
        "ELBO is one of data. The test images are drawn once.");
}

/// Random changes of the training images.
std::vector<Field> augmentationFields()
{
    Field flip;
    flip.name = "flip";
    flip.label = "Mirror images";
    flip.help = "Half of the training images, drawn anew in every epoch, are mirrored left to right.";
    flip.kind = FieldKind::Boolean;
    flip.defaultValue = false;
    auto crop =
        realField("crop", "Crop up to", "", 0.0, {0.0, 0.9},
                  "Largest part of a side that is cut away from a training image before it is brought back "
                  "to its size; 0 crops none.");
    crop.step = 0.05;
    const auto colour = [](const std::string& name, const std::string& label, const std::string& what) {
        auto field = realField(name, label, "", 0.0, {0.0, 1.0},
                               "Largest change of " + what +
                                   " of a training image, as a part of it; 0 changes none. Depth stays.");
        field.step = 0.05;
        return field;
    };
    auto rotation = realField("rotation", "Turn up to", "degrees", 0.0, {0.0, 45.0},
                              "Largest angle that a training image is turned by around its middle; 0 turns "
                              "none.");
    rotation.step = 0.5;
    Field window;
    window.name = "crop_size";
    window.label = "Cut windows of";
    window.help =
        "Sides of a window that is cut out of each training image at a random place, such as 416 or 544x416 "
        "(width x height); empty leaves whole images. For depth networks, which take any size.";
    window.kind = FieldKind::Text;
    window.defaultValue = ""s;
    window.unit = "pixels";
    return {
        advanced(flip),
        advanced(crop),
        advanced(rotation),
        advanced(window),
        advanced(colour("gamma", "Vary gamma by", "the gamma")),
        advanced(colour("color_balance", "Vary each colour by", "red, green and blue, each for itself,")),
        advanced(colour("brightness", "Vary brightness by", "the brightness")),
        advanced(colour("contrast", "Vary contrast by", "the contrast")),
        advanced(colour("saturation", "Vary saturation by", "the saturation")),
    };
}

std::vector<Field> makeTrainingFields()
{
    auto beta =
        realField("beta", "Weight of KL", "", 1.0, {0.0, 1000.0},
                  "Weight of the KL term in the loss; 1 gives the ELBO. Reported terms are never weighted.");
    beta.step = 0.1;
    auto batch = integerField("batch_size", "Batch size", "images", 50, {1, 1 << 16},
                              "Images in one step of training.");
    batch.logarithmic = true;
    batch.step = 2.0;
    std::vector<Field> fields{
        integerField("epochs", "Epochs", "", 30, {1, 1e6},
                     "How often the run goes through the training images; a run can be extended later."),
        batch,
        learningRateField(),
        beta,
        integerField(
            "seed", "Seed", "", 1, {0, 9007199254740992.0},
            "First weights, order of the images and noise follow from it: the same seed gives the same run."),
        deviceField(),
        precisionField(),
        advanced(binariseField()),
        advanced(cudaGraphField()),
        advanced(memoryLimitField()),
        advanced(integerField("threads", "Threads", "", 0, {0, 1024},
                              "Processor threads of the run; 0 takes all.")),
        advanced(integerField(
            "keep_every", "Keep pictures every", "epochs", 5, {1, 1e6},
            "Reconstructions are kept for epochs 1 to 20, then at this distance, and for the best.")),
        advanced(integerField(
            "keep_weights_every", "Keep weights every", "epochs", 0, {0, 1e6},
            "Weights are kept apart at this distance, beside the last and the best; 0 keeps none.")),
        advanced(realField(
            "resume_seconds", "Save every", "s", 20.0, {0.0, 86400.0},
            "At the end of an epoch the run is saved once so much time has passed since the last save.")),
        advanced(integerField("log_every_steps", "Record every", "steps", 5, {1, 1e6},
                              "The training curve gets a point each so many steps.")),
    };
    for (const auto& more : {scheduleFields(), guardFields(), augmentationFields()})
        fields.insert(fields.end(), more.begin(), more.end());
    return fields;
}

}  // namespace

std::span<const Field> trainingFields()
{
    static const auto fields = makeTrainingFields();
    return fields;
}

}  // namespace elbo
