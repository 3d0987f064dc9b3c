// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/selftest_checks.h"

#include "app/cli/golden_files.h"
#include "app/cli/temporary_folder.h"
#include "core/base/device.h"
#include "core/base/random_stream.h"
#include "core/data/dataset.h"
#include "core/data/preparation.h"
#include "core/depth/estimator.h"
#include "core/evaluation/depth_golden.h"
#include "core/evaluation/golden.h"
#include "core/models/registry.h"
#include "core/nn/initialisation.h"
#include "core/nn/up_convolution.h"
#include "core/store/safetensors.h"
#include "core/store/state_dict.h"
#include "core/training/run_config.h"
#include "core/training/run_folder.h"
#include "core/training/trainer.h"
#include "core/training/training_step.h"

#include <ATen/Functions.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

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

/// rgbd-vae at 64x64 and a batch of 8 for it, the same on every device.
class SmallTraining {
public:
    explicit SmallTraining(const c10::Device& device) : m_device(device)
    {
        ImageShape shape;
        shape.height = shape.width = 64;
        m_model = makeVae({"rgbd-vae", {}}, shape);
        initialise(*m_model, 1);
        m_model->to(device);
        m_model->train();
        m_batch.x = goldenUniform("input", kImages * shape.values())
                        .view({kImages, shape.channels, shape.height, shape.width})
                        .to(device);
        m_noise =
            normalNoise(1, RandomPurpose::TrainingNoise, 1, 0, kImages, m_model->noiseSize()).to(device);
    }

    /// Loss and gradients of the first step, by parameter; without those of biases that a batch norm takes
    /// out again, which are rounding alone.
    std::map<std::string, at::Tensor> firstStep()
    {
        const auto result = m_model->step(m_batch, m_noise, 1.0);
        result.loss.backward();
        std::map<std::string, at::Tensor> numbers{{"loss", result.loss.detach()}};
        for (const auto& parameter : m_model->named_parameters())
            if (!endsBeforeNorm(parameter.key()))
                numbers[parameter.key()] = parameter.value().grad().clone();
        return numbers;
    }

    /// The objective above its constant after each of some steps: [steps]
    at::Tensor objectives(int steps, Precision precision, bool recorded)
    {
        FusedAdam adam(m_model->parameterGroups());
        DataParallel alone(aloneGroup(), m_model->parameters());
        DeviceGraphMemory memory;
        TrainingStep step(
            *m_model, adam, alone,
            {.device = m_device, .precision = precision, .gradientClip = 0, .recorded = recorded}, memory);
        std::vector<at::Tensor> objectives;
        for (int i = 0; i < steps; ++i) {
            const auto terms = step.take(m_batch, m_noise, {.learning = 1e-4, .beta = 1}, {0, kImages, 1.0});
            objectives.push_back(terms[0] + terms[3] / 2);  // KL and the sum of squares of sigma = 1
        }
        return at::stack(objectives).cpu();
    }

private:
    static constexpr std::int64_t kImages = 8;

    bool endsBeforeNorm(const std::string& name) const
    {
        const auto dot = name.rfind('.', name.size() - 6);
        if (!name.ends_with(".bias") || dot == std::string::npos)
            return false;
        // Children are numbered as in the published nn.Sequential: the norm follows its convolution.
        const auto layer = name.substr(0, name.size() - 5);
        const auto number = layer.back() - '0';
        const auto next = layer.substr(0, layer.size() - 1) + std::to_string(number + 1) + ".running_mean";
        return m_model->named_buffers().contains(next);
    }

    c10::Device m_device;
    std::shared_ptr<Vae> m_model;
    Batch m_batch;
    at::Tensor m_noise;
};

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

RunConfig shortRun(const std::string& modelKey, const std::string& deviceKey)
{
    RunConfig config;
    config.data.fields.set("count", std::int64_t{40});
    config.data.fields.set("size", std::string("32"));
    config.model.key = modelKey;
    if (modelKey == "rgbd-vae") {  // a small one, since its files are written and read a few times
        setField(config, "latent_size", "32");
        setField(config, "encoder_filters", "16");
        setField(config, "decoder_filters", "8");
    }
    setField(config, "epochs", "3");
    setField(config, "batch_size", "8");
    setField(config, "log_every_steps", "1");
    setField(config, "device", deviceKey);
    setField(config, "precision", "float32");
    return config;
}

/// Largest deviation of a weight after a run that was stopped in the middle of an epoch and resumed.
double resumeDeviation(const RunConfig& config, const std::shared_ptr<const Dataset>& data,
                       const std::filesystem::path& folder)
{
    const auto whole = folder / "whole";
    const auto broken = folder / "broken";
    std::filesystem::create_directories(whole);
    std::filesystem::create_directories(broken);
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
    return largest;
}

}  // namespace

std::vector<SelftestCheck> checkGoldenValues(const c10::Device& device)
{
    std::vector<SelftestCheck> checks;
    for (const auto& file : goldenFiles()) {
        const auto golden = nlohmann::json::parse(file.json);
        const auto depth = std::ranges::find(depthEstimatorInfos(), file.modelKey,
                                             &DepthEstimatorInfo::key) != depthEstimatorInfos().end();
        for (const auto& comparison : depth ? compareDepthWithGolden(file.modelKey, golden, device)
                                            : compareWithGolden(file.modelKey, golden, device))
            checks.push_back({std::string(file.modelKey) + " " + comparison.what, comparison.deviation,
                              comparison.tolerance});
    }
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
    const c10::Device cpu(c10::kCPU);
    const auto expected = SmallTraining(cpu).firstStep();
    double gradients = 0;
    for (const auto& [name, value] : SmallTraining(device).firstStep())
        gradients = std::max(gradients, deviation(value, expected.at(name)));

    constexpr int kSteps = 20;
    const auto onCpu = SmallTraining(cpu).objectives(kSteps, Precision::Float32, false);
    const auto float32 = SmallTraining(device).objectives(kSteps, Precision::Float32, true);
    // TensorFloat-32 is off for convolutions here as everywhere in Elbo's float32: what is left is the order
    // of sums.
    std::vector<SelftestCheck> checks{{"loss and gradients of a step", gradients, 1e-4},
                                      {"losses of 20 steps, float32", deviation(float32, onCpu), 1e-3}};
    if (deviceInfo(device).fastBFloat16)
        checks.push_back(
            {"losses of 20 steps, bf16",
             deviation(SmallTraining(device).objectives(kSteps, Precision::BFloat16, true), onCpu), 2e-2});
    if (DeviceGraph::isSupported(device))
        checks.push_back(
            {"losses of 20 steps, recorded against not",
             deviation(float32, SmallTraining(device).objectives(kSteps, Precision::Float32, false)), 1e-5});
    return checks;
}

std::vector<SelftestCheck> checkSaveAndResume(const std::string& deviceKey)
{
    const TemporaryFolder folder;
    const auto file = folder.path() / "rooms.safetensors";
    prepareDataset(shortRun("fc-vae", deviceKey).data, computeReaders(), file, {});
    const auto data = std::make_shared<const Dataset>(readPrepared(file));
    std::vector<SelftestCheck> checks;
    for (const auto* const model : {"fc-vae", "rgbd-vae"})  // bit for bit, on every device
        checks.push_back({std::string(model) + ", stopped and resumed against unbroken",
                          resumeDeviation(shortRun(model, deviceKey), data, folder.path() / model), 0.0});
    return checks;
}

}  // namespace elbo::cli
