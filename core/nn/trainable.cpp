// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/trainable.h"

namespace elbo {

std::vector<ParameterGroup> Trainable::parameterGroups()
{
    return {{.parameters = parameters()}};
}

}  // namespace elbo
