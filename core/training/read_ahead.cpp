// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/read_ahead.h"

#include <algorithm>
#include <utility>

namespace elbo {

namespace {

/// Batches that are ready at most; fewer where they would need more memory than this, but always two.
constexpr std::size_t kMostReady = 8;
constexpr std::size_t kFewestReady = 2;
constexpr std::int64_t kReadyBytes = std::int64_t{256} << 20;
/// Batches beyond those that the disk is asked for: it answers many questions at once faster than one by one.
constexpr std::size_t kAnnounced = 4;

}  // namespace

ReadAhead::ReadAhead(const ImageReader& reader, bool pinned)
    : m_reader(reader), m_pinned(pinned), m_thread([this](const std::stop_token& stop) { work(stop); })
{
}

ReadAhead::~ReadAhead() = default;

void ReadAhead::expect(std::vector<Indices> batches)
{
    std::deque<ImageCodes> dropped;
    {
        const std::lock_guard lock(m_mutex);
        m_batches = std::move(batches);
        m_taken = 0;
        m_read = 0;
        ++m_generation;
        m_failure = nullptr;
        dropped.swap(m_ready);
    }
    m_changed.notify_all();
}

std::optional<ImageCodes> ReadAhead::take(std::span<const std::int64_t> indices)
{
    std::unique_lock lock(m_mutex);
    if (m_taken >= m_batches.size() || !std::ranges::equal(m_batches[m_taken], indices))
        return std::nullopt;
    m_changed.wait(lock, [this] { return !m_ready.empty() || m_failure != nullptr; });
    if (m_ready.empty())
        std::rethrow_exception(m_failure);
    auto codes = std::move(m_ready.front());
    m_ready.pop_front();
    Indices().swap(m_batches[m_taken]);
    ++m_taken;
    lock.unlock();
    m_changed.notify_all();
    return codes;
}

std::size_t ReadAhead::batchesAhead() const
{
    const auto images = static_cast<std::int64_t>(m_batches.front().size());
    const auto bytes = std::max<std::int64_t>(1, images * m_reader.imageBytes());
    return std::clamp(static_cast<std::size_t>(kReadyBytes / bytes), kFewestReady, kMostReady);
}

void ReadAhead::work(const std::stop_token& stop)
{
    std::uint64_t generation = 0;
    std::size_t ahead = 0;
    std::size_t announced = 0;
    std::unique_lock lock(m_mutex);
    while (true) {
        const auto hasWork = [&] {
            return m_generation != generation ||
                   (m_failure == nullptr && m_read < m_batches.size() && m_ready.size() < ahead);
        };
        if (!m_changed.wait(lock, stop, hasWork))
            return;
        if (m_generation != generation) {
            generation = m_generation;
            announced = 0;
            ahead = m_batches.empty() ? 0 : batchesAhead();
            continue;
        }
        std::vector<Indices> coming;
        announced = std::max(announced, m_read);
        for (; announced < std::min(m_batches.size(), m_read + kAnnounced); ++announced)
            coming.push_back(m_batches[announced]);
        const auto indices = m_batches[m_read];
        lock.unlock();
        ImageCodes codes;
        std::exception_ptr failure;
        try {
            for (const auto& batch : coming)
                m_reader.announce(batch);
            codes = m_reader.read(indices, m_pinned, stop);
        } catch (...) {
            if (stop.stop_requested())
                return;
            failure = std::current_exception();  // thrown again where the batch is taken
        }
        lock.lock();
        if (m_generation != generation)
            continue;  // others are expected by now
        if (failure != nullptr) {
            m_failure = failure;
        } else {
            m_ready.push_back(std::move(codes));
            ++m_read;
        }
        m_changed.notify_all();
    }
}

}  // namespace elbo
