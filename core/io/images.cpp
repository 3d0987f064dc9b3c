// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/images.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/io/pair_names.h"
#include "core/io/picture_bytes.h"

#include <ATen/Functions.h>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>
#include <span>
#include <system_error>

namespace elbo {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMaximumFile = std::uint64_t{1} << 30;

[[noreturn]] void failDecoding(const fs::path& file, const std::string& detail)
{
    throw Error(
        ErrorCode::BadFile,
        file.string() + " cannot be decoded: it is damaged or cut short; save it anew from its source.",
        detail);
}

/// The picture as a viewer shows it. @param orientation as EXIF counts: 1 upright, 2 to 4 flipped or upside
/// down, 5 to 8 lying on a side
cv::Mat turned(const cv::Mat& image, int orientation)
{
    cv::Mat result = image;
    if (orientation >= 5)
        cv::transpose(image, result);
    // What is left to do: nothing, or a flip about the horizontal (0), the vertical (1) or both axes (-1).
    constexpr std::array<std::optional<int>, 9> kFlips{
        std::nullopt, std::nullopt, 1, -1, 0, std::nullopt, 1, -1, 0};
    if (const auto flip = kFlips.at(static_cast<std::size_t>(orientation)))
        cv::flip(result, result, *flip);
    return result;
}

struct Decoded {
    cv::Mat image;
    bool onBlack = false;  ///< colours are multiplied by alpha, where there is one
};

/// All channels and bits of the file, turned upright.
Decoded decode(const fs::path& file)
{
    const auto header = readPictureHeader(file);
    const auto bytes = readTextFile(file, kMaximumFile);
    checkWhole(file, header, bytes);
    try {
        const cv::Mat raw(1, static_cast<int>(bytes.size()), CV_8U,
                          const_cast<char*>(bytes.data()));  // NOLINT: only read
        // Without this flag OpenCV drops alpha, with it EXIF's orientation of all but TIFF.
        const cv::Mat image = cv::imdecode(raw, cv::IMREAD_UNCHANGED);
        if (image.empty())
            failDecoding(file, "imdecode gave nothing");
        return {turned(image, exifOrientation(header, bytes)),
                hasColorOnBlack(header, bytes, image.depth() == CV_8U ? 8 : 16)};
    } catch (const cv::Exception& error) {
        if (error.code == cv::Error::StsNoMem)
            throw Error(ErrorCode::OutOfMemory,
                        file.string() + " needs more memory than there is: use a smaller picture.",
                        error.what());
        failDecoding(file, error.what());
    }
}

/// 8 bits a channel; 16 bits are scaled.
cv::Mat toBytes(const fs::path& file, const cv::Mat& image)
{
    if (image.depth() == CV_8U)
        return image;
    if (image.depth() != CV_16U)
        throw Error(ErrorCode::BadFile,
                    file.string() + " is no colour picture of 8 or 16 bits: convert it to PNG or JPEG.");
    cv::Mat bytes;
    image.convertTo(bytes, CV_8U, 255.0 / 65535.0);
    return bytes;
}

/// Alpha onto black, then without it.
cv::Mat withoutAlpha(const cv::Mat& image, bool onBlack)
{
    if (image.channels() != 4)
        return image;
    if (onBlack) {
        cv::Mat color;
        cv::cvtColor(image, color, cv::COLOR_BGRA2BGR);
        return color;
    }
    cv::Mat color(image.rows, image.cols, CV_8UC3);
    for (int y = 0; y < image.rows; ++y) {
        const auto* from = image.ptr<std::uint8_t>(y);
        auto* to = color.ptr<std::uint8_t>(y);
        for (int x = 0; x < image.cols; ++x) {
            for (int c = 0; c < 3; ++c)
                to[3 * x + c] = static_cast<std::uint8_t>((from[4 * x + c] * from[4 * x + 3] + 127) / 255);
        }
    }
    return color;
}

cv::Mat matOf(const Image8& image)
{
    const cv::Mat view(image.height, image.width, image.channels == 1 ? CV_8UC1 : CV_8UC3,
                       const_cast<std::uint8_t*>(image.pixels.data()));  // NOLINT: only read
    cv::Mat result;
    if (image.channels == 1)
        result = view.clone();
    else
        cv::cvtColor(view, result, cv::COLOR_RGB2BGR);
    return result;
}

std::vector<std::uint8_t> pngOf(const cv::Mat& image)
{
    std::vector<std::uint8_t> bytes;
    if (image.empty() || !cv::imencode(".png", image, bytes))
        throw Error(ErrorCode::Internal, "A picture could not be encoded as PNG: report this.");
    return bytes;
}

void writeBytes(const fs::path& file, const std::vector<std::uint8_t>& bytes)
{
    AtomicFile out(file);
    out.write(std::as_bytes(std::span(bytes)));
    out.commit();
}

}  // namespace

