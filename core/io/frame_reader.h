// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/io/frame_source.h"

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace elbo {

/// Reads a source in a thread of its own and keeps its newest picture: who takes them slower than they come
/// misses some and is never behind. A video file runs at its own pace.
class FrameReader {
public:
    explicit FrameReader(std::shared_ptr<FrameSource> source);
    ~FrameReader();  ///< waits for the picture that is being read
    FrameReader(const FrameReader&) = delete;
    FrameReader& operator=(const FrameReader&) = delete;

    /// The newest picture, once there is one that was not taken yet. Nothing at the end of a video and when
    /// `stop` is asked. @throws what the source threw
    [[nodiscard]] std::optional<VideoFrame> take(const std::stop_token& stop);
    /// A video stays where it is; a camera's pictures are thrown away until it goes on.
    void setPaused(bool paused);
    /// Pictures that came and were never taken.
    [[nodiscard]] std::int64_t dropped() const;

private:
    void run(const std::stop_token& stop);

    std::shared_ptr<FrameSource> m_source;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::optional<VideoFrame> m_newest;
    std::exception_ptr m_failure;
    bool m_ended = false;
    bool m_paused = false;
    std::int64_t m_dropped = 0;
    std::jthread m_thread;  ///< last: it uses all of the others
};

}  // namespace elbo
