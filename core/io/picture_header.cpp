// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/io/images.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>

namespace elbo {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kMaximumPixels = 200'000'000;

/// Bytes of a picture file by offset; nothing beyond its end is ever read.
class Bytes {
public:
    explicit Bytes(const fs::path& file) : m_stream(file, std::ios::binary)
    {
        if (!m_stream)
            throw fileError(errno, "read", file.string());
    }

    /// Unsigned number of that many bytes; nothing at the end of the file.
    std::optional<std::uint32_t> number(std::uint64_t offset, int bytes, bool littleEndian)
    {
        std::array<char, 4> raw{};
        m_stream.clear();
        m_stream.seekg(static_cast<std::streamoff>(offset));
        if (!m_stream.read(raw.data(), bytes))
            return std::nullopt;
        std::uint32_t value = 0;
        for (int i = 0; i < bytes; ++i) {
            const auto byte =
                static_cast<std::uint8_t>(raw[static_cast<std::size_t>(littleEndian ? bytes - 1 - i : i)]);
            value = (value << 8U) | byte;
        }
        return value;
    }

    std::string text(std::uint64_t offset, std::size_t length)
    {
        std::string bytes(length, '\0');
        m_stream.clear();
        m_stream.seekg(static_cast<std::streamoff>(offset));
        m_stream.read(bytes.data(), static_cast<std::streamsize>(length));
        bytes.resize(static_cast<std::size_t>(m_stream.gcount()));
        return bytes;
    }

private:
    std::ifstream m_stream;
};

struct Sides {
    std::int64_t width = 0;
    std::int64_t height = 0;
};

std::optional<Sides> sidesAt(Bytes& bytes, std::uint64_t width, std::uint64_t height, int length,
                             bool littleEndian)
{
    const auto w = bytes.number(width, length, littleEndian);
    const auto h = bytes.number(height, length, littleEndian);
    if (!w || !h)
        return std::nullopt;
    return Sides{*w, *h};
}

/// The frame header (SOF0 to SOF15) of a JPEG stream, found from segment to segment.
std::optional<Sides> jpegSides(Bytes& bytes)
{
    std::uint64_t at = 2;
    for (int segments = 0; segments < 10'000; ++segments) {
        const auto marker = bytes.number(at, 2, false);
        if (!marker || (*marker >> 8U) != 0xFFU)
            return std::nullopt;
        const auto kind = *marker & 0xFFU;
        if (kind == 0xFFU) {  // fill byte
            ++at;
            continue;
        }
        if (kind == 0x01U || (kind >= 0xD0U && kind <= 0xD8U)) {  // without a body
            at += 2;
            continue;
        }
        if (kind >= 0xC0U && kind <= 0xCFU && kind != 0xC4U && kind != 0xC8U && kind != 0xCCU)
            return sidesAt(bytes, at + 7, at + 5, 2, false);
        const auto length = bytes.number(at + 2, 2, false);
        if (!length || *length < 2 || kind == 0xDAU || kind == 0xD9U)
            return std::nullopt;
        at += 2 + *length;
    }
    return std::nullopt;
}

/// Tags 256 and 257 of a TIFF's first directory.
std::optional<Sides> tiffSides(Bytes& bytes, bool littleEndian)
{
    const auto directory = bytes.number(4, 4, littleEndian);
    const auto count = directory ? bytes.number(*directory, 2, littleEndian) : std::nullopt;
    if (!count)
        return std::nullopt;
    Sides sides;
    for (std::uint32_t i = 0; i < *count; ++i) {
        const std::uint64_t entry = std::uint64_t{*directory} + 2 + 12ULL * i;
        const auto tag = bytes.number(entry, 2, littleEndian);
        const auto type = bytes.number(entry + 2, 2, littleEndian);
        if (!tag || !type)
            return std::nullopt;
        if (*tag != 256 && *tag != 257)
            continue;
        const auto value = bytes.number(entry + 8, *type == 3 ? 2 : 4, littleEndian);
        if (!value)
            return std::nullopt;
        (*tag == 256 ? sides.width : sides.height) = *value;
    }
    return sides;
}

std::optional<Sides> webpSides(Bytes& bytes)
{
    const auto kind = bytes.text(12, 4);
    if (kind == "VP8X") {
        auto sides = sidesAt(bytes, 24, 27, 3, true);
        if (sides)
            sides = Sides{sides->width + 1, sides->height + 1};
        return sides;
    }
    if (kind == "VP8L") {
        const auto packed = bytes.number(21, 4, true);
        if (!packed)
            return std::nullopt;
        return Sides{(*packed & 0x3FFFU) + 1, ((*packed >> 14U) & 0x3FFFU) + 1};
    }
    auto sides = sidesAt(bytes, 26, 28, 2, true);
    if (sides)
        sides = Sides{sides->width & 0x3FFF, sides->height & 0x3FFF};
    return sides;
}

/// Width and height of a PGM or PPM: the first two numbers after its mark.
std::optional<Sides> pnmSides(Bytes& bytes)
{
    const auto text = bytes.text(0, 512);
    std::array<std::int64_t, 2> numbers{};
    std::size_t found = 0;
    for (std::size_t i = 2; i < text.size() && found < 2; ++i) {
        if (text[i] == '#') {
            while (i < text.size() && text[i] != '\n')
                ++i;
        } else if (text[i] >= '0' && text[i] <= '9') {
            for (; i < text.size() && text[i] >= '0' && text[i] <= '9' && numbers[found] < kMaximumPixels;
                 ++i)
                numbers[found] = numbers[found] * 10 + (text[i] - '0');
            ++found;
        }
    }
    if (found < 2)
        return std::nullopt;
    return Sides{numbers[0], numbers[1]};
}

struct Found {
    std::string format;
    std::optional<Sides> sides;
};

Found identify(Bytes& bytes)
{
    using namespace std::string_view_literals;
    const auto start = bytes.text(0, 12);
    if (start.starts_with("\x89PNG\r\n\x1a\n"sv))
        return {"png", bytes.text(12, 4) == "IHDR" ? sidesAt(bytes, 16, 20, 4, false) : std::nullopt};
    if (start.starts_with("\xFF\xD8\xFF"sv))
        return {"jpeg", jpegSides(bytes)};
    if (start.starts_with("BM"sv)) {
        auto sides = sidesAt(bytes, 18, 22, 4, true);
        if (sides && sides->height > INT32_MAX)  // negative: stored from above
            sides->height = (std::int64_t{1} << 32) - sides->height;
        return {"bmp", sides};
    }
    if (start.starts_with("II*\0"sv) || start.starts_with("MM\0*"sv))
        return {"tiff", tiffSides(bytes, start[0] == 'I')};
    if (start.starts_with("RIFF"sv) && bytes.text(8, 4) == "WEBP")
        return {"webp", webpSides(bytes)};
    if (start.size() > 2 && start[0] == 'P' && start[1] >= '2' && start[1] <= '6' && start[1] != '4')
        return {"pnm", pnmSides(bytes)};
    return {};
}

}  // namespace

