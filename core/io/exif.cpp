// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/exif.h"

#include "core/base/error.h"
#include "core/data/data_fields.h"

#include <exiv2/exiv2.hpp>

#include <exception>
#include <mutex>
#include <system_error>

namespace elbo {

namespace {

constexpr const char* kFocal = "Exif.Photo.FocalLengthIn35mmFilm";
constexpr const char* kIntrinsicsFile = "camera-intrinsics.txt";

}  // namespace

std::optional<double> focalLength35(const std::filesystem::path& picture)
{
    static std::once_flag quiet;
    std::call_once(quiet, [] { Exiv2::LogMsg::setLevel(Exiv2::LogMsg::mute); });
    try {
        const auto image = Exiv2::ImageFactory::open(picture.string());
        image->readMetadata();
        const auto& exif = image->exifData();
        const auto found = exif.findKey(Exiv2::ExifKey(kFocal));
        if (found == exif.end() || found->count() == 0)
            return std::nullopt;
        const double millimetres = static_cast<double>(found->toFloat());
        return millimetres > 0 ? std::optional(millimetres) : std::nullopt;  // 0: the camera does not know
    } catch (const std::exception&) {
        return std::nullopt;  // no picture of a kind that has EXIF, or a damaged one: it tells nothing
    }
}

Intrinsics knownIntrinsics(const std::filesystem::path& picture, int width, int height)
{
    std::error_code ignored;  // a folder that cannot be looked at has no such file for us
    const auto file = picture.parent_path() / kIntrinsicsFile;
    if (std::filesystem::is_regular_file(file, ignored)) {
        const auto numbers = parseIntrinsics(file.string());
        Intrinsics told{numbers[0], numbers[1], numbers[2], numbers[3],
                        width,      height,     false,      kIntrinsicsFile};
        check(told);
        return told;
    }
    if (const auto focal = focalLength35(picture))
        return intrinsicsOfFocalLength35(*focal, width, height);
    return guessedIntrinsics(width, height);
}

}  // namespace elbo
