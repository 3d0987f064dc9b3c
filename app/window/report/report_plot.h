// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/report/report.h"

#include <QtCore/QRect>
#include <QtGui/QPen>

#include <cstddef>
#include <utility>
#include <vector>

class QCPPainter;

namespace elbo {

/// Draws a plot with its title into a rectangle, in light colours.
void drawReportPlot(QCPPainter& painter, const QRect& target, const ReportPlot& plot);

/// Pens of the curves of a run: blue and vermilion where it stands alone, else its colour, thick and thin.
struct CurvePens {
    QPen train, test;
};
[[nodiscard]] CurvePens curvePens(std::size_t run, std::size_t runs);

/// What of a polyline lies between two values, ends put on the border: not-a-number stands between parts.
/// SVG does not clip.
[[nodiscard]] std::vector<std::pair<double, double>> clipped(
    const std::vector<std::pair<double, double>>& points, double low, double high);
/// Values to show: all but those of the first twentieth of the epochs, which are far away, with some room.
[[nodiscard]] std::pair<double, double> shownRange(const ReportPlot& plot);

}  // namespace elbo