PictureHeader readPictureHeader(const fs::path& file)
{
    std::error_code failed;
    if (fs::is_directory(file, failed))
        throw Error(ErrorCode::BadFile, file.string() + " is a folder, not a picture: give a file.");
    Bytes bytes(file);
    if (bytes.text(0, 1).empty())
        throw Error(ErrorCode::BadFile, file.string() + " is empty: copy it again.");
    const auto [format, sides] = identify(bytes);
    if (format.empty())
        throw Error(ErrorCode::BadFile,
                    file.string() + " is no picture this program reads: use PNG, JPEG, TIFF, BMP or WebP.");
    if (!sides || sides->width <= 0 || sides->height <= 0)
        throw Error(ErrorCode::BadFile,
                    file.string() + " is damaged or cut short: its header holds no sides; copy it again.");
    // Each side first, so that the product cannot overflow.
    if (sides->width > kMaximumPixels || sides->height > kMaximumPixels ||
        sides->width * sides->height > kMaximumPixels) {
        throw Error(ErrorCode::BadFile, file.string() + " is " + std::to_string(sides->width) + "x" +
                                            std::to_string(sides->height) +
                                            ", above the limit of 200 megapixels: make it smaller.");
    }
    return {static_cast<int>(sides->width), static_cast<int>(sides->height), format};
}

}  // namespace elbo