at::Tensor readColor(const fs::path& file, bool keepGrey)
{
    const auto decoded = decode(file);
    const auto image = withoutAlpha(toBytes(file, decoded.image), decoded.onBlack);
    if (image.channels() == 1) {
        auto grey = at::empty({1, image.rows, image.cols}, at::kByte);
        for (int y = 0; y < image.rows; ++y)
            std::memcpy(grey.data_ptr<std::uint8_t>() + static_cast<std::ptrdiff_t>(y) * image.cols,
                        image.ptr(y), static_cast<std::size_t>(image.cols));
        return keepGrey ? grey : grey.repeat({3, 1, 1});
    }
    if (image.channels() != 3)
        failDecoding(file, std::to_string(image.channels()) + " channels");
    cv::Mat rgb;
    cv::cvtColor(image, rgb, cv::COLOR_BGR2RGB);
    return at::from_blob(rgb.data, {rgb.rows, rgb.cols, 3}, at::kByte).permute({2, 0, 1}).contiguous();
}

DepthPicture readDepth(const fs::path& file, std::optional<double> depthScale)
{
    const auto image = decode(file).image;
    if (image.channels() != 1)
        throw Error(
            ErrorCode::BadFile,
            file.string() + " has " + std::to_string(image.channels()) +
                " channels, but a depth image has one: give the depth itself, not a coloured picture of it.");
    cv::Mat values;
    image.convertTo(values, CV_32F);
    if (image.depth() == CV_16U)
        values.setTo(0.0F, image == 65535);
    DepthPicture result;
    result.metric = image.depth() != CV_8U || depthScale.has_value();
    const double scale = depthScale.value_or(image.depth() == CV_16U ? 1000.0 : 1.0);
    result.depth = at::empty({values.rows, values.cols}, at::kFloat);
    auto* to = result.depth.data_ptr<float>();
    for (int y = 0; y < values.rows; ++y) {
        const auto* from = values.ptr<float>(y);
        for (int x = 0; x < values.cols; ++x) {
            const bool valid = std::isfinite(from[x]) && from[x] > 0.0F;
            *to++ = valid ? static_cast<float>(static_cast<double>(from[x]) / scale) : 0.0F;
        }
    }
    return result;
}

std::optional<fs::path> findDepthBeside(const fs::path& color)
{
    for (const auto& candidate : depthCandidates(color)) {
        std::error_code ignored;  // a folder that cannot be listed has no depth to offer
        if (candidate != color && fs::is_regular_file(candidate, ignored))
            return candidate;
    }
    return std::nullopt;
}

void writeJpeg(const fs::path& file, const Image8& image)
{
    constexpr int kQuality = 92;
    std::vector<std::uint8_t> bytes;
    if (!cv::imencode(".jpg", matOf(image), bytes, {cv::IMWRITE_JPEG_QUALITY, kQuality}))
        throw Error(ErrorCode::Internal, file.string() + " cannot be encoded as a JPEG.");
    writeBytes(file, bytes);
}

void writePng(const fs::path& file, const Image8& image)
{
    writeBytes(file, encodePng(image));
}

void writePng16(const fs::path& file, const ImageF& values)
{
    cv::Mat image(values.height, values.width, CV_16U);
    for (int y = 0; y < values.height; ++y) {
        for (int x = 0; x < values.width; ++x) {
            const float value =
                values.values[static_cast<std::size_t>(y) * static_cast<std::size_t>(values.width) +
                              static_cast<std::size_t>(x)];
            image.at<std::uint16_t>(y, x) =
                std::isnan(value)
                    ? std::uint16_t{0}
                    : static_cast<std::uint16_t>(std::lround(std::clamp(value, 0.0F, 65535.0F)));
        }
    }
    writeBytes(file, pngOf(image));
}

std::vector<std::uint8_t> encodePng(const Image8& image)
{
    return pngOf(matOf(image));
}

}  // namespace elbo
