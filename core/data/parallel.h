// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>

namespace elbo {

/// Calls work(0) .. work(count - 1), each once, on as many threads as there are cores (at most 8); returns
/// when all are done. LibTorch computes with one thread in each. The first exception is thrown again here,
/// the rest is skipped.
void runParallel(std::int64_t count, const std::function<void(std::int64_t)>& work);

}  // namespace elbo
