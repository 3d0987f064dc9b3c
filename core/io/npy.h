// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/atomic_file.h"
#include "core/base/image8.h"

#include <filesystem>

namespace elbo {

/// One image of real values as NumPy's .npy file: float32 [H,W], version 1.0, row by row; NaN stays NaN.
void writeNpy(const std::filesystem::path& file, const ImageF& values, const WriteObserver& observer = {});

/// Reads a .npy file of two dimensions: float16, float32, float64, unsigned and signed integers of 8 to 32
/// bits, either byte order, rows first. @throws Error(NotFound, NoPermission), Error(BadFile) for another
/// kind of file, other dimensions or types, columns first, a shape of more than 200 million values or other
/// than the file holds
[[nodiscard]] ImageF readNpy(const std::filesystem::path& file);

}  // namespace elbo
