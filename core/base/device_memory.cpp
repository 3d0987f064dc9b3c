// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/device_memory.h"

#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>

namespace elbo {

void releaseUnusedDeviceMemory()
{
    // Asked first: without tensors on a GPU there is nothing to give back, and no driver is to be started.
    const auto type = at::getAccelerator(/*checked=*/false);
    if (!type.has_value())
        return;
    auto* const allocator = at::getDeviceAllocator(*type);
    if (allocator->initialized())
        allocator->emptyCache();
}

}  // namespace elbo
