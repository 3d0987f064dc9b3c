// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/atomic_file.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace elbo {

/// CRC-32C (Castagnoli, polynomial 0x82F63B78 reflected): of "123456789" it is 0xE3069283 (RFC 3720, B.4).
[[nodiscard]] std::uint32_t crc32c(std::span<const std::byte> bytes);

/// How TFRecord stores a CRC-32C: rotated and shifted by a constant, so that the checksum of data that hold
/// checksums still tells something.
/// Source: TensorFlow, tensorflow/core/lib/hash/crc32c.h (Mask).
[[nodiscard]] std::uint32_t maskedCrc32c(std::span<const std::byte> bytes);

/// Writes an event file as TensorBoard reads it: TFRecord frames (uint64 length, masked CRC-32C of the
/// length, payload, masked CRC-32C of the payload, all little-endian), each an Event message of protocol
/// buffers. The first one, written at once, tells version 2. Nothing is at the target before commit().
/// Source: tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto,
/// tensorflow/core/lib/io/record_writer.h.
/// Every method throws as AtomicFile does.
class EventFile {
public:
    /// @param wallTime  of the first event, seconds since 1970 (UTC)
    EventFile(std::filesystem::path target, double wallTime);

    /// @param value  stored as float32, the only type of a simple value
    void addScalar(std::string_view tag, std::int64_t step, double wallTime, double value);

    struct Picture {
        int width = 0;                          ///< pixels
        int height = 0;                         ///< pixels
        int channels = 3;                       ///< 1 grey, 3 RGB
        std::span<const std::uint8_t> encoded;  ///< a whole PNG or JPEG file
    };
    void addImage(std::string_view tag, std::int64_t step, double wallTime, const Picture& picture);

    void commit() { m_file.commit(); }

private:
    void addValue(std::int64_t step, double wallTime, const std::string& value);
    void addRecord(std::string_view payload);

    AtomicFile m_file;
};

}  // namespace elbo
