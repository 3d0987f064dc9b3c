// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/image8.h"

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace elbo {

/// Latent codes as STEM.csv (a line a code: z0,z1,... in a heading, then its numbers, which read back to the
/// same float32) and STEM.npy (float32 [N,K]). @return the files @throws Error
std::vector<std::filesystem::path> writeCodes(const std::filesystem::path& folder, const std::string& stem,
                                              const at::Tensor& z);
/// Numbers of one code as text: separated by commas, which read back to the same float32.
[[nodiscard]] std::string codeText(const at::Tensor& z);
/// The way back; spaces, tabs, semicolons and line ends separate too, brackets around are taken.
/// @param size  K @throws Error(BadSetting) for another number of numbers, and for what is no number
[[nodiscard]] at::Tensor codeFromText(std::string_view text, std::int64_t size);

/// Depth as a 16-bit PNG: millimetres when metric, else relative 0..65535. @throws Error
void writeDepthCodes(const std::filesystem::path& file, const ImageF& depth, bool metric);

}  // namespace elbo
