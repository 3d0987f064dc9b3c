// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench/rgbd_step.h"

#include "core/base/random_stream.h"
#include "core/models/registry.h"
#include "core/nn/initialisation.h"

namespace elbo::bench {

at::Tensor batchValues(const c10::Device& device)
{
    return goldenUniform("input", kBatch * 4 * 128 * 128).view({kBatch, 4, 128, 128}).to(device);
}

RgbdStep::RgbdStep(const Setting& setting, Precision precision, bool recorded)
    : m_device(setting.device), m_model(makeVae({"rgbd-vae", {}}, ImageShape{}))
{
    initialise(*m_model, 1);
    m_model->to(m_device);
    for (auto& parameter : m_model->parameters())
        if (parameter.dim() == 4)
            parameter.set_data(parameter.contiguous(at::MemoryFormat::ChannelsLast));
    m_model->train();
    m_adam = std::make_unique<FusedAdam>(m_model->parameterGroups());
    m_parallel = std::make_unique<DataParallel>(setting.group, m_model->parameters());
    m_step = std::make_unique<TrainingStep>(
        *m_model, *m_adam, *m_parallel,
        TrainingStep::Settings{
            .device = m_device, .precision = precision, .gradientClip = 0, .recorded = recorded},
        m_memory);
    m_share = m_parallel->share(0, kBatch);
    m_batch.x = batchValues(m_device)
                    .narrow(0, m_share.first, m_share.count)
                    .contiguous(at::MemoryFormat::ChannelsLast);
    m_noise =
        normalNoise(1, RandomPurpose::TrainingNoise, 1, m_share.first, m_share.count, m_model->noiseSize())
            .to(m_device);
}

void RgbdStep::operator()()
{
    (void)m_step->take(m_batch, m_noise, {.learning = kLearningRate, .beta = 1}, m_share);
    waitFor(m_device);
}

}  // namespace elbo::bench
