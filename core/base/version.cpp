// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/version.h"

#include <torch/version.h>

namespace elbo {

std::string_view programVersion()
{
    return ELBO_VERSION;
}

std::string_view libTorchVersion()
{
    return TORCH_VERSION;
}

}  // namespace elbo
