// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/idx.h"

#include "core/base/error.h"

#include <ATen/Functions.h>

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

namespace elbo {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kMaximumBytes = 400'000'000;  ///< the helper may hold 700 MB
constexpr std::int64_t kBestRatio = 1032;            ///< deflate makes nothing smaller than by this factor

[[noreturn]] void fail(const fs::path& file, const std::string& what)
{
    throw Error(ErrorCode::BadFile, file.string() + " " + what + ": download it again.");
}

using GzFile = std::unique_ptr<gzFile_s, decltype([](gzFile file) { gzclose(file); })>;

/// Reads up to that many bytes; fewer at the end of the file.
std::int64_t readUpTo(const fs::path& file, gzFile stream, std::uint8_t* to, std::int64_t bytes)
{
    std::int64_t done = 0;
    while (done < bytes) {
        const auto piece = static_cast<unsigned>(std::min<std::int64_t>(bytes - done, 1 << 20));
        const int got = gzread(stream, to + done, piece);
        if (got < 0)
            fail(file, "is damaged or cut short");
        if (got == 0)
            break;
        done += got;
    }
    return done;
}

std::uint32_t bigEndian(const std::uint8_t* bytes)
{
    return (std::uint32_t{bytes[0]} << 24U) | (std::uint32_t{bytes[1]} << 16U) |
           (std::uint32_t{bytes[2]} << 8U) | bytes[3];
}

}  // namespace

at::Tensor readIdx(const fs::path& file, int dimensions)
{
    std::error_code failed;
    const auto stored = static_cast<std::int64_t>(fs::file_size(file, failed));
    if (failed)
        throw fileError(failed.value(), "read", file.string());
    if (stored == 0)
        fail(file, "is empty");
    errno = 0;
    const GzFile stream(gzopen(file.c_str(), "rb"));
    if (!stream)
        throw fileError(errno, "read", file.string());
    std::array<std::uint8_t, 16> header{};
    const std::int64_t headerBytes = 4 + 4 * dimensions;
    if (readUpTo(file, stream.get(), header.data(), headerBytes) < headerBytes)
        fail(file, "is cut short");
    if (bigEndian(header.data()) != 0x00000800U + static_cast<std::uint32_t>(dimensions))
        fail(file, std::string("is no IDX file of ") + (dimensions == 1 ? "labels" : "images"));
    std::vector<std::int64_t> sizes;
    std::int64_t total = 1;
    for (int i = 0; i < dimensions; ++i) {
        sizes.push_back(bigEndian(header.data() + 4 + 4 * i));
        if (sizes.back() == 0 || sizes.back() > kMaximumBytes / total)
            fail(file, "says it holds " +
                           std::string(sizes.back() == 0 ? "nothing" : "more than this program reads"));
        total *= sizes.back();
    }
    const bool plain = gzdirect(stream.get()) == 1;
    if (plain ? stored < headerBytes + total : stored < total / kBestRatio)
        fail(file, "is cut short");
    auto values = at::empty(sizes, at::kByte);
    if (readUpTo(file, stream.get(), values.data_ptr<std::uint8_t>(), total) < total)
        fail(file, "is cut short");
    std::uint8_t more = 0;
    if (readUpTo(file, stream.get(), &more, 1) != 0)
        fail(file, "holds more bytes than its header says");
    int state = Z_OK;  // of a packed file whose values are whole but not the checksum behind them
    (void)gzerror(stream.get(), &state);
    if (state != Z_OK)
        fail(file, "is cut short");
    return values;
}

}  // namespace elbo
