// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>

namespace elbo {

/// Some images of a data set as they are stored, on the CPU.
struct ImageCodes {
    at::Tensor color;  ///< uint8 [B,C,H,W]
    at::Tensor depth;  ///< int16 [B,1,H,W], the bits of uint16; or undefined
};

/// Reads images of a set from its prepared file itself, not through the mapping: memory holds what was asked
/// for alone, and a file that became shorter meanwhile is an Error where the mapping would end the program.
/// It keeps the file open, so that it may be deleted or replaced. A set that no file holds is read from
/// memory. Several threads may read at the same time.
class ImageReader {
public:
    /// @throws Error(NotFound, NoPermission, BadFile) when the set's file cannot be read or is no longer the
    /// one that the set came from
    explicit ImageReader(const Dataset& data);
    ~ImageReader();
    ImageReader(const ImageReader&) = delete;
    ImageReader& operator=(const ImageReader&) = delete;

    /// The images in the order of `indices`, read in the order of the file.
    /// @param indices  in [0, N) @param pinned  into memory that a GPU can fetch from by itself
    /// @throws Error(BadFile) when the file ends too early, Cancelled between two images
    [[nodiscard]] ImageCodes read(std::span<const std::int64_t> indices, bool pinned = false,
                                  const std::stop_token& stop = {}) const;
    /// Asks the system to fetch these images from the disk meanwhile; returns at once.
    void announce(std::span<const std::int64_t> indices) const;
    /// Bytes of one image's codes.
    [[nodiscard]] std::int64_t imageBytes() const;

private:
    struct Source;
    std::unique_ptr<Source> m_source;
};

}  // namespace elbo
