// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/process_group.h"

#include <functional>
#include <memory>
#include <string>

namespace elbo {

/// A group over MPI. One thread of its own makes every call of MPI: it moves what was begun forward while
/// others compute, and watches that the other processes live. Process 0 watches all, the others watch it: on
/// one machine by their process ids, between machines by messages that come every second.
class MpiGroup : public ProcessGroup {
public:
    using Say = std::function<void(const std::string& sentence)>;

    /// Joins the processes that the launcher (mpirun, srun) started; once in a process.
    /// @param say  tells the user why the run ends when this process must do so at once; from a thread of the
    /// group's own @throws Error(Unsupported) when MPI cannot be started
    [[nodiscard]] static std::unique_ptr<MpiGroup> join(Say say);

    /// Whether this process tells the user how the run ended: 0, or 1 when 0 has died.
    [[nodiscard]] virtual bool speaks() const = 0;
    /// Whether the sentence of the failure was said already, at the moment a process was found dead: the
    /// launcher may leave the others only a second.
    [[nodiscard]] virtual bool hasSpoken() const = 0;

    /// Orderly end: waits for every process to come here, then leaves MPI. Nothing may follow.
    virtual void leave() = 0;
    [[nodiscard]] virtual bool hasLeft() const = 0;

    /// This process cannot go on: process 0 hears why, and whatever it waits for throws that.
    virtual void tellFailure(const Failure& failure) = 0;
    virtual void tellStopped() = 0;
    /// Ends all processes, this one included, after a failure. One that does not speak waits for the one that
    /// does, which may still be saving.
    [[noreturn]] virtual void endAll(int status) = 0;
};

}  // namespace elbo
