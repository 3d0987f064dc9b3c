// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/image8.h"
#include "core/data/image_source.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace elbo {

/// A picture file's sides and kind, from its header alone (no decoding).
struct PictureHeader {
    int width = 0;
    int height = 0;
    std::string format;  ///< "png", "jpeg", ...
};
/// @throws Error(BadFile) for a file that is no picture OpenCV reads, or above 200 megapixels
[[nodiscard]] PictureHeader readPictureHeader(const std::filesystem::path& file);

/// Colour as uint8 [3,H,W] RGB ([1,H,W] when the file is grey and keepGrey): EXIF orientation applied, alpha
/// dropped onto black, 16 bits scaled. The header is checked first.
[[nodiscard]] at::Tensor readColor(const std::filesystem::path& file, bool keepGrey = false);
/// Depth as float32 [H,W]: 8-bit and 16-bit PNG, float TIFF; turned as EXIF tells, like its colour. Divided
/// by depthScale (units a metre) when given; 65535 of a 16-bit file, 0, NaN, infinite and negative become 0
/// (hole).
/// `metric` tells whether values are metres (8-bit without a scale is relative).
struct DepthPicture {
    at::Tensor depth;
    bool metric = false;
};
[[nodiscard]] DepthPicture readDepth(const std::filesystem::path& file, std::optional<double> depthScale);

/// The depth file that belongs to a colour file by the names of rgbd-folder (N.jpg+N.png, rgb/+depth/,
/// rgb_N+sync_depth_N, N.color+N.depth); nothing when there is none.
[[nodiscard]] std::optional<std::filesystem::path> findDepthBeside(const std::filesystem::path& color);

/// JPEG of quality 92, for pictures to look at.
void writeJpeg(const std::filesystem::path& file, const Image8& image);
void writePng(const std::filesystem::path& file, const Image8& image);
/// 16-bit PNG; [H,W] values already scaled (mm, or relative 0..65535), rounded and clamped, NaN = 0.
void writePng16(const std::filesystem::path& file, const ImageF& values);
/// PNG bytes to show or to copy.
[[nodiscard]] std::vector<std::uint8_t> encodePng(const Image8& image);

}  // namespace elbo
