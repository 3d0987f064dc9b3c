// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

namespace elbo {

struct CurvePoint {
    double x = 0.0;
    double y = 0.0;
    bool operator==(const CurvePoint&) const = default;
};

/// A growing curve that can be drawn at any zoom in time that depends on the width of the picture and not on
/// the number of points: level k holds the places of the minimum and maximum of kFactor^k points.
class MinMaxPyramid {
public:
    static constexpr std::size_t kFactor = 16;

    /// x must not fall (a smaller x is taken as the last one); points that are not finite are skipped.
    void append(double x, double y);
    void clear();
    [[nodiscard]] std::size_t size() const { return m_points.size(); }
    [[nodiscard]] bool empty() const { return m_points.empty(); }
    [[nodiscard]] const CurvePoint& point(std::size_t index) const { return m_points[index]; }
    [[nodiscard]] std::size_t memory() const;  ///< bytes

    /// Index of the first point with x >= `x`.
    [[nodiscard]] std::size_t lowerBound(double x) const;
    /// Index of the point nearest in x. Needs a point.
    [[nodiscard]] std::size_t nearest(double x) const;

    struct Extremes {
        std::size_t minimum = 0;  ///< index of the smallest y; the first of equals
        std::size_t maximum = 0;
    };
    /// Over points [begin, end), which must hold one.
    [[nodiscard]] Extremes extremes(std::size_t begin, std::size_t end) const;

    /// The curve in [low, high] for `columns` columns of pixels: at most four points a column (first,
    /// minimum, maximum, last, in the order of x), and one neighbour on each side so that the line leaves the
    /// picture.
    [[nodiscard]] std::vector<CurvePoint> visible(double low, double high, std::size_t columns) const;

private:
    /// Places and values of the extremes of a block: the values stand here so that a query need not jump
    /// about in the points.
    struct Block {
        Extremes at;
        double low = 0.0;
        double high = 0.0;
        void take(const Block& other);
    };

    [[nodiscard]] Block blockOf(std::size_t index) const;
    [[nodiscard]] std::size_t lowerBoundFrom(std::size_t from, std::size_t end, double x) const;
    void completeBlocks();

    std::vector<CurvePoint> m_points;
    std::vector<std::vector<Block>> m_levels;  ///< m_levels[k][i]: complete blocks of kFactor^(k+1) points
};

}  // namespace elbo
