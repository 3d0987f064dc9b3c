// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/images.h"

#include <filesystem>
#include <string_view>

namespace elbo {

/// What the bytes of a picture file tell before it is decoded. Decoders make up the missing part of a picture
/// (libjpeg), or print lines of their own before they give up (libpng, OpenCV).
/// @throws Error(BadFile) for a JPEG, PNG, BMP, PGM or PPM that is cut short, and for a PNG whose checksums
/// do not fit
void checkWhole(const std::filesystem::path& file, const PictureHeader& header, std::string_view bytes);

/// EXIF's orientation of a JPEG, PNG or WebP file, 1 to 8; 1 (upright) when it says none, and for TIFF, which
/// OpenCV turns itself.
[[nodiscard]] int exifOrientation(const PictureHeader& header, std::string_view bytes);

/// Whether OpenCV gives the colours of such a file, when it has alpha, already multiplied by it: TIFF.
/// @param bits  a channel of the decoded picture
[[nodiscard]] bool hasColorOnBlack(const PictureHeader& header, std::string_view bytes, int bits);

}  // namespace elbo
