// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/image8.h"

#include <filesystem>
#include <vector>

namespace elbo {

/// An animated GIF that loops, each frame with 256 colours of its own. The file is replaced atomically.
/// @param frames  of one size, grey or RGB, at least one @param framesPerSecond  1 to 50, rounded to whole
/// hundredths of a second a frame
/// @throws Error(BadSetting) for no frames or frames of several sizes, and what writing throws
void writeGif(const std::filesystem::path& file, const std::vector<Image8>& frames, double framesPerSecond);

/// An MP4 of H.264 where this machine's OpenCV has it, else of MPEG-4 part 2; an odd side gets one more row
/// or column of its last pixels. @throws as writeGif; Error(Unsupported) where OpenCV can write no MP4
void writeMp4(const std::filesystem::path& file, const std::vector<Image8>& frames, double framesPerSecond);

}  // namespace elbo
