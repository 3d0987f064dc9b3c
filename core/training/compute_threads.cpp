// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/compute_threads.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <thread>

#include <sched.h>

namespace elbo {

int usableCores()
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (::sched_getaffinity(0, sizeof(set), &set) == 0)
        return std::max(1, CPU_COUNT(&set));
    return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

void useComputeThreads(int threads)
{
    // Asking makes LibTorch set this thread up now; else it would do so at the first operation, with the
    // count that any thread set last.
    static_cast<void>(at::get_num_threads());
    at::set_num_threads(threads);
}

}  // namespace elbo
