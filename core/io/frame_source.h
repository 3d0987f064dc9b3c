// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/image8.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace elbo {

/// One picture of a video or a camera.
struct VideoFrame {
    Image8 color;            ///< RGB, upright
    std::int64_t index = 0;  ///< counted from 0
    double seconds = 0;      ///< since the video's start; of a camera: since it was opened
    bool operator==(const VideoFrame&) const = default;
};

/// Pictures one after the other. Used by one thread at a time.
class FrameSource {
public:
    FrameSource() = default;
    virtual ~FrameSource() = default;
    FrameSource(const FrameSource&) = delete;
    FrameSource& operator=(const FrameSource&) = delete;

    /// The next one; nothing at the end of a video.
    /// @throws Error(BadFile) for a video that breaks off before its first picture or has one of more than
    /// 200 megapixels, Error(NotFound) for a camera that gives no more
    [[nodiscard]] virtual std::optional<VideoFrame> next() = 0;
    /// A camera: what was not taken in time is gone.
    [[nodiscard]] virtual bool isLive() const = 0;
    /// Of the video; 0 of a camera and where the file does not tell.
    [[nodiscard]] virtual std::int64_t frameCount() const = 0;
    /// File name, or the camera's.
    [[nodiscard]] virtual std::string title() const = 0;
};

/// @throws Error(NotFound, BadFile) for a file that is not there or no video that can be read
[[nodiscard]] std::unique_ptr<FrameSource> openVideo(const std::filesystem::path& file);

/// A camera of this machine.
struct Camera {
    int index = 0;     ///< that openCamera() takes
    std::string name;  ///< as its driver calls it
    bool operator==(const Camera&) const = default;
};
/// Those that the system knows, by index; empty where it does not tell (Linux's /sys only).
[[nodiscard]] std::vector<Camera> listCameras();
/// @throws Error(NotFound) when there is none of that index or another program uses it
[[nodiscard]] std::unique_ptr<FrameSource> openCamera(int index);

}  // namespace elbo
