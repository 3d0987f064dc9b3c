// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/session/dataset_view.h"

#include "core/data/dataset.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace elbo {

namespace {

constexpr int kBins = 64;

/// Lowest and highest true value of one channel of one image.
std::array<float, 2> rangeOf(const Dataset& data, std::int64_t index, std::int64_t channel)
{
    const auto channels = data.ranges.size(1);
    const auto* ranges = data.ranges.const_data_ptr<float>() + (index * channels + channel) * 2;
    return {ranges[0], ranges[1]};
}

const std::uint16_t* depthCodes(const Dataset& data, std::int64_t index)
{
    const auto plane = data.depth.size(2) * data.depth.size(3);
    return static_cast<const std::uint16_t*>(data.depth.const_data_ptr()) + index * plane;
}

float depthValue(std::uint16_t code, const std::array<float, 2>& range)
{
    return code == 0 ? std::numeric_limits<float>::quiet_NaN()
                     : range[0] + (range[1] - range[0]) * static_cast<float>(code - 1) / 65534.0F;
}

/// The code as a true colour in 0..255. Sets that are stored unchanged hold true colours already.
float colorValue(std::uint8_t code, const std::array<float, 2>& range, bool unchanged)
{
    return unchanged ? static_cast<float>(code)
                     : range[0] + (range[1] - range[0]) * static_cast<float>(code) / 255.0F;
}

void count(Histogram& histogram, double value)
{
    const double span = histogram.high - histogram.low;
    const double place = span > 0 ? (value - histogram.low) / span * kBins : 0;
    const auto bin = std::clamp(static_cast<int>(place), 0, kBins - 1);
    histogram.counts[static_cast<std::size_t>(bin)] += 1;
}

void describeDepth(const Dataset& data, DatasetSummary& summary)
{
    const auto channel = data.color.size(1);
    std::vector<double> lows;
    std::vector<double> highs;
    for (std::int64_t i = 0; i < data.size(); ++i) {
        const auto range = rangeOf(data, i, channel);
        lows.push_back(range[0]);
        highs.push_back(range[1]);
    }
    summary.depthLow = *std::min_element(lows.begin(), lows.end());
    summary.depthHigh = *std::max_element(highs.begin(), highs.end());
    const auto median = [](std::vector<double>& values) {
        const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
        std::nth_element(values.begin(), middle, values.end());
        return *middle;
    };
    summary.depthMedian = {median(lows), median(highs)};
}

void fillHistograms(const Dataset& data, DatasetSummary& summary, std::int64_t sample)
{
    const auto channels = data.color.size(1);
    const auto plane = data.color.size(2) * data.color.size(3);
    summary.color.assign(static_cast<std::size_t>(channels), Histogram{0, 255, std::vector<double>(kBins)});
    summary.depth = {summary.depthLow, summary.depthHigh, std::vector<double>(kBins)};
    summary.sampled = std::min(sample, data.size());
    for (std::int64_t n = 0; n < summary.sampled; ++n) {
        const auto index = n * data.size() / summary.sampled;  // spread evenly
        for (std::int64_t c = 0; c < channels; ++c) {
            const auto range = rangeOf(data, index, c);
            const auto* codes = data.color.const_data_ptr<std::uint8_t>() + (index * channels + c) * plane;
            for (std::int64_t p = 0; p < plane; ++p) {
                count(summary.color[static_cast<std::size_t>(c)],
                      colorValue(codes[p], range, data.storedUnchanged));
            }
        }
        if (!summary.hasDepth) {
            continue;
        }
        const auto range = rangeOf(data, index, channels);
        const auto* codes = depthCodes(data, index);
        const auto depthPlane = data.depth.size(2) * data.depth.size(3);
        for (std::int64_t p = 0; p < depthPlane; ++p) {
            if (codes[p] != 0) {
                count(summary.depth, depthValue(codes[p], range));
            }
        }
    }
}

}  // namespace

DatasetView::DatasetView(std::shared_ptr<const Dataset> data) : m_data(std::move(data)) {}

std::int64_t DatasetView::size() const
{
    return m_data->size();
}

DatasetItem DatasetView::item(std::int64_t index) const
{
    DatasetItem item;
    const auto position = static_cast<std::size_t>(index);
    item.name = position < m_data->names.size() ? m_data->names[position] : std::to_string(index);
    std::tie(item.label, item.side) = place(index);
    return item;
}

