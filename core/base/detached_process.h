// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace elbo {

/// Starts a program that outlives this one: in a session of its own, so that closing a terminal or a window
/// does not end it, without any of this program's files, with everything that it says appended to `log`.
/// Waits until it has told that it began, or why it cannot (Starter).
/// @return its process number
/// @throws the Error that it told; Error(HelperFailed) when it cannot be started or ends without a word;
/// Cancelled when stopped, after it was asked to end and has ended
int startDetached(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                  const std::filesystem::path& log, const std::stop_token& stop);

/// The other end, in a program that startDetached began: the one who waits hears the first of begun() and
/// failed(). In a program that was started otherwise nobody hears anything.
class Starter {
public:
    /// Before anything else that opens files.
    Starter();
    ~Starter();
    Starter(const Starter&) = delete;
    Starter& operator=(const Starter&) = delete;

    void begun();
    void failed(const Failure& failure);
    [[nodiscard]] bool hasBegun() const { return m_begun; }

private:
    void tell(const std::string& line);

    int m_descriptor = -1;
    bool m_begun = false;
};

}  // namespace elbo
