// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/autocast.h"

#include <ATen/autocast_mode.h>

namespace elbo {

Autocast::Autocast(const c10::Device& device, Precision precision)
    : m_deviceType(device.type()),
      m_wasEnabled(at::autocast::is_autocast_enabled(m_deviceType)),
      m_oldType(at::autocast::get_autocast_dtype(m_deviceType))
{
    at::autocast::increment_nesting();
    at::autocast::set_autocast_enabled(m_deviceType, precision == Precision::BFloat16);
    at::autocast::set_autocast_dtype(m_deviceType, at::kBFloat16);
}

Autocast::~Autocast()
{
    at::autocast::set_autocast_enabled(m_deviceType, m_wasEnabled);
    at::autocast::set_autocast_dtype(m_deviceType, m_oldType);
    if (at::autocast::decrement_nesting() == 0) {
        at::autocast::clear_cache();
    }
}

}  // namespace elbo
