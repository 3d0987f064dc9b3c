// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <memory>

namespace elbo {

/// Memory that this process may still take, in bytes: what the system could give (MemAvailable), within what
/// the process's control group (version 2) leaves; 0 where unknown.
[[nodiscard]] std::int64_t availableMemoryBytes();

/// From now on this process's allocator keeps blocks of up to 32 MiB that were freed, at most 256 MiB beside
/// those in use, instead of giving them back to the system: a training step frees and takes the same blocks
/// again and again, and each page that comes back from the system costs a fault and a clearing (fc-vae on two
/// cores: an epoch in 0.59 s instead of 0.8 to 1.2). Does nothing where the C library is not glibc.
void keepFreedMemory();

/// While it lives, memory that tensors of this thread take is counted, and the most that was held at once is
/// kept; backward passes that the thread begins count too. Tensors that are older do not, and must not be
/// freed by this thread meanwhile: LibTorch warns of those.
class TensorMemoryWatch {
public:
    /// @param device  whose memory
    explicit TensorMemoryWatch(const c10::Device& device);
    ~TensorMemoryWatch();
    TensorMemoryWatch(const TensorMemoryWatch&) = delete;
    TensorMemoryWatch& operator=(const TensorMemoryWatch&) = delete;

    [[nodiscard]] std::int64_t bytes() const;      ///< held now
    [[nodiscard]] std::int64_t peakBytes() const;  ///< the most since the start or the last resetPeak()
    void resetPeak();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// By how much the process's resident memory grows: its highest mark is set back when this begins, where the
/// system allows it (Linux), so that what the process held before does not hide the growth.
class ResidentGrowth {
public:
    ResidentGrowth();
    /// Highest resident size since the start, less the size then; bytes.
    [[nodiscard]] std::int64_t bytes() const;

private:
    std::int64_t m_before;
};

}  // namespace elbo
