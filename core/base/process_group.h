// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

namespace elbo {

/// A collective operation that was begun; its tensor must not be touched until it was waited for.
class Collective {
public:
    virtual ~Collective() = default;
};

/// The processes that train one run together. Every process makes the same calls in the same order; they may
/// come from different threads of it. When a process of the group has failed or died, what waits and what
/// comes after throws Error with the sentence that says so, or Cancelled when it was stopped.
class ProcessGroup {
public:
    ProcessGroup() = default;
    virtual ~ProcessGroup() = default;
    ProcessGroup(const ProcessGroup&) = delete;
    ProcessGroup& operator=(const ProcessGroup&) = delete;

    [[nodiscard]] virtual int rank() const = 0;  ///< 0 .. size() - 1; 0 writes the files and speaks
    [[nodiscard]] virtual int size() const = 0;
    [[nodiscard]] virtual int localRank() const = 0;  ///< among the processes of this machine
    [[nodiscard]] virtual int coreSharers()
        const = 0;  ///< processes that run on this one's cores, itself too
    [[nodiscard]] bool isFirst() const { return rank() == 0; }

    /// Begins to replace the values by their sum over all processes.
    /// @param values  contiguous, float32 or float64, on the CPU; the same number of them everywhere
    [[nodiscard]] virtual std::shared_ptr<Collective> startSum(const at::Tensor& values) = 0;
    /// Begins to replace the values by those of process 0. @param values  contiguous, on the CPU, any type
    [[nodiscard]] virtual std::shared_ptr<Collective> startBroadcast(const at::Tensor& values) = 0;
    [[nodiscard]] virtual std::shared_ptr<Collective> startBarrier() = 0;
    virtual void wait(Collective& begun) = 0;

    void sum(const at::Tensor& values) { wait(*startSum(values)); }
    void broadcast(const at::Tensor& values) { wait(*startBroadcast(values)); }
    /// Goes on when every process has come here.
    void barrier() { wait(*startBarrier()); }

    /// Time that threads of this process have spent in wait().
    [[nodiscard]] virtual double waitedSeconds() const = 0;
};

/// A group of this one process: nothing is ever waited for.
[[nodiscard]] ProcessGroup& aloneGroup();

/// The share of `count` things that process `rank` of `size` takes, as even as can be, the first ones larger.
struct Share {
    std::int64_t first = 0;
    std::int64_t count = 0;  ///< 0 where there are fewer things than processes
};
[[nodiscard]] Share shareOf(std::int64_t count, int rank, int size);

}  // namespace elbo
