// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/animation.h"

#include "core/base/atomic_file.h"
#include "core/base/error.h"

#include <gif_lib.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <system_error>

#include <unistd.h>

namespace elbo {

namespace {

constexpr int kColors = 256;
constexpr double kHundredths = 100;

void checkFrames(const std::vector<Image8>& frames, double framesPerSecond)
{
    if (frames.empty())
        throw Error(ErrorCode::BadSetting, "An animation has one picture at least: choose some.");
    for (const auto& frame : frames)
        if (frame.width != frames.front().width || frame.height != frames.front().height || frame.empty())
            throw Error(ErrorCode::BadSetting,
                        "The pictures of an animation have one size: choose pictures that are alike.");
    if (!(framesPerSecond >= 1 && framesPerSecond <= 50))
        throw Error(ErrorCode::BadSetting,
                    "An animation has 1 to 50 pictures a second: give another number.");
}

/// Value of one channel; grey stands for all three.
std::uint8_t valueAt(const Image8& frame, std::size_t pixel, int channel)
{
    return frame.channels == 1 ? frame.pixels[pixel]
                               : frame.pixels[pixel * 3 + static_cast<std::size_t>(channel)];
}

[[noreturn]] void failGif(const std::filesystem::path& file)
{
    throw Error(ErrorCode::BadFile, file.string() +
                                        " could not be written as a GIF: try fewer or smaller pictures, or "
                                        "an MP4.");
}

struct CloseGif {
    void operator()(GifFileType* gif) const { EGifCloseFile(gif, nullptr); }
};
struct FreeMap {
    void operator()(ColorMapObject* map) const { GifFreeMapObject(map); }
};

int writeBytes(GifFileType* gif, const GifByteType* bytes, int count)
{
    // Called from C: what the disk refuses is thrown later, when no C function stands between.
    auto& into = *static_cast<std::string*>(gif->UserData);
    into.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
    return count;
}

void addFrame(GifFileType& gif, const Image8& frame, int hundredths, const std::filesystem::path& file)
{
    const auto pixels = static_cast<std::size_t>(frame.width) * static_cast<std::size_t>(frame.height);
    std::array<std::vector<GifByteType>, 3> channels;
    for (int channel = 0; channel < 3; ++channel)
        for (std::size_t pixel = 0; pixel < pixels; ++pixel)
            channels.at(static_cast<std::size_t>(channel)).push_back(valueAt(frame, pixel, channel));
    const std::unique_ptr<ColorMapObject, FreeMap> map(GifMakeMapObject(kColors, nullptr));
    std::vector<GifByteType> places(pixels);
    int colors = kColors;
    if (map == nullptr ||
        GifQuantizeBuffer(static_cast<unsigned>(frame.width), static_cast<unsigned>(frame.height), &colors,
                          channels[0].data(), channels[1].data(), channels[2].data(), places.data(),
                          map->Colors) != GIF_OK)
        failGif(file);
    GraphicsControlBlock control{};
    control.DisposalMode = DISPOSE_DO_NOT;
    control.DelayTime = hundredths;
    control.TransparentColor = NO_TRANSPARENT_COLOR;
    std::array<GifByteType, 4> block{};
    EGifGCBToExtension(&control, block.data());
    if (EGifPutExtension(&gif, GRAPHICS_EXT_FUNC_CODE, static_cast<int>(block.size()), block.data()) !=
            GIF_OK ||
        EGifPutImageDesc(&gif, 0, 0, frame.width, frame.height, false, map.get()) != GIF_OK)
        failGif(file);
    for (int row = 0; row < frame.height; ++row)
        if (EGifPutLine(&gif, places.data() + static_cast<std::ptrdiff_t>(row) * frame.width, frame.width) !=
            GIF_OK)
            failGif(file);
}

void addLoop(GifFileType& gif, const std::filesystem::path& file)
{
    const std::string name = "NETSCAPE2.0";
    const std::array<GifByteType, 3> forever{1, 0, 0};
    if (EGifPutExtensionLeader(&gif, APPLICATION_EXT_FUNC_CODE) != GIF_OK ||
        EGifPutExtensionBlock(&gif, static_cast<int>(name.size()), name.data()) != GIF_OK ||
        EGifPutExtensionBlock(&gif, static_cast<int>(forever.size()), forever.data()) != GIF_OK ||
        EGifPutExtensionTrailer(&gif) != GIF_OK)
        failGif(file);
}

/// BGR with even sides.
cv::Mat videoFrame(const Image8& frame)
{
    cv::Mat image(frame.height, frame.width, CV_8UC3);
    auto* to = image.data;
    for (std::size_t pixel = 0; pixel < image.total(); ++pixel)
        for (int channel = 2; channel >= 0; --channel)
            *to++ = valueAt(frame, pixel, channel);
    cv::Mat even;
    cv::copyMakeBorder(image, even, 0, frame.height % 2, 0, frame.width % 2, cv::BORDER_REPLICATE);
    return even;
}

}  // namespace

void writeGif(const std::filesystem::path& file, const std::vector<Image8>& frames, double framesPerSecond)
{
    checkFrames(frames, framesPerSecond);
    const auto hundredths = static_cast<int>(std::lround(kHundredths / framesPerSecond));
    std::string bytes;
    {
        int error = 0;
        const std::unique_ptr<GifFileType, CloseGif> gif(EGifOpen(&bytes, writeBytes, &error));
        if (gif == nullptr)
            failGif(file);
        EGifSetGifVersion(gif.get(), true);
        if (EGifPutScreenDesc(gif.get(), frames.front().width, frames.front().height, 8, 0, nullptr) !=
            GIF_OK)
            failGif(file);
        addLoop(*gif, file);
        for (const auto& frame : frames)
            addFrame(*gif, frame, hundredths, file);
    }
    writeTextFile(file, bytes);
}

void writeMp4(const std::filesystem::path& file, const std::vector<Image8>& frames, double framesPerSecond)
{
    checkFrames(frames, framesPerSecond);
    auto part = file;
    part.replace_filename(file.filename().string() + ".part-" + std::to_string(::getpid()) + ".mp4");
    const auto first = videoFrame(frames.front());
    cv::VideoWriter video;
    for (const auto code :
         {cv::VideoWriter::fourcc('a', 'v', 'c', '1'), cv::VideoWriter::fourcc('m', 'p', '4', 'v')})
        if (!video.isOpened())
            video.open(part.string(), cv::CAP_FFMPEG, code, framesPerSecond, first.size());
    std::error_code ignored;
    if (!video.isOpened()) {
        std::filesystem::remove(part, ignored);
        AtomicFile probe(file);  // a folder that cannot be written to says so in its own words
        throw Error(ErrorCode::Unsupported,
                    "This machine's OpenCV writes no MP4: choose GIF, or a folder of pictures.");
    }
    for (const auto& frame : frames)
        video.write(videoFrame(frame));
    video.release();
    const auto bytes = std::filesystem::file_size(part, ignored);
    std::error_code problem;
    if (ignored || bytes == 0) {
        std::filesystem::remove(part, problem);
        throw Error(ErrorCode::DiskFull, file.string() +
                                             " could not be written: free some space on its disk, or choose "
                                             "another folder.");
    }
    std::filesystem::rename(part, file, problem);
    if (problem) {
        std::filesystem::remove(part, ignored);
        throw fileError(problem.value(), "write", file.string());
    }
}

}  // namespace elbo
