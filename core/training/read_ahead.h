// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/image_reader.h"

#include <ATen/core/Tensor.h>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

namespace elbo {

/// Reads the coming batches on a thread of its own, so that whoever takes them finds them ready. The thread
/// computes nothing and ends with this object.
class ReadAhead {
public:
    using Indices = std::vector<std::int64_t>;

    /// @param reader  outlives this @param pinned  as in ImageReader::read()
    ReadAhead(const ImageReader& reader, bool pinned);
    ~ReadAhead();
    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;

    /// From now on these batches are read, in this order; what was expected before no longer is.
    void expect(std::vector<Indices> batches);
    /// The next expected batch when it is of these images: waits until it is read. Nothing when another one,
    /// or none, is expected next; then what is expected stays so.
    /// @throws what reading it threw
    [[nodiscard]] std::optional<ImageCodes> take(std::span<const std::int64_t> indices);

private:
    void work(const std::stop_token& stop);
    [[nodiscard]] std::size_t batchesAhead() const;

    const ImageReader& m_reader;
    bool m_pinned;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::vector<Indices> m_batches;
    std::size_t m_taken = 0;         ///< of m_batches
    std::size_t m_read = 0;          ///< of m_batches: those before it are taken or ready
    std::uint64_t m_generation = 0;  ///< of expect()
    std::deque<ImageCodes> m_ready;
    std::exception_ptr m_failure;
    std::jthread m_thread;  ///< last: it uses all of the above
};

}  // namespace elbo
