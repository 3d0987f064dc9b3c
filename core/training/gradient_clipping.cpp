// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/gradient_clipping.h"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

namespace elbo {

void clipGradients(const std::vector<at::Tensor>& parameters, double most)
{
    const c10::AutoGradMode noGradient(false);
    std::vector<at::Tensor> gradients;
    std::vector<at::Tensor> norms;
    for (const auto& parameter : parameters) {
        if (!parameter.grad().defined())
            continue;
        gradients.push_back(parameter.grad());
        norms.push_back(at::linalg_vector_norm(parameter.grad(), 2, {}, false, at::kFloat));
    }
    if (gradients.empty())
        return;
    const auto total = at::linalg_vector_norm(at::stack(norms));
    // Against a norm of 0, which leaves nothing to shorten.
    const auto factor = (most / total.clamp_min(1e-30)).clamp_max(1.0);
    for (auto& gradient : gradients)
        gradient.mul_(factor);
}

}  // namespace elbo
