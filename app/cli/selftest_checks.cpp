// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/selftest_checks.h"

#include "app/cli/golden_files.h"
#include "app/cli/temporary_folder.h"
#include "core/base/device.h"
#include "core/base/random_stream.h"
#include "core/data/dataset.h"
#include "core/data/preparation.h"
#include "core/evaluation/golden.h"
#include "core/models/registry.h"
#include "core/nn/initialisation.h"
#include "core/nn/up_convolution.h"
#include "core/store/safetensors.h"
#include "core/store/state_dict.h"
#include "core/training/run_config.h"
#include "core/training/run_folder.h"
#include "core/training/trainer.h"

#include <ATen/Functions.h>

#include <nlohmann/json.hpp>

namespace elbo::cli {

namespace {

/// Largest difference, relative to the largest absolute value of the reference.
double deviation(const at::Tensor& value, const at::Tensor& reference)
{
    const auto expected = reference.detach().to(at::kCPU, at::kDouble);
    const auto got = value.detach().to(at::kCPU, at::kDouble);
    const double scale = std::max(expected.abs().max().item<double>(), 1e-30);
    return (got - expected).abs().max().item<double>() / scale;
}

struct StepNumbers {
    at::Tensor loss;
    at::Tensor gradients;  ///< norms of all, [P]
};

StepNumbers trainingStep(const c10::Device& device)
{
    ImageShape shape;
    shape.height = shape.width = 64;
    auto model = makeModel({"rgbd-vae", {}}, shape);
    initialise(*model, 1);
    model->to(device);
    model->train();
    const auto x =
        goldenUniform("input", 8 * shape.values()).view({8, shape.channels, shape.height, shape.width});
    const auto noise = normalNoise(1, RandomPurpose::TrainingNoise, 1, 0, 8, model->noiseSize());
    const auto result = model->step({x.to(device), {}}, noise.to(device), 1.0);
    result.loss.backward();
    std::vector<at::Tensor> norms;
    for (const auto& parameter : model->named_parameters())
        norms.push_back(parameter.value().grad().to(at::kCPU, at::kDouble).norm());
    return {result.loss.detach(), at::stack(norms)};
}

/// Ends a run after a number of steps, in the middle of an epoch.
class StopAfter : public TrainingObserver {
public:
    StopAfter(std::int64_t steps, std::stop_source& stop) : m_steps(steps), m_stop(stop) {}
    void onStep(const StepRecord& record) override
    {
        if (record.step >= m_steps)
            m_stop.request_stop();
    }

private:
    std::int64_t m_steps;
    std::stop_source& m_stop;
};

RunConfig shortRun(const std::string& deviceKey)
{
    RunConfig config;
    config.data.fields.set("count", std::int64_t{40});
    config.data.fields.set("size", std::string("32"));
    config.model.key = "fc-vae";
    setField(config, "epochs", "3");
    setField(config, "batch_size", "8");
    setField(config, "log_every_steps", "1");
    setField(config, "device", deviceKey);
    setField(config, "precision", "float32");
    return config;
}

}  // namespace

std::vector<SelftestCheck> checkGoldenValues(const c10::Device& device)
{
    std::vector<SelftestCheck> checks;
    for (const auto& file : goldenFiles())
        for (const auto& comparison :
             compareWithGolden(file.modelKey, nlohmann::json::parse(file.json), device))
            checks.push_back({std::string(file.modelKey) + " " + comparison.what, comparison.deviation,
                              comparison.tolerance});
    return checks;
}

std::vector<SelftestCheck> checkUpConvolution(const c10::Device& device)
{
    UpConvolution layer(8, 6);
    initialiseFromNames(*layer);
    layer->to(device);
    const auto x = goldenUniform("input", 2 * 8 * 12 * 10).view({2, 8, 12, 10}).to(device);
    return {{"sub-pixel up-convolution", deviation(layer->forward(x), layer->plainForward(x)), 1e-5}};
}

std::vector<SelftestCheck> checkDeviceAgainstCpu(const c10::Device& device)
{
    if (device.is_cpu())
        return {};
    const auto expected = trainingStep(c10::Device(c10::kCPU));
    const auto got = trainingStep(device);
    // TensorFloat-32 is off for convolutions here as everywhere in Elbo's float32: what is left is the order
    // of sums.
    return {{"training step, loss", deviation(got.loss, expected.loss), 1e-4},
            {"training step, gradient norms", deviation(got.gradients, expected.gradients), 1e-3}};
}

std::vector<SelftestCheck> checkSaveAndResume(const std::string& deviceKey)
{
    const TemporaryFolder folder;
    const auto config = shortRun(deviceKey);
    prepareDataset(config.data, computeReaders(), folder.path() / "rooms.safetensors", {});
    const auto data = std::make_shared<const Dataset>(readPrepared(folder.path() / "rooms.safetensors"));
    const auto whole = folder.path() / "whole";
    const auto broken = folder.path() / "broken";
    std::filesystem::create_directory(whole);
    std::filesystem::create_directory(broken);

    TrainingObserver silent;
    TrainingControl free;
    trainRun(config, data, whole, silent, free);
    std::stop_source stop;
    TrainingControl stopped;
    stopped.stop = stop.get_token();
    StopAfter observer(7, stop);
    trainRun(config, data, broken, observer, stopped);
    TrainingControl resumed;
    resumeRun(broken, data, std::nullopt, silent, resumed);

    const auto expected = readSafetensors(whole / "weights" / "last.safetensors");
    const auto got = readSafetensors(broken / "weights" / "last.safetensors");
    double largest = 0;
    for (const auto& item : expected.tensors)
        largest = std::max(largest, deviation(got.at(item.name), item.tensor));
    // Bit for bit on a CPU; a GPU may sum in another order.
    return {{"stopped and resumed against unbroken", largest,
             deviceKey == "cpu" || chooseDevice(deviceKey).is_cpu() ? 0.0 : 1e-4}};
}

}  // namespace elbo::cli
