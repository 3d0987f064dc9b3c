// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace elbo {

/// How the processes of a group know each other: sent as bytes, so plain numbers only.
struct MpiPeer {
    std::int64_t process = 0;   ///< process id
    std::uint64_t machine = 0;  ///< equal where process ids mean the same
    std::uint64_t cores = 0;    ///< equal where two processes may run on the same cores of one machine
};

/// This process, as others see it.
[[nodiscard]] MpiPeer thisPeer();
/// Whether a process of this machine is gone; one that has ended and that nobody has waited for is gone too.
[[nodiscard]] bool isGone(std::int64_t process);

}  // namespace elbo
