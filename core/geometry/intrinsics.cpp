// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/geometry/intrinsics.h"

#include "core/base/error.h"
#include "core/base/nearest_name.h"

#include <cmath>
#include <numbers>

namespace elbo {

namespace {

constexpr double kGuessedView = 60;

Intrinsics centred(double focal, int width, int height, bool guessed, std::string source)
{
    Intrinsics made{focal, focal,  (width - 1) / 2.0, (height - 1) / 2.0,
                    width, height, guessed,           std::move(source)};
    check(made);
    return made;
}

bool nearImage(double centre, int side)
{
    return std::isfinite(centre) && centre >= -side && centre <= 2.0 * side;
}

}  // namespace

void check(const Intrinsics& intrinsics)
{
    if (intrinsics.width < 1 || intrinsics.height < 1)
        throw Error(ErrorCode::BadSetting,
                    "The intrinsics belong to an image without pixels: give its width and height.");
    if (!std::isfinite(intrinsics.fx) || !std::isfinite(intrinsics.fy) || intrinsics.fx <= 0 ||
        intrinsics.fy <= 0)
        throw Error(ErrorCode::BadSetting,
                    "The focal lengths of the intrinsics must be above zero: give fx and fy in pixels.");
    if (!nearImage(intrinsics.cx, intrinsics.width) || !nearImage(intrinsics.cy, intrinsics.height))
        throw Error(
            ErrorCode::BadSetting,
            "The principal point of the intrinsics is far outside the image: give cx and cy in pixels.");
}

const std::vector<Intrinsics>& intrinsicsPresets()
{
    static const std::vector<Intrinsics> presets{
        {518.8579, 519.4696, 325.58, 253.74, 640, 480, false, "NYU Depth V2"},
        {585, 585, 320, 240, 640, 480, false, "7-Scenes depth camera"},
        {365, 365, 256, 212, 512, 424, false, "Kinect v2 depth camera"},
    };
    return presets;
}

Intrinsics intrinsicsPreset(const std::string& name)
{
    std::vector<std::string> known;
    for (const auto& preset : intrinsicsPresets()) {
        if (preset.source == name)
            return preset;
        known.push_back(preset.source);
    }
    throw Error(ErrorCode::BadSetting, "No camera is known as \"" + name + "\"" + nearestHint(name, known) +
                                           ": take one of " + listed(known) + ".");
}

Intrinsics intrinsicsOfView(double degrees, int width, int height)
{
    if (!(degrees > 0 && degrees < 179))
        throw Error(ErrorCode::BadSetting, "The angle of view must be above 0 and below 179 degrees.");
    const double focal = width / 2.0 / std::tan(degrees * std::numbers::pi / 360);
    return centred(focal, width, height, false, "angle of view");
}

Intrinsics intrinsicsOfFocalLength35(double millimetres, int width, int height)
{
    if (!std::isfinite(millimetres) || millimetres <= 0)
        throw Error(ErrorCode::BadSetting, "The focal length must be above zero millimetres.");
    const double focal = millimetres / std::hypot(36.0, 24.0) * std::hypot(width, height);
    return centred(focal, width, height, false, "EXIF focal length");
}

Intrinsics guessedIntrinsics(int width, int height)
{
    auto made = intrinsicsOfView(kGuessedView, width, height);
    made.guessed = true;
    made.source = "guess";
    return made;
}

Intrinsics resized(const Intrinsics& intrinsics, int width, int height)
{
    const double x = static_cast<double>(width) / intrinsics.width;
    const double y = static_cast<double>(height) / intrinsics.height;
    auto made = intrinsics;
    made.fx *= x;
    made.fy *= y;
    made.cx = (intrinsics.cx + 0.5) * x - 0.5;
    made.cy = (intrinsics.cy + 0.5) * y - 0.5;
    made.width = width;
    made.height = height;
    return made;
}

Intrinsics cropped(const Intrinsics& intrinsics, int left, int top, int width, int height)
{
    auto made = intrinsics;
    made.cx -= left;
    made.cy -= top;
    made.width = width;
    made.height = height;
    return made;
}

}  // namespace elbo
