// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <stop_token>
#include <string>

namespace elbo {

/// How far a long task is. total = 0: not known yet.
struct Progress {
    std::string what;  ///< "Reading images"; English, the window translates known ones
    std::int64_t done = 0;
    std::int64_t total = 0;
    bool operator==(const Progress&) const = default;
};
using ProgressFunction = std::function<void(const Progress&)>;

/// Thrown by long tasks when their stop token was asked to stop. An ending, not an error: it is no
/// elbo::Error, and only JobQueue and the programs' outermost functions catch it.
class Cancelled : public std::exception {
public:
    [[nodiscard]] const char* what() const noexcept override { return "cancelled"; }
};

/// @throws Cancelled when a stop was requested
inline void throwIfStopped(const std::stop_token& stop)
{
    if (stop.stop_requested())
        throw Cancelled();
}

}  // namespace elbo
