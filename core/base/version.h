// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace elbo {

/// Version of this program as written into run folders, for example "0.1.0".
[[nodiscard]] std::string_view programVersion();

/// Version of the LibTorch this program was built with, for example "2.13.0".
[[nodiscard]] std::string_view libTorchVersion();

}  // namespace elbo
