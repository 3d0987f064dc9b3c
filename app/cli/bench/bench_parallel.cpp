// SPDX-License-Identifier: GPL-3.0-or-later
// The training step that several processes share: mpirun -n N elbo-cli bench train-step-parallel.
#include "app/cli/bench/benchmarks.h"
#include "app/cli/output.h"
#include "core/base/device.h"
#include "core/base/process_group.h"
#include "core/base/random_stream.h"
#include "core/evaluation/golden.h"
#include "core/models/registry.h"
#include "core/nn/autocast.h"
#include "core/nn/initialisation.h"
#include "core/nn/shared_norm.h"
#include "core/training/compute_threads.h"
#include "core/training/data_parallel.h"
#include "core/training/fused_adam.h"

#include <ATen/Functions.h>

#include <algorithm>

namespace elbo::bench {

namespace {

constexpr std::int64_t kBatch = 50;
constexpr double kLearningRate = 1e-4;
constexpr int kRounds = 5;

/// The loop's step on a batch of 50 at 4x128x128, whatever the number of processes.
class SharedStep {
public:
    explicit SharedStep(const Setting& setting)
        : m_setting(setting), m_model(makeModel({"rgbd-vae", {}}, ImageShape{}))
    {
        initialise(*m_model, 1);
        m_model->to(setting.device);
        for (auto& parameter : m_model->parameters())
            if (parameter.dim() == 4)
                parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
        m_model->train();
        m_adam = std::make_unique<FusedAdam>(m_model->parameterGroups());
        m_parallel = std::make_unique<DataParallel>(setting.group, m_model->parameters());
        m_share = m_parallel->share(0, kBatch);
        m_batch.x = goldenUniform("input", kBatch * 4 * 128 * 128)
                        .view({kBatch, 4, 128, 128})
                        .narrow(0, m_share.first, m_share.count)
                        .to(setting.device)
                        .contiguous(at::MemoryFormat::ChannelsLast);
        m_noise = normalNoise(1, RandomPurpose::TrainingNoise, 1, m_share.first, m_share.count,
                              m_model->noiseSize())
                      .to(setting.device);
    }

    void operator()()
    {
        StepResult result;
        {
            const Autocast autocast(m_setting.device, Precision::Float32);
            const SharedNorms norms(m_setting.group, m_share.counts());
            result = m_model->step(m_batch, m_noise, 1.0);
        }
        m_parallel->backward(result, m_share, /*stop=*/false);
        m_adam->step(kLearningRate);
        m_adam->zeroGradients();
        waitFor(m_setting.device);
    }

private:
    const Setting& m_setting;
    std::shared_ptr<Vae> m_model;
    std::unique_ptr<FusedAdam> m_adam;
    std::unique_ptr<DataParallel> m_parallel;
    BatchShare m_share;
    Batch m_batch;
    at::Tensor m_noise;
};

}  // namespace

std::vector<Result> benchParallelStep(const Setting& setting)
{
    const auto threads = std::max(1, usableCores() / setting.group.coreSharers());
    useComputeThreads(threads);
    SharedStep step(setting);
    double waited = 0;
    double whole = 0;
    const auto time =
        measureAlternating(
            {[&] {
                const auto before = setting.group.waitedSeconds();
                const auto start = std::chrono::steady_clock::now();
                step();
                whole += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
                waited += setting.group.waitedSeconds() - before;
            }},
            kRounds, setting.stop)
            .front();
    Result line;
    line.name = "train-step-parallel";
    line.medianMs = time.medianMs;
    line.spreadMs = time.spreadMs;
    line.imagesPerSecond = 1000.0 * kBatch / time.medianMs;
    line.peakMib = static_cast<double>(peakResidentBytes()) / (1 << 20);
    line.waitingShare = waited / whole;
    line.note = std::to_string(setting.group.size()) + " processes of " + std::to_string(threads) +
                " threads, waiting for each other " + cli::numberText(100.0 * waited / whole) +
                " % of a step";
    return {line};
}

}  // namespace elbo::bench
