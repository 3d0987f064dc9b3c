// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/npy.h"

#include "core/base/error.h"

#include <c10/util/Half.h>

#include <bit>
#include <charconv>
#include <cstdint>
#include <optional>
#include <regex>
#include <string_view>

namespace elbo {

namespace {

constexpr std::string_view kMagic{"\x93NUMPY", 6};
constexpr std::size_t kHeaderMultiple = 64;
constexpr std::size_t kLongestHeader = 1 << 16;
constexpr std::uint64_t kMostValues = 200'000'000;
constexpr std::uint64_t kLargestFile = kMostValues * 8 + kLongestHeader;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& why)
{
    throw Error(ErrorCode::BadFile, file.string() + " is no array of depth: " + why +
                                        "; save a two-dimensional array with numpy.save.");
}

struct Layout {
    char kind = 'f';
    std::size_t bytes = 4;
    bool little = true;
    std::uint64_t height = 0, width = 0;
};

std::uint64_t littleEndian(std::string_view bytes)
{
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
        value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
    return value;
}

/// The header is a dictionary as Python writes it; what numpy.save makes of one is all that is understood.
Layout layoutOf(const std::filesystem::path& file, const std::string& header)
{
    static const std::regex kDescr("'descr': *'([<>|=])([fiu])([1248])'");
    static const std::regex kOrder("'fortran_order': *(True|False)");
    static const std::regex kShape(R"('shape': *\( *(\d{1,9}) *, *(\d{1,9}) *,? *\))");
    std::smatch descr, order, shape;
    if (!std::regex_search(header, descr, kDescr))
        fail(file, "its type of numbers is not one that is read here");
    if (!std::regex_search(header, order, kOrder) || order[1] == "True")
        fail(file, "its columns come first");
    if (!std::regex_search(header, shape, kShape))
        fail(file, "it has not two dimensions");
    Layout layout;
    layout.little = descr[1] != ">";
    layout.kind = *descr[2].first;
    layout.bytes = static_cast<std::size_t>(*descr[3].first - '0');
    if (layout.kind == 'f' ? layout.bytes == 1 : layout.bytes == 8)
        fail(file, "its type of numbers is not one that is read here");
    layout.height = std::stoull(shape[1]);
    layout.width = std::stoull(shape[2]);
    if (layout.height == 0 || layout.width == 0 || layout.height > kMostValues / layout.width)
        fail(file, "its shape is empty or above 200 million values");
    return layout;
}

float valueOf(const Layout& layout, std::string_view bytes)
{
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < layout.bytes; ++i)
        bits = bits << 8 | static_cast<std::uint8_t>(bytes[layout.little ? layout.bytes - 1 - i : i]);
    if (layout.kind == 'u')
        return static_cast<float>(bits);
    if (layout.kind == 'i') {
        const auto shift = 64 - 8 * layout.bytes;
        return static_cast<float>(static_cast<std::int64_t>(bits << shift) >> shift);
    }
    if (layout.bytes == 2)
        return c10::Half(static_cast<std::uint16_t>(bits), c10::Half::from_bits());
    if (layout.bytes == 4)
        return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    return static_cast<float>(std::bit_cast<double>(bits));
}

}  // namespace

void writeNpy(const std::filesystem::path& file, const ImageF& values, const WriteObserver& observer)
{
    static_assert(std::endian::native == std::endian::little, "values are written as they lie in memory");
    std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" +
                         std::to_string(values.height) + ", " + std::to_string(values.width) + "), }";
    constexpr std::size_t kBefore = 10;  // magic, version, length
    header.append(kHeaderMultiple - (kBefore + header.size() + 1) % kHeaderMultiple, ' ');
    header += '\n';
    std::string begin(kMagic);
    begin += '\x01';
    begin += '\0';
    begin += static_cast<char>(header.size() & 0xff);
    begin += static_cast<char>(header.size() >> 8);
    AtomicFile out(file, observer);
    out.write(begin + header);
    out.write(std::as_bytes(std::span(values.values)));
    out.commit();
}

ImageF readNpy(const std::filesystem::path& file)
{
    const auto text = readTextFile(file, kLargestFile);
    const std::string_view bytes(text);
    if (!bytes.starts_with(kMagic) || bytes.size() < 12)
        fail(file, "it does not begin as such files do");
    const auto major = static_cast<std::uint8_t>(bytes[6]);
    const std::size_t lengthBytes = major == 1 ? 2 : 4;
    if (major < 1 || major > 3)
        fail(file, "its version is not known");
    const auto length = littleEndian(bytes.substr(8, lengthBytes));
    const auto begin = 8 + lengthBytes;
    if (length > kLongestHeader || begin + length > bytes.size())
        fail(file, "its header is cut");
    const auto layout = layoutOf(file, std::string(bytes.substr(begin, length)));
    const auto data = bytes.substr(begin + length);
    if (data.size() != layout.height * layout.width * layout.bytes)
        fail(file, "it holds more or less than its shape tells");
    ImageF image{static_cast<int>(layout.width), static_cast<int>(layout.height), {}};
    image.values.reserve(layout.width * layout.height);
    for (std::size_t at = 0; at < data.size(); at += layout.bytes)
        image.values.push_back(valueOf(layout, data.substr(at, layout.bytes)));
    return image;
}

}  // namespace elbo
