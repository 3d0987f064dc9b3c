// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <linux/capability.h>

#include <array>

#include <sys/syscall.h>
#include <unistd.h>

namespace elbo::tests {

/// While it lives, this thread meets the permissions of files as a plain user does, also when root runs the
/// tests: of root's capabilities those that pass them by are put aside.
class PlainUser {
public:
    PlainUser()
    {
        ::syscall(SYS_capget, &m_header, m_before.data());
        auto without = m_before;
        without[0].effective &= ~((1U << CAP_DAC_OVERRIDE) | (1U << CAP_DAC_READ_SEARCH));
        m_plain = ::syscall(SYS_capset, &m_header, without.data()) == 0;
    }
    ~PlainUser() { ::syscall(SYS_capset, &m_header, m_before.data()); }
    PlainUser(const PlainUser&) = delete;
    PlainUser& operator=(const PlainUser&) = delete;

    /// False where the system refused.
    [[nodiscard]] bool isPlain() const { return m_plain; }

private:
    __user_cap_header_struct m_header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, 2> m_before{};
    bool m_plain = false;
};

}  // namespace elbo::tests
