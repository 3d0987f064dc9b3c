// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace elbo {

/// Version of the OpenCV that reads images in this process, for example "4.6.0"; recorded beside prepared
/// data.
[[nodiscard]] std::string openCvVersion();

}  // namespace elbo
