// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/point_cloud_overlay.h"

#include "widgets/color_bar.h"
#include "widgets/theme.h"

#include <QtGui/QFontMetricsF>
#include <QtGui/QPainter>

#include <algorithm>

namespace elbo {

namespace {

constexpr double kGap = theme::kControlGap;
constexpr double kRing = 6;
constexpr double kScaleWidth = 180;
constexpr int kScaleThickness = 10;

/// Colours that can be read over any points: text on a plate of the background's own brightness.
struct Ink {
    QColor text;
    QColor plate;

    explicit Ink(const QColor& background)
    {
        const bool dark = theme::contrast(background, Qt::white) > theme::contrast(background, Qt::black);
        text = dark ? QColor(240, 240, 240) : QColor(20, 20, 20);
        plate = dark ? QColor(24, 24, 24, 215) : QColor(250, 250, 250, 215);
    }
};

QRectF paintPlate(QPainter& painter, const Ink& ink, const QPointF& topLeft, const QSizeF& inner)
{
    const QRectF plate(topLeft, inner + QSizeF(2 * kGap, kGap));
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink.plate);
    painter.drawRoundedRect(plate, 3, 3);
    painter.setPen(ink.text);
    painter.setBrush(Qt::NoBrush);
    return plate.adjusted(kGap, kGap / 2, -kGap, -kGap / 2);
}

QSizeF textSize(const QPainter& painter, const QStringList& lines)
{
    const QFontMetricsF metrics(painter.font());
    double width = 0;
    for (const auto& line : lines) {
        width = std::max(width, metrics.horizontalAdvance(line));
    }
    return {std::ceil(width), std::ceil(metrics.height() * static_cast<double>(lines.size()))};
}

/// A plate with text, moved so that it stays inside.
void paintText(QPainter& painter, const Ink& ink, QPointF topLeft, const QRectF& inside, const QString& text)
{
    const auto size = textSize(painter, {text});
    const auto full = size + QSizeF(2 * kGap, kGap);
    topLeft.setX(std::max(inside.left(), std::min(topLeft.x(), inside.right() - full.width())));
    topLeft.setY(std::max(inside.top(), std::min(topLeft.y(), inside.bottom() - full.height())));
    painter.drawText(paintPlate(painter, ink, topLeft, size), Qt::AlignLeft | Qt::AlignVCenter, text);
}

/// Twice, dark below light: it stands out from every colour.
template <typename Draw>
void paintOutlined(QPainter& painter, Draw draw)
{
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0), 4, Qt::SolidLine, Qt::RoundCap));
    draw();
    painter.setPen(QPen(QColor(255, 255, 255), 1.8, Qt::SolidLine, Qt::RoundCap));
    draw();
}

void paintPicks(QPainter& painter, const Ink& ink, const CloudMarks& marks)
{
    for (const auto& measure : marks.measures) {
        painter.setClipRect(measure.pane);
        paintOutlined(painter, [&] { painter.drawLine(measure.line); });
    }
    for (const auto& mark : marks.marks) {
        painter.setClipRect(mark.pane);
        paintOutlined(painter, [&] { painter.drawEllipse(mark.place, kRing, kRing); });
        paintOutlined(painter, [&] { painter.drawPoint(mark.place); });
        paintText(painter, ink, mark.place + QPointF(kRing + 4, -kRing - 20), mark.pane, mark.text);
    }
    for (const auto& measure : marks.measures) {
        painter.setClipRect(measure.pane);
        paintText(painter, ink, measure.line.center() + QPointF(kGap, kGap), measure.pane, measure.text);
    }
    painter.setClipping(false);
}

void paintScale(QPainter& painter, const Ink& ink, const QSizeF& size, const CloudMarks& marks)
{
    const QFontMetricsF metrics(painter.font());
    const auto height = std::ceil(2 * metrics.height()) + kScaleThickness + 4;
    const QSizeF inner(std::min(kScaleWidth, size.width() - 4 * kGap), height);
    const auto area = paintPlate(painter, ink, {kGap, size.height() - height - 2 * kGap}, inner);
    painter.drawText(QRectF(area.topLeft(), QSizeF(area.width(), metrics.height())), Qt::AlignLeft,
                     marks.scaleTitle);
    const auto bar = area.adjusted(0, metrics.height() + 2, 0, 0).toRect();
    paintColorScale(painter, bar, kScaleThickness, marks.scaleMap, marks.scaleTexts);
}

void paintReadOut(QPainter& painter, const Ink& ink, const QSizeF& size, const CloudMarks& marks)
{
    const auto lines = textSize(painter, marks.readOut);
    const double swatch = marks.readOutColor.isValid() ? lines.height() : 0;
    const QSizeF inner(lines.width() + (swatch > 0 ? swatch + kGap : 0), lines.height());
    auto area = paintPlate(
        painter, ink, {size.width() - inner.width() - 3 * kGap, size.height() - inner.height() - 2 * kGap},
        inner);
    if (swatch > 0) {
        painter.fillRect(QRectF(area.topLeft(), QSizeF(swatch, swatch)), marks.readOutColor);
        area.adjust(swatch + kGap, 0, 0, 0);
    }
    painter.drawText(area, Qt::AlignLeft, marks.readOut.join(QLatin1Char('\n')));
}

}  // namespace

void paintMarks(QPainter& painter, const QSizeF& size, const CloudMarks& marks, const QFont& font)
{
    const Ink ink(marks.background);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(theme::figureFont(font));
    if (!marks.note.isEmpty()) {
        painter.setPen(ink.text);
        painter.drawText(QRectF(QPointF(0, 0), size), Qt::AlignCenter | Qt::TextWordWrap, marks.note);
    }
    auto line = ink.text;
    line.setAlpha(90);
    for (const auto& border : marks.borders) {
        painter.setPen(line);
        painter.drawLine(border);
    }
    for (const auto& label : marks.labels) {
        paintText(painter, ink, label.pane.topLeft() + QPointF(kGap, kGap), label.pane, label.text);
    }
    paintPicks(painter, ink, marks);
    if (!marks.scaleMap.isEmpty()) {
        paintScale(painter, ink, size, marks);
    }
    if (!marks.readOut.isEmpty()) {
        paintReadOut(painter, ink, size, marks);
    }
}

PointCloudOverlay::PointCloudOverlay(QWidget* parent) : QWidget(parent)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
}

void PointCloudOverlay::setMarks(const CloudMarks& marks)
{
    if (m_marks !=
        marks) {  // most frames of a drag leave them, and drawing and uploading them costs as much as points
        m_marks = marks;
        update();
    }
}

void PointCloudOverlay::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    paintMarks(painter, QSizeF(size()), m_marks, font());
}

}  // namespace elbo
