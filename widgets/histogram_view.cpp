// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/histogram_view.h"

#include "widgets/number_text.h"
#include "widgets/theme.h"

#include <QtGui/QHelpEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QToolTip>

#include <algorithm>

namespace elbo {

HistogramView::HistogramView(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void HistogramView::setSeries(std::vector<HistogramSeries> series, double low, double high,
                              const QString& unit)
{
    m_series = std::move(series);
    std::erase_if(m_series, [](const HistogramSeries& one) { return one.counts.empty(); });
    m_low = low;
    m_high = high;
    m_unit = unit;
    update();
}

void HistogramView::clear()
{
    m_series.clear();
    update();
}

void HistogramView::setTitle(const QString& title)
{
    m_title = title;
    setAccessibleName(title);
    update();
}

void HistogramView::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

QRect HistogramView::plotRect() const
{
    const auto line = QFontMetrics(theme::noteFont(font())).height();
    return rect().adjusted(0, m_title.isEmpty() ? 0 : line + theme::kStep, 0, -line - 2);
}

void HistogramView::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    const auto figures = theme::figureFont(theme::noteFont(font()));
    const QFontMetrics metrics(figures);
    painter.setFont(figures);
    painter.setPen(theme::noteText(palette()));
    const auto plot = plotRect();
    if (!m_title.isEmpty()) {
        painter.drawText(QRect(0, 0, width(), metrics.height()), Qt::AlignLeft, m_title);
    }
    painter.fillRect(plot, palette().color(QPalette::Base));
    if (m_series.empty()) {
        painter.drawText(plot, int(Qt::AlignCenter) | int(Qt::TextWordWrap), m_emptyText);
        return;
    }
    double highest = 0.0;
    for (const auto& series : m_series) {
        highest = std::max(highest, *std::max_element(series.counts.begin(), series.counts.end()));
    }
    painter.setRenderHint(QPainter::Antialiasing);
    for (const auto& series : m_series) {
        const auto color = series.color.isValid() ? series.color : theme::noteText(palette());
        auto fill = color;
        fill.setAlpha(m_series.size() > 1 ? 60 : 150);
        const auto step = plot.width() / static_cast<double>(series.counts.size());
        QPolygonF shape{QPointF(plot.left(), plot.bottom() + 1)};
        for (std::size_t i = 0; i < series.counts.size(); ++i) {
            const auto share = highest > 0.0 ? series.counts[i] / highest : 0.0;
            const auto y = plot.bottom() + 1 - share * (plot.height() - 2);
            shape << QPointF(plot.left() + step * double(i), y)
                  << QPointF(plot.left() + step * double(i + 1), y);
        }
        shape << QPointF(plot.left() + plot.width(), plot.bottom() + 1);
        painter.setPen(m_series.size() > 1 ? QPen(color, 1.0) : QPen(Qt::NoPen));
        painter.setBrush(fill);
        painter.drawPolygon(shape);
    }
    painter.setPen(theme::noteText(palette()));
    const QRect line(0, plot.bottom() + 2, width(), metrics.height());
    painter.drawText(line, Qt::AlignLeft, numberText(m_low, 4));
    const auto high =
        m_unit.isEmpty() ? numberText(m_high, 4) : tr("%1 %2").arg(numberText(m_high, 4), m_unit);
    painter.drawText(line, Qt::AlignRight, high);
}

QString HistogramView::binText(int bin) const
{
    const auto bins = static_cast<double>(m_series.front().counts.size());
    const auto width = (m_high - m_low) / bins;
    auto text =
        tr("%1 to %2 %3")
            .arg(numberText(m_low + bin * width, 4), numberText(m_low + (bin + 1) * width, 4), m_unit);
    for (const auto& series : m_series) {
        const auto at = static_cast<std::size_t>(bin);
        const auto count = at < series.counts.size() ? series.counts[at] : 0.0;
        text +=
            QLatin1Char('\n') + (series.name.isEmpty() ? numberText(count, 8)
                                                       : tr("%1: %2").arg(series.name, numberText(count, 8)));
    }
    return text;
}

bool HistogramView::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && !m_series.empty()) {
        const auto& help = static_cast<const QHelpEvent&>(*event);
        const auto bins = static_cast<int>(m_series.front().counts.size());
        const auto bin = std::clamp(help.pos().x() * bins / std::max(1, width()), 0, bins - 1);
        QToolTip::showText(help.globalPos(), binText(bin), this);
        return true;
    }
    return QWidget::event(event);
}

QSize HistogramView::sizeHint() const
{
    return {240, 72 + 2 * QFontMetrics(theme::noteFont(font())).height()};
}

QSize HistogramView::minimumSizeHint() const
{
    return {96, sizeHint().height()};
}

}  // namespace elbo
