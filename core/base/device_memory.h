// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace elbo {

/// Gives memory of the GPU that this process keeps for later tensors back to other processes; nothing where
/// no GPU is used. Tensors keep theirs.
void releaseUnusedDeviceMemory();

}  // namespace elbo
