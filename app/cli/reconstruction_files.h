// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/reconstruct.h"

#include <filesystem>
#include <vector>

namespace elbo::cli {

/// FILE.png: truth above reconstruction, colour then depth. Anything else is a folder: NAME.color.png,
/// NAME.depth.png (uint16 mm, or relative 0..65535) and table.csv. @return the files written @throws Error
/// when one cannot be written
std::vector<std::filesystem::path> writeReconstructions(const std::vector<Reconstruction>& reconstructions,
                                                        const std::filesystem::path& out);

}  // namespace elbo::cli
