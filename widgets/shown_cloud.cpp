// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/shown_cloud.h"

#include "core/base/color_map.h"
#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace elbo {

namespace {

constexpr std::uint8_t kNoValueGrey = 128;
constexpr std::size_t kRangeSample = 100000;

/// A number without order for each index.
std::uint32_t scattered(std::uint32_t index)
{
    index = (index ^ (index >> 16U)) * 0x7feb352dU;
    index = (index ^ (index >> 15U)) * 0x846ca68bU;
    return index ^ (index >> 16U);
}

void appendRepeated(std::vector<std::uint8_t>& colors, std::size_t count, const QColor& color)
{
    for (std::size_t i = 0; i < count; ++i) {
        colors.push_back(static_cast<std::uint8_t>(color.red()));
        colors.push_back(static_cast<std::uint8_t>(color.green()));
        colors.push_back(static_cast<std::uint8_t>(color.blue()));
    }
}

}  // namespace

ValueRange ValueRange::united(const ValueRange& other) const
{
    if (isEmpty() || other.isEmpty()) {
        return isEmpty() ? other : *this;
    }
    return {std::min(low, other.low), std::max(high, other.high)};
}

ValueRange robustRange(std::span<const float> values)
{
    std::vector<float> finite;
    const auto step = std::max<std::size_t>(1, values.size() / kRangeSample);
    for (std::size_t i = 0; i < values.size(); i += step) {
        if (std::isfinite(values[i])) {
            finite.push_back(values[i]);
        }
    }
    if (finite.empty()) {
        return {};
    }
    const auto at = [&finite](std::size_t rank) {
        const auto place = finite.begin() + static_cast<std::ptrdiff_t>(rank);
        std::nth_element(finite.begin(), place, finite.end());
        return *place;
    };
    const auto last = finite.size() - 1;
    return {at(last / 100), at(last - last / 100)};
}

ShownCloud::ShownCloud(std::shared_ptr<const PointCloud> cloud) : m_cloud(std::move(cloud))
{
    const auto points = m_cloud->size();
    if (m_cloud->positions.size() != 3 * points ||
        (!m_cloud->colors.empty() && m_cloud->colors.size() != 3 * points) ||
        (!m_cloud->pixels.empty() && (m_cloud->pixels.size() != points || m_cloud->width < 1))) {
        throw Error(ErrorCode::BadSetting,
                    "The cloud cannot be shown: its positions, colours and pixels differ in number.");
    }
    if (points > std::numeric_limits<std::int32_t>::max() / 4) {
        throw Error(ErrorCode::BadSetting,
                    "The cloud has too many points to be shown: take fewer images or fewer pixels.");
    }
    clip({});
}

void ShownCloud::setErrors(std::vector<float> errors)
{
    if (!errors.empty() && errors.size() != m_cloud->size()) {
        throw Error(ErrorCode::BadSetting, "There are " + std::to_string(errors.size()) + " errors for " +
                                               std::to_string(m_cloud->size()) +
                                               " points: give one for each point.");
    }
    m_errors = std::move(errors);
}

void ShownCloud::clip(const CloudClip& clip)
{
    const float unlimited = std::numeric_limits<float>::max();
    std::array<float, 3> low{-unlimited, -unlimited, clip.nearest.value_or(-unlimited)};
    std::array<float, 3> high{unlimited, unlimited, clip.farthest.value_or(unlimited)};
    if (clip.box) {
        for (std::size_t i = 0; i < 3; ++i) {
            low[i] = std::max(low[i], clip.box->low[i]);
            high[i] = std::min(high[i], clip.box->high[i]);
        }
    }
    auto visible = std::make_shared<std::vector<std::uint32_t>>();
    visible->reserve(m_cloud->size());
    const auto* position = m_cloud->positions.data();
    for (std::size_t i = 0; i < m_cloud->size(); ++i, position += 3) {
        // Written so that NaN is left out: one such point would take the whole cloud out of sight.
        if (position[0] >= low[0] && position[0] <= high[0] && position[1] >= low[1] &&
            position[1] <= high[1] && position[2] >= low[2] && position[2] <= high[2]) {
            visible->push_back(static_cast<std::uint32_t>(i));
        }
    }
    m_visible = std::move(visible);
}

std::shared_ptr<const std::vector<std::uint32_t>> ShownCloud::thinned(std::size_t count) const
{
    if (m_visible->size() <= count) {
        return m_visible;
    }
    // One of each run of neighbours: pure chance would leave larger gaps, every n-th point of a row stripes.
    auto kept = std::make_shared<std::vector<std::uint32_t>>();
    kept->reserve(count);
    const auto all = m_visible->size();
    for (std::size_t run = 0; run < count; ++run) {
        const auto first = run * all / count, next = (run + 1) * all / count;
        kept->push_back((*m_visible)[first + scattered(static_cast<std::uint32_t>(run)) % (next - first)]);
    }
    return kept;
}

std::vector<float> ShownCloud::sample(std::size_t count) const
{
    std::vector<float> positions;
    const auto step = std::max<std::size_t>(1, m_visible->size() / std::max<std::size_t>(1, count));
    for (std::size_t i = 0; i < m_visible->size(); i += step) {
        const auto at = m_cloud->positions.begin() + 3 * static_cast<std::ptrdiff_t>((*m_visible)[i]);
        positions.insert(positions.end(), at, at + 3);
    }
    return positions;
}

ValueRange ShownCloud::depthRange() const
{
    const auto positions = sample(kRangeSample);
    std::vector<float> depths;
    for (std::size_t i = 2; i < positions.size(); i += 3) {
        depths.push_back(positions[i]);
    }
    return robustRange(depths);
}

ValueRange ShownCloud::errorRange() const
{
    const auto range = robustRange(m_errors);
    return range.isEmpty() ? range : ValueRange{0, std::max(0.0F, range.high)};
}

std::shared_ptr<const std::vector<std::uint8_t>> ShownCloud::colors(CloudColoring coloring,
                                                                    std::string_view map,
                                                                    const ValueRange& range,
                                                                    const QColor& plain) const
{
    const auto points = m_cloud->size();
    if (coloring == CloudColoring::Image && !m_cloud->colors.empty()) {
        return {m_cloud, &m_cloud->colors};  // shared with the cloud, not copied
    }
    auto colors = std::make_shared<std::vector<std::uint8_t>>();
    colors->reserve(3 * points);
    const bool ofErrors = coloring == CloudColoring::Error && !m_errors.empty();
    if ((coloring != CloudColoring::Depth && !ofErrors) || range.isEmpty()) {
        appendRepeated(*colors, points, plain);
        return colors;
    }
    const auto& entries = findColorMap(map).entries;
    const float scale = range.high > range.low ? 255.0F / (range.high - range.low) : 0.0F;
    for (std::size_t i = 0; i < points; ++i) {
        const float value = ofErrors ? m_errors[i] : m_cloud->positions[3 * i + 2];
        if (!std::isfinite(value)) {
            colors->insert(colors->end(), 3, kNoValueGrey);
            continue;
        }
        const auto place = scale > 0 ? std::clamp((value - range.low) * scale, 0.0F, 255.0F) : 128.0F;
        const auto& entry = entries[static_cast<std::size_t>(std::lround(place))];
        colors->insert(colors->end(), entry.begin(), entry.end());
    }
    return colors;
}

}  // namespace elbo