std::pair<int, int> DatasetView::place(std::int64_t index) const
{
    const int label = m_data->labels.defined()
                          ? static_cast<int>(m_data->labels.const_data_ptr<std::int64_t>()[index])
                          : -1;
    return {label, m_data->side.const_data_ptr<std::uint8_t>()[index]};
}

std::vector<std::int64_t> DatasetView::testIndices() const
{
    return m_data->indices(SplitSide::Test);
}

Image8 DatasetView::color(std::int64_t index) const
{
    Image8 image;
    const auto channels = m_data->color.size(1);
    image.height = static_cast<int>(m_data->color.size(2));
    image.width = static_cast<int>(m_data->color.size(3));
    image.channels = static_cast<int>(channels);
    const auto plane = m_data->color.size(2) * m_data->color.size(3);
    image.pixels.resize(static_cast<std::size_t>(plane * channels));
    for (std::int64_t c = 0; c < channels; ++c) {
        const auto range = rangeOf(*m_data, index, c);
        std::array<std::uint8_t, 256> table{};
        for (int code = 0; code < 256; ++code) {
            const auto value = colorValue(static_cast<std::uint8_t>(code), range, m_data->storedUnchanged);
            table[static_cast<std::size_t>(code)] =
                static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0F, 255.0F)));
        }
        const auto* codes = m_data->color.const_data_ptr<std::uint8_t>() + (index * channels + c) * plane;
        for (std::int64_t p = 0; p < plane; ++p) {
            image.pixels[static_cast<std::size_t>(p * channels + c)] = table[codes[p]];
        }
    }
    return image;
}

ImageF DatasetView::depth(std::int64_t index) const
{
    ImageF image;
    if (!m_data->depth.defined()) {
        return image;
    }
    image.height = static_cast<int>(m_data->depth.size(2));
    image.width = static_cast<int>(m_data->depth.size(3));
    const auto range = depthRange(index);
    const auto* codes = depthCodes(*m_data, index);
    image.values.resize(static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height));
    for (std::size_t p = 0; p < image.values.size(); ++p) {
        image.values[p] = depthValue(codes[p], range);
    }
    return image;
}

std::array<float, 2> DatasetView::depthRange(std::int64_t index) const
{
    return m_data->depth.defined() ? rangeOf(*m_data, index, m_data->color.size(1))
                                   : std::array<float, 2>{0, 0};
}

DatasetSummary DatasetView::summarise(std::int64_t sample) const
{
    DatasetSummary summary;
    summary.title = m_data->title;
    summary.config = m_data->config;
    summary.spec = dataSpec(m_data->config);
    summary.images = m_data->size();
    summary.train = static_cast<std::int64_t>(m_data->indices(SplitSide::Train).size());
    summary.test = static_cast<std::int64_t>(m_data->indices(SplitSide::Test).size());
    summary.validation = static_cast<std::int64_t>(m_data->indices(SplitSide::Validation).size());
    summary.height = m_data->color.size(2);
    summary.width = m_data->color.size(3);
    summary.colorChannels = m_data->color.size(1);
    summary.hasDepth = m_data->depth.defined();
    summary.metric = m_data->metricDepth;
    summary.storedUnchanged = m_data->storedUnchanged;
    summary.splitKind = m_data->splitKind;
    summary.splitNote = m_data->splitNote;
    for (const auto& name : m_data->labelNames) {
        summary.labels.emplace_back(name, 0);
    }
    if (m_data->labels.defined()) {
        const auto* labels = m_data->labels.const_data_ptr<std::int64_t>();
        for (std::int64_t i = 0; i < m_data->size(); ++i) {
            if (labels[i] >= 0 && labels[i] < static_cast<std::int64_t>(summary.labels.size())) {
                ++summary.labels[static_cast<std::size_t>(labels[i])].second;
            }
        }
    }
    for (const auto& problem : m_data->problems) {
        summary.problems.push_back({problem.name, problem.sentence, problem.leftOut});
    }
    if (summary.hasDepth && summary.images > 0) {
        describeDepth(*m_data, summary);
    }
    fillHistograms(*m_data, summary, sample);
    return summary;
}

}  // namespace elbo
