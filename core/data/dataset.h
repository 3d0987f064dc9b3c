// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/image_source.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace elbo {

/// Size of one image as a model sees it: channels = colour channels + 1 for depth.
struct ImageShape {
    std::int64_t channels = 4;
    std::int64_t height = 128;
    std::int64_t width = 128;
    std::int64_t classes = 0;  ///< number of labels, 0 without
    bool hasDepth = true;      ///< the last channel is depth
    [[nodiscard]] std::int64_t values() const { return channels * height * width; }
    bool operator==(const ImageShape&) const = default;
};

/// A prepared data set: a value, mapped from its prepared file (design.md, "The prepared file").
struct Dataset {
    DataConfig config;
    std::string title;
    std::string fingerprint;     ///< hex; options + name, size, time of every input file
    std::filesystem::path file;  ///< the prepared file it is mapped from
    at::Tensor color;            ///< uint8 [N,C,H,W]
    at::Tensor
        depth;  ///< uint16 [N,1,H,W] or undefined; 0 = no value, 1..65535 spans the image's valid range
    at::Tensor
        ranges;  ///< float32 [N,C+D,2] minimum and maximum; colour in 0..255, depth in metres or relative
    at::Tensor labels;  ///< int64 [N], index into labelNames, -1 unknown; undefined without labels
    at::Tensor side;    ///< uint8 [N], a SplitSide
    at::Tensor
        intrinsics;  ///< float32 [N,4] fx fy cx cy in pixels of the stored size; undefined when unknown
    std::vector<std::string> names;
    std::vector<std::string> labelNames;
    std::vector<ImageProblem> problems;
    bool metricDepth = false;
    /// Units a metre that its depth files were read with; nothing: as their kind tells.
    std::optional<double> depthScale;
    bool holes = false;            ///< some depth code is 0 (only with fill=none)
    bool storedUnchanged = false;  ///< MNIST: codes are the grey values themselves
    std::string splitKind;         ///< "official", "seeded", "file"
    std::string splitNote;  ///< sentence for the user when the split is not what was asked; may be empty

    [[nodiscard]] std::int64_t size() const { return color.defined() ? color.size(0) : 0; }
    [[nodiscard]] ImageShape shape() const;
    /// Indices of that side in stored order.
    [[nodiscard]] std::vector<std::int64_t> indices(SplitSide side) const;
};

/// Values of some images for a network: float32 [B,C+D,H,W] in [0, 1], colour code / 255, depth (code - 1) /
/// 65534, on `codes`' device.
/// @param color uint8 [B,C,H,W]; @param depth uint16 or int16-viewed [B,1,H,W] or undefined
[[nodiscard]] at::Tensor valuesFromCodes(const at::Tensor& color, const at::Tensor& depth);
/// The same images as they were read: colour in [0, 1] of white, depth in metres (of a relative set: in its
/// own numbers), 0 where there is none.
/// @param ranges float32 [B,C+D,2] of these images
[[nodiscard]] at::Tensor originalValues(const at::Tensor& color, const at::Tensor& depth,
                                        const at::Tensor& ranges);
/// The values of valuesFromCodes() for images of a data set, on the CPU.
[[nodiscard]] at::Tensor imageValues(const Dataset& data, const std::vector<std::int64_t>& indices);

/// Reads a prepared file: colour and depth stay mapped, the rest is in memory. @throws Error(BadFile) when a
/// tensor is missing or its shape does not fit the others
[[nodiscard]] Dataset readPrepared(const std::filesystem::path& file);

}  // namespace elbo
