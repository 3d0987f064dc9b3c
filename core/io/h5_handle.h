// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <utility>

namespace elbo {

/// Owns an identifier of libhdf5 (hid_t, 64 bits since 1.10); its closer is part of its type.
template <auto Close>
class H5Handle {
public:
    explicit H5Handle(std::int64_t id = -1) noexcept : m_id(id) {}
    H5Handle(H5Handle&& other) noexcept : m_id(std::exchange(other.m_id, -1)) {}
    H5Handle& operator=(H5Handle&& other) noexcept
    {
        std::swap(m_id, other.m_id);
        return *this;
    }
    ~H5Handle()
    {
        if (m_id >= 0)
            Close(m_id);
    }
    H5Handle(const H5Handle&) = delete;
    H5Handle& operator=(const H5Handle&) = delete;
    [[nodiscard]] std::int64_t get() const noexcept { return m_id; }
    [[nodiscard]] bool isValid() const noexcept { return m_id >= 0; }

private:
    std::int64_t m_id;
};

}  // namespace elbo
