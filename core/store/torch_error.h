// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <string>

namespace elbo {

/// The error of every damaged PyTorch file: one sentence around `reason`.
[[nodiscard]] Error torchFileError(const std::string& path, const std::string& reason,
                                   std::string detail = {});
/// The error of a PyTorch file that holds what is no tensor, or a kind of tensor that is not read.
/// @param what  "it asks to run \"posix.system\"" and the like
[[nodiscard]] Error torchRefusal(const std::string& path, const std::string& what);

}  // namespace elbo
