// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace elbo {

/// Processor cores that this process may use.
[[nodiscard]] int usableCores();

/// LibTorch operations of this thread use `threads` threads from now on, whatever other threads set for
/// themselves. Call it before the thread's first operation.
void useComputeThreads(int threads);

}  // namespace elbo
