// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/frame_source.h"

#include "core/base/error.h"

#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>
#include <fstream>
#include <system_error>

namespace elbo {

namespace fs = std::filesystem;

namespace {

constexpr double kMaximumPixels = 200e6;
constexpr double kUnknownRate = 25;  ///< frames a second, where a file does not tell

/// Without it OpenCV tells every failed try on standard error; what failed is said by our sentence.
void silenceOpenCv()
{
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
}

Image8 rgbOf(const cv::Mat& picture, const std::string& title)
{
    if (picture.depth() != CV_8U)
        throw Error(ErrorCode::BadFile,
                    title + " gives pictures of another depth than 8 bits: convert it first.");
    cv::Mat rgb;
    switch (picture.channels()) {
        case 1:
            cv::cvtColor(picture, rgb, cv::COLOR_GRAY2RGB);
            break;
        case 3:
            cv::cvtColor(picture, rgb, cv::COLOR_BGR2RGB);
            break;
        case 4:
            cv::cvtColor(picture, rgb, cv::COLOR_BGRA2RGB);
            break;
        default:
            throw Error(ErrorCode::BadFile, title + " gives pictures of " +
                                                std::to_string(picture.channels()) +
                                                " channels: convert it first.");
    }
    Image8 image{rgb.cols, rgb.rows, 3, {}};
    image.pixels.assign(rgb.data, rgb.data + rgb.total() * 3);
    return image;
}

void checkSides(const cv::VideoCapture& capture, const std::string& title)
{
    const double width = capture.get(cv::CAP_PROP_FRAME_WIDTH);
    const double height = capture.get(cv::CAP_PROP_FRAME_HEIGHT);
    if (!(width >= 1 && height >= 1 && width * height <= kMaximumPixels))
        throw Error(ErrorCode::BadFile,
                    title + " claims pictures of no usable size (at most 200 megapixels): convert it first.");
}

class Video : public FrameSource {
public:
    explicit Video(const fs::path& file) : m_title(file.filename().string())
    {
        silenceOpenCv();
        try {
            m_capture.open(file.string(), cv::CAP_ANY);
        } catch (const cv::Exception& error) {
            failOpening(error.what());
        }
        if (!m_capture.isOpened())
            failOpening({});
        checkSides(m_capture, m_title);
        const double rate = m_capture.get(cv::CAP_PROP_FPS);
        if (std::isfinite(rate) && rate > 0)
            m_rate = rate;
        const double count = m_capture.get(cv::CAP_PROP_FRAME_COUNT);
        if (std::isfinite(count) && count > 0 && count < 1e9)
            m_count = static_cast<std::int64_t>(count);
    }

    std::optional<VideoFrame> next() override
    {
        cv::Mat picture;
        try {
            if (!m_capture.read(picture) || picture.empty()) {
                if (m_index == 0)
                    throw Error(ErrorCode::BadFile,
                                m_title + " holds no picture that can be decoded: it is cut or damaged.");
                return std::nullopt;
            }
        } catch (const cv::Exception& error) {
            throw Error(ErrorCode::BadFile, m_title + " cannot be decoded any further: it is damaged.",
                        error.what());
        }
        const auto index = m_index++;
        return VideoFrame{rgbOf(picture, m_title), index, static_cast<double>(index) / m_rate};
    }
    [[nodiscard]] bool isLive() const override { return false; }
    [[nodiscard]] std::int64_t frameCount() const override { return m_count; }
    [[nodiscard]] std::string title() const override { return m_title; }

private:
    [[noreturn]] void failOpening(const std::string& detail) const
    {
        throw Error(ErrorCode::BadFile,
                    m_title + " is no video that can be read here: convert it, to MP4 for example.", detail);
    }

    cv::VideoCapture m_capture;
    std::string m_title;
    std::int64_t m_index = 0;
    std::int64_t m_count = 0;
    double m_rate = kUnknownRate;
};

class CameraSource : public FrameSource {
public:
    explicit CameraSource(int index) : m_title("camera " + std::to_string(index))
    {
        silenceOpenCv();
        bool opened = false;
        std::string detail;
        try {
            opened = m_capture.open(index, cv::CAP_ANY);
        } catch (const cv::Exception& error) {
            detail = error.what();
        }
        if (!opened)
            throw Error(
                ErrorCode::NotFound,
                "The " + m_title + " cannot be opened: connect it, or close the other program that uses it.",
                detail);
        for (const auto& camera : listCameras())
            if (camera.index == index)
                m_title = camera.name;
        checkSides(m_capture, m_title);
        (void)m_capture.set(cv::CAP_PROP_BUFFERSIZE, 1);  // old pictures are of no use
    }

    std::optional<VideoFrame> next() override
    {
        cv::Mat picture;
        std::string detail;
        bool read = false;
        try {
            read = m_capture.read(picture) && !picture.empty();
        } catch (const cv::Exception& error) {
            detail = error.what();
        }
        if (!read)
            throw Error(
                ErrorCode::NotFound,
                "The camera (" + m_title + ") gives no more pictures: connect it again and start anew.",
                detail);
        const std::chrono::duration<double> since = std::chrono::steady_clock::now() - m_start;
        return VideoFrame{rgbOf(picture, m_title), m_index++, since.count()};
    }
    [[nodiscard]] bool isLive() const override { return true; }
    [[nodiscard]] std::int64_t frameCount() const override { return 0; }
    [[nodiscard]] std::string title() const override { return m_title; }

private:
    cv::VideoCapture m_capture;
    std::string m_title;
    std::int64_t m_index = 0;
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

}  // namespace

std::unique_ptr<FrameSource> openVideo(const fs::path& file)
{
    std::error_code error;
    if (!fs::is_regular_file(file, error))
        throw Error(ErrorCode::NotFound,
                    file.string() + " is no file that can be read: choose a video file.");
    return std::make_unique<Video>(file);
}

std::vector<Camera> listCameras()
{
    std::vector<Camera> cameras;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator("/sys/class/video4linux", error)) {
        const auto name = entry.path().filename().string();
        constexpr std::string_view kPrefix = "video";
        int index = -1;
        if (!name.starts_with(kPrefix) ||
            std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), index).ec != std::errc{})
            continue;
        // One device may have several nodes; only the first of each takes pictures.
        int node = 0;
        if (std::ifstream file(entry.path() / "index"); file >> node && node != 0)
            continue;
        std::string title;
        std::ifstream file(entry.path() / "name");
        std::getline(file, title);
        cameras.push_back({index, title.empty() ? name : title});
    }
    std::ranges::sort(cameras, {}, &Camera::index);
    return cameras;
}

std::unique_ptr<FrameSource> openCamera(int index)
{
    return std::make_unique<CameraSource>(index);
}

}  // namespace elbo
