// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>

namespace elbo {

/// An IDX file of bytes (LeCun's format of MNIST), plain or .gz, read whole. Magic number, sizes, truncation
/// and trailing bytes are checked, the sizes before anything is allocated.
/// @param dimensions 1 for labels, 3 for images  @return uint8 of that many dimensions
/// @throws Error(BadFile, NotFound, NoPermission)
[[nodiscard]] at::Tensor readIdx(const std::filesystem::path& file, int dimensions);

}  // namespace elbo
