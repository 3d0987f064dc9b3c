// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <c10/core/GradMode.h>
#include <torch/nn/module.h>

namespace elbo {

/// While it lives, a network in training is looked at without changing it: evaluation mode and no gradients.
class EvaluationScope {
public:
    explicit EvaluationScope(torch::nn::Module& module)
        : m_module(module), m_wasTraining(module.is_training())
    {
        m_module.eval();
    }
    ~EvaluationScope() { m_module.train(m_wasTraining); }
    EvaluationScope(const EvaluationScope&) = delete;
    EvaluationScope& operator=(const EvaluationScope&) = delete;

private:
    c10::AutoGradMode m_noGradient{false};
    torch::nn::Module& m_module;
    bool m_wasTraining;
};

}  // namespace elbo
