// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/device.h"

#include <ATen/core/ATen_fwd.h>
#include <c10/core/Device.h>
#include <c10/core/DispatchKeySet.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

namespace elbo {

/// While it lives, convolutions and matrix products on that kind of device compute in bf16
/// (Precision::BFloat16) or as their arguments are (Float32). Belongs to one thread; may be nested. Weights
/// cast to bf16 are kept until the outermost one ends, so make a new one for every step.
class Autocast {
public:
    Autocast(const c10::Device& device, Precision precision);
    ~Autocast();
    Autocast(const Autocast&) = delete;
    Autocast& operator=(const Autocast&) = delete;

private:
    c10::DeviceType m_deviceType;
    bool m_wasEnabled;
    at::ScalarType m_oldType;
};

/// While it lives, nothing is cast: for what must be computed in float32.
class WithoutAutocast {
public:
    WithoutAutocast() : m_guard(c10::autocast_dispatch_keyset) {}

private:
    c10::impl::ExcludeDispatchKeyGuard m_guard;
};

}  // namespace elbo
