// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/frame_reader.h"

#include <chrono>
#include <utility>

namespace elbo {

FrameReader::FrameReader(std::shared_ptr<FrameSource> source)
    : m_source(std::move(source)), m_thread([this](const std::stop_token& stop) { run(stop); })
{
}

FrameReader::~FrameReader() = default;

void FrameReader::run(const std::stop_token& stop)
{
    using Clock = std::chrono::steady_clock;
    try {
        const auto live = m_source->isLive();
        auto start = Clock::now();
        while (!stop.stop_requested()) {
            auto frame = m_source->next();
            std::unique_lock lock(m_mutex);
            if (!frame)
                break;
            if (!live) {
                const auto due = start + std::chrono::duration_cast<Clock::duration>(
                                             std::chrono::duration<double>(frame->seconds));
                (void)m_changed.wait_until(lock, stop, due, [] { return false; });
                const auto paused = Clock::now();
                if (!m_changed.wait(lock, stop, [this] { return !m_paused; }))
                    break;
                start += Clock::now() - paused;
            } else if (m_paused) {
                continue;
            }
            if (m_newest)
                ++m_dropped;
            m_newest = std::move(frame);
            m_changed.notify_all();
        }
    } catch (...) {
        const std::lock_guard lock(m_mutex);
        m_failure = std::current_exception();
    }
    const std::lock_guard lock(m_mutex);
    m_ended = true;
    m_changed.notify_all();
}

std::optional<VideoFrame> FrameReader::take(const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    if (!m_changed.wait(lock, stop, [this] { return m_newest || m_ended; }))
        return std::nullopt;
    if (m_newest)
        return std::exchange(m_newest, std::nullopt);
    if (m_failure)
        std::rethrow_exception(std::exchange(m_failure, nullptr));
    return std::nullopt;
}

void FrameReader::setPaused(bool paused)
{
    const std::lock_guard lock(m_mutex);
    m_paused = paused;
    if (paused && m_source->isLive() && m_newest) {
        m_newest.reset();  // it would be old when going on
        ++m_dropped;
    }
    m_changed.notify_all();
}

std::int64_t FrameReader::dropped() const
{
    const std::lock_guard lock(m_mutex);
    return m_dropped;
}

}  // namespace elbo
