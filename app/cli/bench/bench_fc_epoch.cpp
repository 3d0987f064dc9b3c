// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench/benchmarks.h"
#include "app/cli/bench/python_fc_epoch.h"
#include "app/cli/output.h"
#include "core/base/device.h"
#include "core/base/random_stream.h"
#include "core/models/registry.h"
#include "core/nn/initialisation.h"
#include "core/training/training_step.h"

#include <ATen/Functions.h>
#include <torch/nn/modules/linear.h>
#include <torch/optim/adam.h>

namespace elbo::bench {

namespace {

constexpr std::int64_t kImages = 60000;
constexpr std::int64_t kBatch = 256;
constexpr double kEpochGflop = 57.5;  ///< benchmarks.md
constexpr double kLearningRate = 1e-3;

/// The same network as a user writes it: LibTorch's modules and its Adam, the loss read every step.
struct PlainFcVae : torch::nn::Module {
    torch::nn::Linear hidden{784, 100}, code{100, 20}, back{10, 100}, out{100, 784};
    PlainFcVae()
    {
        register_module("hidden", hidden);
        register_module("code", code);
        register_module("back", back);
        register_module("out", out);
    }
    at::Tensor loss(const at::Tensor& x)
    {
        const auto halves = code(at::relu(hidden(x))).chunk(2, 1);
        const auto z = halves[0] + at::exp(0.5 * halves[1]) * at::randn_like(halves[0]);
        const auto y = at::sigmoid(out(at::relu(back(z))));
        const auto kl = -0.5 * at::sum(1 + halves[1] - halves[0].pow(2) - halves[1].exp());
        return at::sum((y - x).pow(2)) + kl;
    }
};

void plainEpoch(PlainFcVae& model, torch::optim::Adam& optimiser, const at::Tensor& codes)
{
    double sum = 0;
    for (std::int64_t first = 0; first < kImages; first += kBatch) {
        const auto x = codes.slice(0, first, std::min(first + kBatch, kImages))
                           .to(at::kFloat)
                           .div(255.0)
                           .view({-1, 784});
        optimiser.zero_grad();
        const auto loss = model.loss(x);
        loss.backward();
        sum += loss.item<double>();
        optimiser.step();
    }
    TORCH_CHECK(std::isfinite(sum), "the plain form's loss is not finite");
}

void ourEpoch(TrainingStep& step, const at::Tensor& codes, std::int64_t latentSize, std::int64_t& epoch)
{
    ++epoch;
    for (std::int64_t first = 0; first < kImages; first += kBatch) {
        const auto last = std::min(first + kBatch, kImages);
        const auto x = valuesFromCodes(codes.slice(0, first, last), {});
        const auto noise = normalNoise(1, RandomPurpose::TrainingNoise, static_cast<std::uint64_t>(epoch),
                                       first, last - first, latentSize);
        (void)step.take({x, {}}, noise.to(codes.device()), {.learning = kLearningRate, .beta = 1},
                        {0, last - first, 1.0});
    }
}

}  // namespace

std::vector<Result> benchFcEpoch(const Setting& setting)
{
    const auto& device = setting.device;
    const auto codes = goldenUniform("input", kImages * 784)
                           .add(1)
                           .mul(127.5)
                           .to(at::kByte)
                           .view({kImages, 1, 28, 28})
                           .to(device);
    PlainFcVae plain;
    plain.to(device);
    torch::optim::Adam plainOptimiser(plain.parameters(), torch::optim::AdamOptions(kLearningRate));
    ImageShape shape{1, 28, 28, 0, false};
    auto model = makeVae({"fc-vae", {}}, shape);
    initialise(*model, 1);
    model->to(device);
    FusedAdam optimiser(model->parameterGroups());
    DataParallel alone(aloneGroup(), model->parameters());
    DeviceGraphMemory memory;
    TrainingStep step(*model, optimiser, alone, {.device = device}, memory);
    std::int64_t epoch = 0;
    const auto times = measureAlternating({[&] {
                                               plainEpoch(plain, plainOptimiser, codes);
                                               waitFor(device);
                                           },
                                           [&] {
                                               ourEpoch(step, codes, model->noiseSize(), epoch);
                                               waitFor(device);
                                           }},
                                          3, setting.stop);
    std::vector<Result> lines(2);
    const char* names[] = {"fc-epoch plain", "fc-epoch"};
    for (std::size_t i = 0; i < lines.size(); ++i) {
        lines[i].name = names[i];
        lines[i].medianMs = times[i].medianMs;
        lines[i].spreadMs = times[i].spreadMs;
        lines[i].imagesPerSecond = 1000.0 * kImages / times[i].medianMs;
        lines[i].peakMib = static_cast<double>(peakResidentBytes()) / (1 << 20);
        lines[i].ratioToPlain = times[0].medianMs / times[i].medianMs;
        lines[i].gflops = kEpochGflop * 1000.0 / times[i].medianMs;
    }
    lines[0].note = "LibTorch's modules and Adam over data in memory";
    lines[1].note =
        "a large matrix product: " + std::to_string(static_cast<int>(matrixProductGflops(setting, false))) +
        " GFLOP/s";
    const auto python = measurePythonFcEpoch(setting.stop);
    lines[1].note += "; against the script in Python (" + python.note + ")";
    if (python.ms) {
        Result line;
        line.name = "fc-epoch Python";
        line.medianMs = *python.ms;
        line.imagesPerSecond = 1000.0 * kImages / *python.ms;
        line.gflops = kEpochGflop * 1000.0 / *python.ms;
        line.note = python.note + ", its loader and modules on the CPU";
        lines[1].note += ": " + cli::numberText(*python.ms / times[1].medianMs) + "x";
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace elbo::bench
