// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/data/data_config.h"

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace elbo {

enum class SplitSide : std::uint8_t { Train = 0, Test = 1, Validation = 2 };

/// What is known of an image before it is read.
struct SourceItem {
    std::string name;   ///< unique in its set: path below the set's folder without suffix, or an index
    std::string group;  ///< images that show one place share it (scene folder); empty: none known
    std::optional<SplitSide> officialSide;  ///< when the set brings its own split
    std::optional<std::string> label;       ///< "7", "kitchen"
};

/// One image as read, before any resizing.
struct SourceImage {
    at::Tensor color;  ///< [C,H,W] uint8 (or float32 in 0..255), C = 1 or 3
    at::Tensor depth;  ///< [H',W'] float32; metres when the set is metric, else any unit; 0/NaN/inf/negative
                       ///< = hole; undefined: none
    std::optional<std::array<double, 4>> intrinsics;  ///< fx, fy, cx, cy in pixels of color
    std::optional<std::string> label;                 ///< when only the image itself tells it
};

/// An image that was left out, or kept with a remark.
struct ImageProblem {
    std::string name;
    std::string sentence;
    bool leftOut = true;  ///< false: kept all the same (a constant channel)
    bool operator==(const ImageProblem&) const = default;
};

/// A data set as a list of images that can be read one after the other; lives in the helper process.
class ImageSource {
public:
    virtual ~ImageSource() = default;
    [[nodiscard]] virtual const std::vector<SourceItem>& items() const = 0;
    /// @throws Error: this image is listed as a problem and left out, the preparation goes on
    /// Called from several threads at a time, each with another index.
    [[nodiscard]] virtual SourceImage read(std::int64_t index) = 0;
    [[nodiscard]] virtual bool hasDepth() const = 0;
    [[nodiscard]] virtual bool metricDepth() const = 0;
    [[nodiscard]] virtual int colorChannels() const = 0;
    /// MNIST and Fashion-MNIST: codes are stored as they are, without stretching each image's range, at their
    /// own size.
    [[nodiscard]] virtual bool storeUnchanged() const { return false; }
    /// All labels the set can have, in the order of their indices; empty: those that occur, sorted.
    [[nodiscard]] virtual std::vector<std::string> labelNames() const { return {}; }
    /// Problems found while listing (colour without depth ...).
    [[nodiscard]] virtual std::vector<ImageProblem> listingProblems() const { return {}; }
    /// Sentence for the user about the set, e.g. why the official split is not used; may be empty.
    [[nodiscard]] virtual std::string note() const { return {}; }
};

/// How a registry key is read: made for the key by elbo_compute (rooms) or elbo_io (everything that is a
/// file).
struct DataReader {
    /// The files whose name, size and time make the fingerprint; never opens them. Empty for made sets.
    std::function<std::vector<std::filesystem::path>(const DataConfig&)> inputFiles;
    std::function<std::unique_ptr<ImageSource>(const DataConfig&, const ProgressFunction&)> open;
};

/// Fills every hole of an image that has some: depth float32 [H,W] and colour [C,H,W] of the same sides in
/// 0..255; valid depths come back bit for bit. Called from several threads at a time. @throws Error,
/// Cancelled
using DepthFiller =
    std::function<at::Tensor(const at::Tensor& depth, const at::Tensor& color, const std::stop_token& stop)>;

/// What a program can read and fill: a value that the programs make at their start and pass on.
struct DataReaders {
    std::map<std::string, DataReader, std::less<>> readers;   ///< by registry key
    std::map<std::string, DepthFiller, std::less<>> fillers;  ///< by the value of `fill`; nearest needs none

    [[nodiscard]] DataReader& operator[](const std::string& key) { return readers[key]; }
    [[nodiscard]] bool contains(std::string_view key) const { return readers.contains(key); }
};
/// `rooms`. Programs with elbo_io add the others with addIoReaders (core/io/readers.h).
[[nodiscard]] DataReaders computeReaders();

}  // namespace elbo
