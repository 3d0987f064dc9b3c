// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/memory_order.h"

#include <ATen/core/Tensor.h>

#include <algorithm>

namespace elbo {

bool prepareMemoryOrder(torch::nn::Module& module)
{
    bool convolutions = false;
    for (auto& parameter : module.parameters()) {
        if (parameter.dim() != 4)
            continue;
        convolutions = true;
        parameter.set_data(parameter.detach().contiguous(at::MemoryFormat::ChannelsLast));
    }
    return convolutions;
}

}  // namespace elbo
