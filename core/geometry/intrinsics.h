// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace elbo {

/// A pinhole camera without distortion, in pixels of one size of its image; the centre of the first pixel is
/// (0, 0). x points right, y down, z away from the camera: X = (u - cx) Z / fx, Y = (v - cy) Z / fy.
struct Intrinsics {
    double fx = 0;
    double fy = 0;
    double cx = 0;
    double cy = 0;
    int width = 0;  ///< of the image that they belong to, in pixels
    int height = 0;
    bool guessed = false;  ///< nothing told them: lengths in the cloud are not to be trusted
    std::string source;    ///< "NYU Depth V2", "EXIF focal length", ...: for people
    bool operator==(const Intrinsics&) const = default;
};

/// @throws Error(BadSetting) for focal lengths that are not finite and above zero, a centre that is not
/// finite or more than an image's side outside the image, sides below 1
void check(const Intrinsics& intrinsics);

/// Of cameras that people have, each for its own size of image.
[[nodiscard]] const std::vector<Intrinsics>& intrinsicsPresets();
/// @param name  the `source` of a preset  @throws Error(BadSetting) for another name, with the nearest
[[nodiscard]] Intrinsics intrinsicsPreset(const std::string& name);

/// From a horizontal angle of view (degrees, above 0 and below 179), square pixels, centre in the middle.
/// @throws Error(BadSetting) outside
[[nodiscard]] Intrinsics intrinsicsOfView(double degrees, int width, int height);
/// From the focal length that a photograph's EXIF tells for film of 36 mm x 24 mm, whose diagonal is 43.27
/// mm.
/// @throws Error(BadSetting) unless it is finite and above zero
[[nodiscard]] Intrinsics intrinsicsOfFocalLength35(double millimetres, int width, int height);
/// What is taken where nothing tells: 60 degrees, marked as a guess.
[[nodiscard]] Intrinsics guessedIntrinsics(int width, int height);

/// After the image was resized to that size (each pixel covers a rectangle: centres move by half pixels).
[[nodiscard]] Intrinsics resized(const Intrinsics& intrinsics, int width, int height);
/// After that part of the image was cut out; `left` and `top` may be negative (padded).
[[nodiscard]] Intrinsics cropped(const Intrinsics& intrinsics, int left, int top, int width, int height);

}  // namespace elbo
