// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluation/reconstruct.h"

#include <filesystem>
#include <string>
#include <vector>

namespace elbo::cli {

/// FILE.png: truth above reconstruction, colour then depth. Anything else is a folder: NAME.color.png,
/// NAME.depth.png (uint16 mm, or relative 0..65535) and table.csv. @return the files written @throws Error
/// when one cannot be written
std::vector<std::filesystem::path> writeReconstructions(const std::vector<Reconstruction>& reconstructions,
                                                        const std::filesystem::path& out);

/// ".png" of "a.PNG".
[[nodiscard]] std::string endingOf(const std::filesystem::path& file);
/// Whether the ending is of pictures of another kind: a folder of such a name is not what was meant.
[[nodiscard]] bool isOfAnotherKind(const std::string& ending);
/// @throws Error when it cannot be made
void makeFolder(const std::filesystem::path& folder);

}  // namespace elbo::cli
