// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/image8.h"
#include "core/data/data_config.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace elbo {

struct Dataset;

/// Counts of values in equal bins over [low, high].
struct Histogram {
    double low = 0;
    double high = 1;
    std::vector<double> counts;
};

/// What the inspector of the Data page says about a set; plain values.
struct DatasetSummary {
    std::string title;
    std::string spec;
    DataConfig config;
    std::int64_t images = 0;
    std::int64_t train = 0, test = 0, validation = 0;
    std::int64_t width = 0, height = 0, colorChannels = 0;
    bool hasDepth = false, metric = false, storedUnchanged = false;
    std::string splitKind, splitNote;
    std::vector<std::pair<std::string, std::int64_t>> labels;  ///< name, number of images
    struct Problem {
        std::string name, sentence;
        bool leftOut = true;
    };
    std::vector<Problem> problems;
    double depthLow = 0, depthHigh = 0;       ///< over all images: metres, or relative units
    std::array<double, 2> depthMedian{0, 0};  ///< median of the images' lowest and highest
    std::vector<Histogram> color;             ///< one a channel, of codes in true colours 0..255
    Histogram depth;
    std::int64_t sampled = 0;  ///< images that the histograms were made from
};

/// One image's place in the set, for filters and labels.
struct DatasetItem {
    std::string name;
    int label = -1;  ///< index into the summary's labels, -1 without
    int side = 0;    ///< SplitSide
};

/// A loaded data set as pictures and values, without tensors. All methods may be called from any thread at
/// once.
class DatasetView {
public:
    explicit DatasetView(std::shared_ptr<const Dataset> data);

    [[nodiscard]] const std::shared_ptr<const Dataset>& dataset() const { return m_data; }
    [[nodiscard]] std::int64_t size() const;
    [[nodiscard]] DatasetItem item(std::int64_t index) const;
    /// The label and the split side of an image (-1 without a label), without its name: cheap enough for
    /// 70,000.
    [[nodiscard]] std::pair<int, int> place(std::int64_t index) const;
    [[nodiscard]] std::vector<std::int64_t> testIndices() const;

    /// The picture in its true colours: [H,W] with 1 or 3 channels.
    [[nodiscard]] Image8 color(std::int64_t index) const;
    /// Metres, or relative in [0, 1]; NaN where there is no value; empty without depth.
    [[nodiscard]] ImageF depth(std::int64_t index) const;
    /// Lowest and highest depth of that image, in the same unit.
    [[nodiscard]] std::array<float, 2> depthRange(std::int64_t index) const;

    /// Goes through at most `sample` images for the histograms: call it on a worker.
    [[nodiscard]] DatasetSummary summarise(std::int64_t sample = 400) const;

private:
    std::shared_ptr<const Dataset> m_data;
};

}  // namespace elbo
