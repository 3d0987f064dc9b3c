// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/color_bar.h"

#include "core/base/color_map.h"
#include "widgets/number_text.h"
#include "widgets/theme.h"

#include <QtGui/QImage>
#include <QtGui/QPainter>

namespace elbo {

namespace {

constexpr int kBarThickness = 12;

}  // namespace

QImage colorMapPicture(const QString& key, Qt::Orientation orientation)
{
    const auto& map = findColorMap(key.toStdString());
    const bool horizontal = orientation == Qt::Horizontal;
    QImage image(horizontal ? 256 : 1, horizontal ? 1 : 256, QImage::Format_RGB32);
    for (int i = 0; i < 256; ++i) {
        const auto& entry = map.entries[static_cast<std::size_t>(i)];
        image.setPixel(horizontal ? i : 0, horizontal ? 0 : 255 - i, qRgb(entry[0], entry[1], entry[2]));
    }
    return image;
}

QStringList scaleTexts(double low, double high, const QString& unit)
{
    if (unit.isEmpty()) {
        return {numberText(low, 3), ColorBar::tr("relative"), numberText(high, 3)};
    }
    return {numberText(low, 3), numberText((low + high) / 2.0, 3),
            ColorBar::tr("%1 %2").arg(numberText(high, 3), unit)};
}

void paintColorScale(QPainter& painter, const QRect& area, int thickness, const QString& mapKey,
                     const QStringList& texts)
{
    painter.save();
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(QRect(area.left(), area.top(), area.width(), thickness), colorMapPicture(mapKey));
    painter.restore();
    const auto metrics = painter.fontMetrics();
    const QRect line(area.left(), area.top() + thickness + 2, area.width(), metrics.height());
    painter.drawText(line, Qt::AlignLeft, texts[0]);
    painter.drawText(line, Qt::AlignRight, texts[2]);
    if (metrics.horizontalAdvance(texts.join(QStringLiteral("  "))) < area.width()) {
        painter.drawText(line, Qt::AlignHCenter, texts[1]);
    }
}

ColorBar::ColorBar(Qt::Orientation orientation, QWidget* parent)
    : QWidget(parent), m_orientation(orientation), m_map(QStringLiteral("turbo"))
{
    const auto policy = orientation == Qt::Horizontal
                            ? QSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed)
                            : QSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    setSizePolicy(policy);
    setScale(0.0, 1.0, {});
}

void ColorBar::setMap(const QString& key)
{
    m_map = key;
    update();
}

void ColorBar::setScale(double low, double high, const QString& unit)
{
    m_low = low;
    m_high = high;
    m_unit = unit;
    setAccessibleName(texts().join(QStringLiteral(" - ")));
    setToolTip(m_unit.isEmpty() ? tr("Depth of each image in its own range: how far is not known in metres")
                                : tr("From %1 to %2 %3").arg(numberText(low, 4), numberText(high, 4), unit));
    update();
}

QStringList ColorBar::texts() const
{
    return scaleTexts(m_low, m_high, m_unit);
}

void ColorBar::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    const auto font = theme::figureFont(theme::noteFont(this->font()));
    painter.setFont(font);
    painter.setPen(theme::noteText(palette()));
    const auto names = texts();
    if (m_orientation == Qt::Horizontal) {
        paintColorScale(painter, rect(), kBarThickness, m_map, names);
        return;
    }
    painter.drawImage(QRect(0, 0, kBarThickness, height()), colorMapPicture(m_map, m_orientation));
    const QRect column(kBarThickness + theme::kStep, 0, width() - kBarThickness - theme::kStep, height());
    painter.drawText(column, Qt::AlignLeft | Qt::AlignTop, names[2]);
    painter.drawText(column, Qt::AlignLeft | Qt::AlignVCenter, names[1]);
    painter.drawText(column, Qt::AlignLeft | Qt::AlignBottom, names[0]);
}

QSize ColorBar::sizeHint() const
{
    const QFontMetrics metrics(theme::noteFont(font()));
    if (m_orientation == Qt::Horizontal) {
        return {180, kBarThickness + 2 + metrics.height()};
    }
    return {kBarThickness + theme::kStep + metrics.horizontalAdvance(QStringLiteral("relative ")), 128};
}

QSize ColorBar::minimumSizeHint() const
{
    const auto hint = sizeHint();
    return m_orientation == Qt::Horizontal ? QSize(80, hint.height()) : QSize(hint.width(), 64);
}

}  // namespace elbo
