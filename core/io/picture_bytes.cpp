// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/picture_bytes.h"

#include "core/base/error.h"

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace elbo {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kPngSignature = 8;
constexpr std::size_t kPngAround = 12;  ///< length, type and checksum of a chunk
constexpr std::size_t kRiffHeader = 12;
constexpr std::uint32_t kOrientationTag = 274;
constexpr std::uint32_t kExtraSamplesTag = 338;  ///< of TIFF
constexpr std::uint32_t kAssociatedAlpha = 1;

/// Unsigned number of 1 to 4 bytes; nothing where it would reach beyond the end.
std::optional<std::uint32_t> number(std::string_view bytes, std::size_t at, int length, bool littleEndian)
{
    if (at > bytes.size() || bytes.size() - at < static_cast<std::size_t>(length))
        return std::nullopt;
    std::uint32_t value = 0;
    for (int i = 0; i < length; ++i) {
        const auto place = at + static_cast<std::size_t>(littleEndian ? length - 1 - i : i);
        value = (value << 8U) | static_cast<std::uint8_t>(bytes[place]);
    }
    return value;
}

[[noreturn]] void failCut(const std::filesystem::path& file, const char* kind)
{
    throw Error(ErrorCode::BadFile, file.string() + " is cut short: the end of the " + kind +
                                        " picture is missing; copy it again.");
}

struct Chunk {
    std::string_view type;
    std::string_view data;
    std::uint32_t checksum = 0;
    std::size_t next = 0;
};

/// The chunk of a PNG that begins there; nothing when the file ends within it.
std::optional<Chunk> pngChunk(std::string_view bytes, std::size_t at)
{
    const auto length = number(bytes, at, 4, false);
    if (!length || bytes.size() - at < kPngAround || bytes.size() - at - kPngAround < *length)
        return std::nullopt;
    const auto end = at + 8 + *length;
    return Chunk{bytes.substr(at + 4, 4), bytes.substr(at + 8, *length), *number(bytes, end, 4, false),
                 end + 4};
}

void checkPng(const std::filesystem::path& file, std::string_view bytes)
{
    for (std::size_t at = kPngSignature;;) {
        const auto chunk = pngChunk(bytes, at);
        if (!chunk)
            failCut(file, "PNG");
        const auto* covered = reinterpret_cast<const Bytef*>(chunk->type.data());
        const bool needed = (static_cast<unsigned char>(chunk->type[0]) & 0x20U) == 0;  // a capital letter
        if (needed && crc32(0, covered, static_cast<uInt>(4 + chunk->data.size())) != chunk->checksum)
            throw Error(
                ErrorCode::BadFile,
                file.string() + " is damaged: a part of it does not fit its checksum; copy it again.");
        if (chunk->type == "IEND")
            return;
        at = chunk->next;
    }
}

void checkJpeg(const std::filesystem::path& file, std::string_view bytes)
{
    const auto end = bytes.rfind("\xFF\xD9"sv);
    const auto scan = bytes.rfind("\xFF\xDA"sv);
    if (end == std::string_view::npos || scan == std::string_view::npos || end < scan)
        failCut(file, "JPEG");
}

/// Rows without compression reach from the offset in the header to the end; other kinds are left to OpenCV.
void checkBmp(const std::filesystem::path& file, const PictureHeader& header, std::string_view bytes)
{
    const auto begin = number(bytes, 10, 4, true);
    const auto bits = number(bytes, 28, 2, true);
    const auto compression = number(bytes, 30, 4, true);
    if (!begin || !bits || !compression)
        failCut(file, "BMP");
    const auto row = (static_cast<std::uint64_t>(header.width) * *bits + 31) / 32 * 4;
    if ((*compression == 0 || *compression == 3) &&
        bytes.size() < *begin + row * static_cast<std::uint64_t>(header.height))
        failCut(file, "BMP");
}

/// Binary PGM (P5) and PPM (P6): three numbers among blanks and comments, one blank, then the values.
void checkPnm(const std::filesystem::path& file, const PictureHeader& header, std::string_view bytes)
{
    if (bytes[1] != '5' && bytes[1] != '6')
        return;
    std::size_t at = 2;
    std::uint64_t largest = 0;
    for (int i = 0; i < 3; ++i) {
        while (at < bytes.size() && (bytes[at] < '0' || bytes[at] > '9'))
            at = bytes[at] == '#' ? std::min(bytes.find('\n', at), bytes.size()) : at + 1;
        for (largest = 0; at < bytes.size() && bytes[at] >= '0' && bytes[at] <= '9'; ++at)
            largest =
                std::min<std::uint64_t>(largest * 10 + static_cast<std::uint64_t>(bytes[at] - '0'), 65536);
    }
    const auto values = static_cast<std::uint64_t>(header.width) * static_cast<std::uint64_t>(header.height) *
                        (bytes[1] == '6' ? 3U : 1U);
    if (bytes.size() < at + 1 + values * (largest > 255 ? 2U : 1U))
        failCut(file, "PNM");
}

std::string_view jpegExif(std::string_view bytes)
{
    constexpr auto kMark = "Exif\0\0"sv;
    for (std::size_t at = 2;;) {
        const auto marker = number(bytes, at, 2, false);
        const auto length = number(bytes, at + 2, 2, false);
        if (!marker || !length || (*marker >> 8U) != 0xFFU || *marker == 0xFFDAU || *length < 2)
            return {};  // the picture itself begins, or this is no segment
        const auto body = bytes.substr(std::min(at + 4, bytes.size()), *length - 2);
        if (*marker == 0xFFE1U && body.starts_with(kMark))
            return body.substr(kMark.size());
        at += 2 + std::size_t{*length};
    }
}

std::string_view pngExif(std::string_view bytes)
{
    for (auto chunk = pngChunk(bytes, kPngSignature); chunk && chunk->type != "IEND";
         chunk = pngChunk(bytes, chunk->next)) {
        if (chunk->type == "eXIf")
            return chunk->data;
    }
    return {};
}

std::string_view webpExif(std::string_view bytes)
{
    for (std::size_t at = kRiffHeader;;) {
        const auto length = number(bytes, at + 4, 4, true);
        if (!length)
            return {};
        auto body = bytes.substr(std::min(at + 8, bytes.size()), *length);
        if (bytes.substr(at, 4) == "EXIF") {
            if (body.starts_with("Exif\0\0"sv))  // as some writers begin it, like in a JPEG
                body.remove_prefix(6);
            return body;
        }
        at += 8 + std::size_t{*length} + (*length & 1U);
    }
}

/// A whole number in the first directory of a TIFF, as which EXIF is laid out too.
std::optional<std::uint32_t> tiffTag(std::string_view bytes, std::uint32_t wanted)
{
    if (!bytes.starts_with("II*\0"sv) && !bytes.starts_with("MM\0*"sv))
        return std::nullopt;
    const bool littleEndian = bytes[0] == 'I';
    const auto directory = number(bytes, 4, 4, littleEndian);
    const auto count = directory ? number(bytes, *directory, 2, littleEndian) : std::nullopt;
    for (std::uint32_t i = 0; count && i < *count; ++i) {
        const auto entry = std::size_t{*directory} + 2 + std::size_t{12} * i;
        const auto tag = number(bytes, entry, 2, littleEndian);
        if (!tag)
            return std::nullopt;
        if (*tag == wanted)
            return number(bytes, entry + 8, 2, littleEndian);
    }
    return std::nullopt;
}

}  // namespace

void checkWhole(const std::filesystem::path& file, const PictureHeader& header, std::string_view bytes)
{
    if (header.format == "jpeg")
        checkJpeg(file, bytes);
    else if (header.format == "png")
        checkPng(file, bytes);
    else if (header.format == "bmp")
        checkBmp(file, header, bytes);
    else if (header.format == "pnm")
        checkPnm(file, header, bytes);
}

int exifOrientation(const PictureHeader& header, std::string_view bytes)
{
    std::string_view exif;
    if (header.format == "jpeg")
        exif = jpegExif(bytes);
    else if (header.format == "png")
        exif = pngExif(bytes);
    else if (header.format == "webp")
        exif = webpExif(bytes);
    const auto orientation = tiffTag(exif, kOrientationTag).value_or(1);
    return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
}

bool hasColorOnBlack(const PictureHeader& header, std::string_view bytes, int bits)
{
    // Pictures of 8 bits come through libtiff's TIFFReadRGBA, which multiplies what the file did not.
    return header.format == "tiff" &&
           (bits == 8 || tiffTag(bytes, kExtraSamplesTag).value_or(0) == kAssociatedAlpha);
}

}  // namespace elbo
