// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/min_max_pyramid.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace elbo {

void MinMaxPyramid::append(double x, double y)
{
    if (!std::isfinite(x) || !std::isfinite(y)) {
        return;
    }
    if (!m_points.empty()) {
        x = std::max(x, m_points.back().x);
    }
    m_points.push_back({x, y});
    completeBlocks();
}

void MinMaxPyramid::clear()
{
    m_points.clear();
    m_levels.clear();
}

std::size_t MinMaxPyramid::memory() const
{
    auto bytes = m_points.capacity() * sizeof(CurvePoint);
    for (const auto& level : m_levels) {
        bytes += level.capacity() * sizeof(Block);
    }
    return bytes;
}

void MinMaxPyramid::Block::take(const Block& other)
{
    if (other.low < low || (other.low == low && other.at.minimum < at.minimum)) {
        low = other.low;
        at.minimum = other.at.minimum;
    }
    if (other.high > high || (other.high == high && other.at.maximum < at.maximum)) {
        high = other.high;
        at.maximum = other.at.maximum;
    }
}

MinMaxPyramid::Block MinMaxPyramid::blockOf(std::size_t index) const
{
    const auto y = m_points[index].y;
    return {{index, index}, y, y};
}

/// Adds the block of every level that the newest point completes.
void MinMaxPyramid::completeBlocks()
{
    auto count = m_points.size();
    for (std::size_t level = 0; count % kFactor == 0; ++level) {
        const auto begin = count - kFactor;
        Block block = level == 0 ? blockOf(begin) : m_levels[level - 1][begin];
        for (auto i = begin + 1; i < count; ++i) {
            block.take(level == 0 ? blockOf(i) : m_levels[level - 1][i]);
        }
        if (m_levels.size() == level) {
            m_levels.emplace_back();
        }
        m_levels[level].push_back(block);
        count /= kFactor;
    }
}

/// As lowerBound() within [from, end), in strides that double: the next column begins near by.
std::size_t MinMaxPyramid::lowerBoundFrom(std::size_t from, std::size_t end, double x) const
{
    std::size_t stride = kFactor;
    auto low = from;
    auto high = std::min(from + stride, end);
    while (high < end && m_points[high - 1].x < x) {
        low = high;
        stride *= 2;
        high = std::min(low + stride, end);
    }
    const auto begin = m_points.begin();
    const auto found =
        std::lower_bound(begin + static_cast<std::ptrdiff_t>(low), begin + static_cast<std::ptrdiff_t>(high),
                         x, [](const CurvePoint& point, double value) { return point.x < value; });
    return static_cast<std::size_t>(found - begin);
}

std::size_t MinMaxPyramid::lowerBound(double x) const
{
    const auto found =
        std::lower_bound(m_points.begin(), m_points.end(), x,
                         [](const CurvePoint& point, double value) { return point.x < value; });
    return static_cast<std::size_t>(found - m_points.begin());
}

std::size_t MinMaxPyramid::nearest(double x) const
{
    const auto after = lowerBound(x);
    if (after == 0) {
        return 0;
    }
    if (after == m_points.size()) {
        return after - 1;
    }
    return x - m_points[after - 1].x <= m_points[after].x - x ? after - 1 : after;
}

MinMaxPyramid::Extremes MinMaxPyramid::extremes(std::size_t begin, std::size_t end) const
{
    auto best = blockOf(begin);
    // Ragged ends point by point, then block by block, climbing while a level has whole blocks in between.
    const auto takeFrom = [this, &best](std::size_t level, std::size_t i) {
        best.take(level == 0 ? blockOf(i) : m_levels[level - 1][i]);
    };
    for (std::size_t level = 0; begin < end; ++level) {
        const bool last = level == m_levels.size();
        while (begin < end && (last || begin % kFactor != 0)) {
            takeFrom(level, begin++);
        }
        while (begin < end && end % kFactor != 0) {
            takeFrom(level, --end);
        }
        begin /= kFactor;
        end /= kFactor;
    }
    return best.at;
}

std::vector<CurvePoint> MinMaxPyramid::visible(double low, double high, std::size_t columns) const
{
    std::vector<CurvePoint> result;
    if (m_points.empty() || columns == 0 || !(high >= low)) {
        return result;
    }
    const auto begin = lowerBound(low);
    auto end = lowerBound(high);
    while (end < m_points.size() && m_points[end].x <= high) {
        ++end;
    }
    if (begin > 0) {
        result.push_back(m_points[begin - 1]);
    }
    if (end - begin <= 4 * columns) {
        result.insert(result.end(), m_points.begin() + static_cast<std::ptrdiff_t>(begin),
                      m_points.begin() + static_cast<std::ptrdiff_t>(end));
    } else {
        auto from = begin;
        for (std::size_t column = 0; column < columns && from < end; ++column) {
            const auto edge =
                low + (high - low) * static_cast<double>(column + 1) / static_cast<double>(columns);
            const auto to = column + 1 == columns ? end : lowerBoundFrom(from, end, edge);
            if (to == from) {
                continue;
            }
            const auto [minimum, maximum] = extremes(from, to);
            std::array<std::size_t, 4> picks{from, std::min(minimum, maximum), std::max(minimum, maximum),
                                             to - 1};
            for (std::size_t i = 0; i < picks.size(); ++i) {
                if (i == 0 || picks[i] != picks[i - 1]) {
                    result.push_back(m_points[picks[i]]);
                }
            }
            from = to;
        }
    }
    if (end < m_points.size()) {
        result.push_back(m_points[end]);
    }
    return result;
}

}  // namespace elbo
