// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/fused_adam.h"

#include "core/base/error.h"

#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/generated/variable_factories.h>

#include <string>

namespace elbo {

namespace {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;
constexpr double kEpsilon = 1e-8;

}  // namespace

FusedAdam::FusedAdam(std::vector<ParameterGroup> groups)
{
    const c10::AutoGradMode noGradient(false);
    for (auto& settings : groups) {
        if (settings.parameters.empty())
            continue;
        Group group;
        for (const auto& parameter : settings.parameters) {
            group.firstMoments.push_back(at::zeros_like(parameter));
            group.secondMoments.push_back(at::zeros_like(parameter));
        }
        group.steps =
            at::zeros({}, settings.parameters.front().options().dtype(at::kFloat).requires_grad(false));
        // CUDA's kernel reads float32; that of the CPU takes the number itself, which float64 keeps.
        group.learningRate =
            at::zeros({}, group.steps.options().dtype(group.steps.is_cpu() ? at::kDouble : at::kFloat));
        group.settings = std::move(settings);
        m_groups.push_back(std::move(group));
    }
}

void FusedAdam::setLearningRate(double learningRate)
{
    for (auto& group : m_groups)
        group.learningRate.fill_(learningRate * group.settings.learningRateFactor);
}

void FusedAdam::step()
{
    const c10::AutoGradMode noGradient(false);
    for (auto& group : m_groups) {
        std::vector<at::Tensor> parameters;
        std::vector<at::Tensor> gradients;
        std::vector<at::Tensor> first;
        std::vector<at::Tensor> second;
        for (std::size_t i = 0; i < group.settings.parameters.size(); ++i) {
            const auto& parameter = group.settings.parameters[i];
            if (!parameter.grad().defined())
                continue;
            parameters.push_back(parameter);
            gradients.push_back(parameter.grad());
            first.push_back(group.firstMoments[i]);
            second.push_back(group.secondMoments[i]);
        }
        group.steps.add_(1);
        const std::vector<at::Tensor> steps(parameters.size(), group.steps);
        const auto update = [&](const auto& fused) {
            fused(parameters, gradients, first, second, /*max_exp_avg_sqs=*/at::TensorList(), steps,
                  group.learningRate, kBeta1, kBeta2, group.settings.weightDecay, kEpsilon,
                  /*amsgrad=*/false, /*maximize=*/false);
        };
        if (group.settings.decoupledDecay)
            update([](const auto&... given) { at::_fused_adamw_(given...); });
        else
            update([](const auto&... given) { at::_fused_adam_(given...); });
    }
}

void FusedAdam::zeroGradients()
{
    for (auto& group : m_groups) {
        for (auto& parameter : group.settings.parameters)
            parameter.mutable_grad().reset();
    }
}

std::vector<NamedTensor> FusedAdam::state() const
{
    std::vector<NamedTensor> tensors;
    for (std::size_t g = 0; g < m_groups.size(); ++g) {
        const auto& group = m_groups[g];
        const auto prefix = "adam/" + std::to_string(g) + "/";
        tensors.push_back({prefix + "steps", group.steps});
        for (std::size_t i = 0; i < group.firstMoments.size(); ++i) {
            tensors.push_back({prefix + "first/" + std::to_string(i), group.firstMoments[i]});
            tensors.push_back({prefix + "second/" + std::to_string(i), group.secondMoments[i]});
        }
    }
    return tensors;
}

void FusedAdam::loadState(const SafetensorsFile& file)
{
    const c10::AutoGradMode noGradient(false);
    for (auto& [name, tensor] : state()) {
        const auto& saved = file.at(name);
        if (saved.sizes() != tensor.sizes())
            throw Error(ErrorCode::BadFile, "The saved state of the optimiser does not fit this model (" +
                                                name + "): resume with the run's own settings.");
        tensor.copy_(saved);
    }
}

}  // namespace elbo
