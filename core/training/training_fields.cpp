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
    return {
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
}

}  // namespace

std::span<const Field> trainingFields()
{
    static const auto fields = makeTrainingFields();
    return fields;
}

}  // namespace elbo
