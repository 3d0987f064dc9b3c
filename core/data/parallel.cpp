// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/parallel.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace elbo {

namespace {

unsigned usableThreads()
{
    return std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
}

}  // namespace

void runParallel(std::int64_t count, const std::function<void(std::int64_t)>& work)
{
    std::atomic<std::int64_t> next{0};
    std::mutex mutex;
    std::exception_ptr failure;
    const auto loop = [&] {
        at::set_num_threads(1);
        for (auto i = next.fetch_add(1); i < count; i = next.fetch_add(1)) {
            try {
                work(i);
            } catch (...) {
                const std::lock_guard lock(mutex);
                if (!failure)
                    failure = std::current_exception();
                next = count;
            }
        }
    };
    // Never on the calling thread: its own number of LibTorch threads is left as it is.
    std::vector<std::jthread> threads;
    const auto wanted = std::min<std::int64_t>(count, usableThreads());
    for (std::int64_t i = 0; i < wanted; ++i)
        threads.emplace_back(loop);
    threads.clear();
    if (failure)
        std::rethrow_exception(failure);
}

}  // namespace elbo
