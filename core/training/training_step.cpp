// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/training_step.h"

#include "core/base/memory.h"
#include "core/nn/autocast.h"
#include "core/nn/shared_norm.h"
#include "core/store/state_dict.h"
#include "core/training/gradient_clipping.h"

#include <utility>

namespace elbo {

namespace {

/// Everything that a step changes.
std::vector<at::Tensor> stateOf(const Trainable& model, const FusedAdam& adam)
{
    std::vector<at::Tensor> tensors;
    for (const auto& [name, tensor] : stateDict(model))
        tensors.push_back(tensor);
    for (const auto& [name, tensor] : adam.state())
        tensors.push_back(tensor);
    return tensors;
}

}  // namespace

TrainingStep::TrainingStep(Trainable& model, FusedAdam& adam, DataParallel& parallel,
                           const Settings& settings, DeviceGraphMemory& memory)
    : m_model(model),
      m_adam(adam),
      m_parallel(parallel),
      m_settings(settings),
      m_recorded(
          settings.device, memory,
          [this](const std::vector<at::Tensor>& inputs) {
              const auto& x = inputs[0];
              return compute({x, inputs[1]}, inputs[2], m_recordedBeta, {0, x.size(0), 1.0}, false);
          },
          stateOf(model, adam))
{
    keepFreedMemory();
}

at::Tensor TrainingStep::take(const Batch& batch, const at::Tensor& noise, const Rates& rates,
                              const BatchShare& share, bool stop)
{
    m_adam.setLearningRate(rates.learning);
    // While a schedule moves beta every step has another: what would be recorded would serve once.
    const bool steady = std::exchange(m_beta, rates.beta) == rates.beta;
    if (!m_settings.recorded || !steady || !m_parallel.isAlone())
        return compute(batch, noise, rates.beta, share, stop);
    if (m_recordedBeta != rates.beta)
        m_recorded.forget();
    m_recordedBeta = rates.beta;
    return m_recorded({batch.x, batch.labels, noise});
}

at::Tensor TrainingStep::compute(const Batch& batch, const at::Tensor& noise, double beta,
                                 const BatchShare& share, bool stop)
{
    StepResult result;
    {
        const Autocast autocast(m_settings.device, m_settings.precision);
        const SharedNorms norms(m_parallel.group(), share.counts());
        result = m_model.step(batch, noise, beta);
    }
    m_parallel.backward(result, share, stop);
    if (m_settings.gradientClip > 0)
        clipGradients(m_model.parameters(), m_settings.gradientClip);
    m_adam.step();
    m_adam.zeroGradients();
    return result.terms;
}

}  // namespace elbo
