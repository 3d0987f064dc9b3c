// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/report/report_plot.h"

#include "app/window/session/text.h"
#include "widgets/axis_ticker.h"
#include "widgets/custom_plot.h"
#include "widgets/number_text.h"
#include "widgets/plot_export.h"
#include "widgets/theme.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace elbo {

namespace {

constexpr int kTitleHeight = 22;
constexpr std::size_t kFewPoints = 20;  ///< are seen as dots, too

void addCurve(QCustomPlot& plot, const std::vector<std::pair<double, double>>& points, const QPen& pen,
              const QCPRange& shown)
{
    auto* graph = plot.addGraph();
    graph->setPen(pen);
    graph->setAdaptiveSampling(false);
    for (const auto& [epoch, value] : clipped(points, shown.lower, shown.upper)) {
        graph->addData(epoch, value);
    }
    if (points.size() > kFewPoints) {
        return;
    }
    auto* dots = plot.addGraph();  // of the values alone: the line also ends where the plot does
    dots->setLineStyle(QCPGraph::lsNone);
    dots->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, pen.color(), 3 + 1.2 * pen.widthF()));
    for (const auto& [epoch, value] : points) {
        if (shown.contains(value)) {
            dots->addData(epoch, value);
        }
    }
}

/// Whole epochs, some six of them.
QSharedPointer<QCPAxisTicker> epochTicker(double last)
{
    double step = 1;
    for (double power = 1; last / step > 7; power *= 10) {
        for (const double factor : {1.0, 2.0, 5.0}) {
            step = factor * power;
            if (last / step <= 7) {
                break;
            }
        }
    }
    auto ticker = QSharedPointer<QCPAxisTickerFixed>::create();
    ticker->setTickStep(step);
    return ticker;
}

void addPublished(QCustomPlot& plot, double value, double last)
{
    const auto palette = theme::lightPalette();
    auto* line = plot.addGraph();
    line->setPen(QPen(theme::noteText(palette), 1, Qt::DashLine));
    line->addData(0, value);
    line->addData(last, value);
    auto* label = new QCPItemText(&plot);  // the plot owns it
    label->setText(QStringLiteral("the report: %1").arg(numberText(value)));
    label->setFont(plot.xAxis->tickLabelFont());
    label->setColor(theme::noteText(palette));
    label->setPositionAlignment(Qt::AlignRight | Qt::AlignBottom);
    label->position->setCoords(last, value);
}

}  // namespace

CurvePens curvePens(std::size_t run, std::size_t runs)
{
    const auto palette = theme::lightPalette();
    if (runs == 1) {
        return {QPen(theme::trainCurve(palette), 1.2), QPen(theme::testCurve(palette), 2)};
    }
    auto test = theme::runPen(palette, run);
    test.setWidthF(2);
    auto train = test;
    train.setWidthF(0.8);
    return {train, test};
}

std::vector<std::pair<double, double>> clipped(const std::vector<std::pair<double, double>>& points,
                                               double low, double high)
{
    const auto inside = [low, high](double value) { return value >= low && value <= high; };
    const auto onBorder = [&inside, low, high](const auto& a, const auto& b) {
        const auto border = std::clamp(inside(a.second) ? b.second : a.second, low, high);
        const auto way = (border - a.second) / (b.second - a.second);
        return std::pair(a.first + way * (b.first - a.first), border);
    };
    constexpr auto kGap = std::numeric_limits<double>::quiet_NaN();
    std::vector<std::pair<double, double>> result;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto& point = points[i];
        const bool finite = std::isfinite(point.second);
        const bool before = i > 0 && std::isfinite(points[i - 1].second);
        if (before && finite && inside(points[i - 1].second) != inside(point.second)) {
            result.push_back(onBorder(points[i - 1], point));
        }
        if (finite && inside(point.second)) {
            result.push_back(point);
        } else if (!result.empty()) {
            result.emplace_back(point.first, kGap);
        }
    }
    return result;
}

std::pair<double, double> shownRange(const ReportPlot& plot)
{
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    const auto take = [&low, &high](double value) {
        if (std::isfinite(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    };
    for (const auto& curve : plot.curves) {
        for (const auto* points : {&curve.train, &curve.test}) {
            const auto skipped = points->size() > 3 ? std::max<std::size_t>(1, points->size() / 20) : 0;
            for (auto i = skipped; i < points->size(); ++i) {
                take((*points)[i].second);
            }
        }
    }
    if (plot.published) {
        take(*plot.published);
    }
    if (!(low <= high)) {
        return {0, 1};
    }
    const auto room = high > low ? 0.06 * (high - low) : 0.5 * std::max(1e-6, std::abs(high) * 0.1);
    return {low - room, high + room};
}

void drawReportPlot(QCPPainter& painter, const QRect& target, const ReportPlot& plot)
{
    const auto palette = theme::lightPalette();
    QCustomPlot canvas;
    canvas.setFont(painter.font());
    stylePlot(canvas, palette);
    const auto [low, high] = shownRange(plot);
    double last = 1;
    for (const auto& curve : plot.curves) {
        for (const auto* points : {&curve.train, &curve.test}) {
            last = points->empty() ? last : std::max(last, points->back().first);
        }
    }
    for (std::size_t run = 0; run < plot.curves.size(); ++run) {
        const auto pens = curvePens(run, plot.curves.size());
        addCurve(canvas, plot.curves[run].train, pens.train, {low, high});
        addCurve(canvas, plot.curves[run].test, pens.test, {low, high});
    }
    if (plot.published) {
        addPublished(canvas, *plot.published, last);
    }
    canvas.xAxis->setRange(0, last * 1.02);
    canvas.yAxis->setRange(low, high);
    canvas.yAxis->setTicker(QSharedPointer<AxisTicker>::create());
    canvas.xAxis->setTicker(epochTicker(last));
    canvas.xAxis->setLabel(QStringLiteral("epoch"));
    canvas.xAxis->setLabelFont(canvas.xAxis->tickLabelFont());
    canvas.xAxis->setLabelColor(theme::noteText(palette));
    for (auto* axis : {canvas.xAxis, canvas.yAxis}) {
        axis->setTickLength(0, 0);
    }
    canvas.axisRect()->setMinimumMargins(QMargins(64, 4, 12, 24));

    painter.save();
    painter.setPen(palette.color(QPalette::Text));
    const QRect title(target.left(), target.top(), target.width(), kTitleHeight);
    painter.drawText(title, int(Qt::AlignLeft | Qt::AlignVCenter),
                     painter.fontMetrics().elidedText(toQt(plot.title), Qt::ElideRight, target.width() - 16));
    painter.translate(target.left(), target.top() + kTitleHeight);
    canvas.toPainter(&painter, target.width(), target.height() - kTitleHeight);
    painter.restore();
}

}  // namespace elbo
