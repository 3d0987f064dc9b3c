// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/rate_distortion_plot.h"

#include "widgets/custom_plot.h"
#include "widgets/plot_export.h"
#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace elbo {

RateDistortionPlot::RateDistortionPlot(QWidget* parent) : QWidget(parent)
{
    m_plot = new QCustomPlot;
    m_plot->setObjectName(QStringLiteral("ratePlot"));
    m_plot->setMinimumHeight(120);
    m_plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    m_plot->setToolTip(tr("Wheel: zoom. Drag: move. Double click: show all of it."));
    m_plot->installEventFilter(this);
    auto* note = new QLabel(
        tr("Lower left is better on both counts; the thin line is the way there, epoch by epoch."));
    note->setFont(theme::noteFont(font()));
    note->setWordWrap(true);
    auto* save = new QPushButton(theme::icon(QStringLiteral("save")), tr("Save plot..."));
    save->setObjectName(QStringLiteral("rateSave"));
    auto* above = new QHBoxLayout;
    above->addWidget(note, 1);
    above->addWidget(save);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, theme::kControlGap, 0, 0);
    layout->setSpacing(theme::kControlGap);
    layout->addLayout(above);
    layout->addWidget(m_plot, 1);
    connect(save, &QPushButton::clicked, this, &RateDistortionPlot::saveWanted);
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, &RateDistortionPlot::draw);
    draw();
}

void RateDistortionPlot::setPoints(std::vector<RatePoint> points)
{
    if (points == m_points) {
        return;  // what was zoomed stays
    }
    m_points = std::move(points);
    draw();
}

void RateDistortionPlot::setEmptyText(const QString& text)
{
    m_emptyText = text;
    m_plot->update();
}

void RateDistortionPlot::draw()
{
    m_plot->clearPlottables();
    m_plot->clearItems();
    for (const auto& point : m_points) {
        auto* way = new QCPCurve(m_plot->xAxis, m_plot->yAxis);
        auto thin = point.pen;
        auto color = thin.color();
        color.setAlphaF(0.4F);
        thin.setColor(color);
        thin.setWidthF(1);
        way->setPen(thin);
        for (const auto& [rate, distortion] : point.way) {
            way->addData(rate, distortion);
        }
        auto* graph = m_plot->addGraph();
        graph->setLineStyle(QCPGraph::lsNone);
        graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, point.pen.color(), 9));
        graph->addData(point.rate, point.distortion);
    }
    stylePlot(*m_plot, palette());
    m_plot->xAxis->setLabel(tr("rate: KL, nats per image"));
    m_plot->yAxis->setLabel(tr("distortion: MSE, sum per image"));
    m_plot->xAxis->grid()->setVisible(!m_points.empty());
    m_plot->rescaleAxes();
    // The points alone decide, with room for the names: the first epochs of a way are far away.
    if (!m_points.empty()) {
        QCPRange x(m_points.front().rate, m_points.front().rate);
        QCPRange y(m_points.front().distortion, m_points.front().distortion);
        for (const auto& point : m_points) {
            x.expand(point.rate);
            y.expand(point.distortion);
        }
        const auto wide = std::max(x.size(), std::abs(x.center()) * 0.2 + 1e-9);
        const auto tall = std::max(y.size(), std::abs(y.center()) * 0.2 + 1e-9);
        m_plot->xAxis->setRange(x.lower - wide * 0.2, x.upper + wide * 0.6);
        m_plot->yAxis->setRange(y.lower - tall * 0.3, y.upper + tall * 0.3);
    }
    placeNames();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

/// Right of its point, or where no other name stands: below, above, left.
void RateDistortionPlot::placeNames()
{
    m_plot->replot();  // coordinates of pixels need a layout
    const auto note = theme::noteFont(font());
    const QFontMetrics metrics(note);
    constexpr int kAway = 8;
    std::vector<QRectF> taken;
    for (const auto& point : m_points) {
        const QPointF at(m_plot->xAxis->coordToPixel(point.rate),
                         m_plot->yAxis->coordToPixel(point.distortion));
        const QSizeF size(metrics.horizontalAdvance(point.name), metrics.height());
        const QPointF places[] = {at + QPointF(kAway, -size.height() / 2), at + QPointF(kAway, 2),
                                  at + QPointF(kAway, -size.height() - 2),
                                  at + QPointF(-kAway - size.width(), -size.height() / 2)};
        auto chosen = places[0];
        for (const auto& place : places) {
            if (std::ranges::none_of(
                    taken, [&](const QRectF& other) { return other.intersects(QRectF(place, size)); })) {
                chosen = place;
                break;
            }
        }
        taken.emplace_back(chosen, size);
        auto* label = new QCPItemText(m_plot);
        label->setText(point.name);
        label->setFont(note);
        label->setColor(palette().color(QPalette::Text));
        label->setPositionAlignment(Qt::AlignLeft | Qt::AlignTop);
        // Beside its point however the plot is moved.
        auto* anchor = new QCPItemTracer(m_plot);
        anchor->setStyle(QCPItemTracer::tsNone);
        anchor->position->setCoords(point.rate, point.distortion);
        label->position->setParentAnchor(anchor->position);
        label->position->setType(QCPItemPosition::ptAbsolute);
        label->position->setCoords(chosen - at);
    }
}

bool RateDistortionPlot::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_plot && event->type() == QEvent::Paint && m_points.empty()) {
        QPainter painter(m_plot);
        painter.fillRect(m_plot->rect(), palette().color(QPalette::Base));
        painter.setPen(theme::noteText(palette()));
        painter.drawText(m_plot->rect().adjusted(16, 0, -16, 0), int(Qt::AlignCenter) | int(Qt::TextWordWrap),
                         m_emptyText);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void RateDistortionPlot::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_plot != nullptr) {
        draw();
    }
}

}  // namespace elbo
