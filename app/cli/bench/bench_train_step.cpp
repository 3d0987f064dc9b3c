// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench/benchmarks.h"
#include "app/cli/bench/plain_rgbd_vae.h"
#include "core/base/device.h"
#include "core/base/random_stream.h"
#include "core/models/registry.h"
#include "core/nn/autocast.h"
#include "core/nn/initialisation.h"
#include "core/training/fused_adam.h"

#include <functional>
#include <memory>
#include <optional>

namespace elbo::bench {

namespace {

constexpr std::int64_t kBatch = 50;
constexpr double kLearningRate = 1e-4;
constexpr double kStepGflop =
    186.0;  ///< forward and backward of a batch in the sub-pixel form (benchmarks.md)
constexpr int kRounds = 5;

at::Tensor batchValues(const c10::Device& device)
{
    return goldenUniform("input", kBatch * 4 * 128 * 128).view({kBatch, 4, 128, 128}).to(device);
}

/// Our step as the trainer takes it: one forward pass, fused Adam, nothing read back.
class OurStep {
public:
    OurStep(const c10::Device& device, Precision precision)
        : m_device(device), m_precision(precision), m_model(makeModel({"rgbd-vae", {}}, ImageShape{}))
    {
        initialise(*m_model, 1);
        m_model->to(device);
        for (auto& parameter : m_model->parameters())
            if (parameter.dim() == 4)
                parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
        m_model->train();
        m_optimiser = std::make_unique<FusedAdam>(m_model->parameterGroups());
        m_batch.x = batchValues(device).contiguous(at::MemoryFormat::ChannelsLast);
        m_noise = normalNoise(1, RandomPurpose::TrainingNoise, 1, 0, kBatch, m_model->noiseSize()).to(device);
    }

    void operator()()
    {
        {
            const Autocast autocast(m_device, m_precision);
            m_optimiser->zeroGradients();
            const auto result = m_model->step(m_batch, m_noise, 1.0);
            result.loss.backward();
        }
        m_optimiser->step(kLearningRate);
        waitFor(m_device);
    }

private:
    c10::Device m_device;
    Precision m_precision;
    std::shared_ptr<Vae> m_model;
    std::unique_ptr<FusedAdam> m_optimiser;
    Batch m_batch;
    at::Tensor m_noise;
};

Result lineOf(const std::string& name, const Timings& time, const Timings& plain)
{
    Result result;
    result.name = name;
    result.medianMs = time.medianMs;
    result.spreadMs = time.spreadMs;
    result.imagesPerSecond = 1000.0 * kBatch / time.medianMs;
    result.peakMib = static_cast<double>(peakResidentBytes()) / (1 << 20);
    result.ratioToPlain = plain.medianMs / time.medianMs;
    return result;
}

}  // namespace

std::vector<Result> benchTrainStep(const Setting& setting)
{
    const auto& device = setting.device;
    auto plainModel = std::make_shared<PlainRgbdVae>();
    initialise(*plainModel, 1);
    plainModel->to(device);
    PlainTraining plainTraining(plainModel, kLearningRate);
    const auto x = batchValues(device);
    const auto plain = [&] {
        (void)plainTraining.step(x);
        waitFor(device);
    };
    OurStep ourFloat(device, Precision::Float32);
    std::vector<Work> works{plain, std::ref(ourFloat)};
    // Without instructions for it bf16 is emulated: minutes a step, and nobody trains so.
    std::optional<OurStep> ourBFloat;
    if (deviceInfo(device).fastBFloat16)
        works.emplace_back(std::ref(ourBFloat.emplace(device, Precision::BFloat16)));
    const auto times = measureAlternating(works, kRounds, setting.stop);

    const auto ourLine = [&](const std::string& name, const Timings& time, bool bfloat16) {
        auto line = lineOf(name, time, times[0]);
        line.gflops = kStepGflop * 1000.0 / time.medianMs;
        line.note = "a large matrix product: " +
                    std::to_string(static_cast<int>(matrixProductGflops(setting, bfloat16))) + " GFLOP/s";
        return line;
    };
    std::vector<Result> lines{lineOf("train-step plain", times[0], times[0]),
                              ourLine("train-step float32", times[1], false)};
    if (ourBFloat)
        lines.push_back(ourLine("train-step bf16", times[2], true));
    else
        lines.back().note += "; bf16 is not measured, since this processor has no instructions for it";
    return lines;
}

}  // namespace elbo::bench
