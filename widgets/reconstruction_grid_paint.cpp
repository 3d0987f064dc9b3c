// SPDX-License-Identifier: GPL-3.0-or-later
// How a ReconstructionGrid is drawn: columns with scale and numbers, lens, wipe, names of the rows.
#include "widgets/color_bar.h"
#include "widgets/picture.h"
#include "widgets/reconstruction_grid.h"
#include "widgets/theme.h"

#include <QtGui/QPainter>

#include <algorithm>
#include <cmath>

namespace elbo {

void ReconstructionGrid::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(viewport());
    if (m_items.empty()) {
        painter.setPen(theme::noteText(palette()));
        painter.drawText(viewport()->rect().adjusted(24, 0, -24, 0),
                         int(Qt::AlignCenter) | int(Qt::TextWordWrap), m_emptyText);
        return;
    }
    for (int column = 0; column < static_cast<int>(m_items.size()); ++column) {
        if (rectOfColumn(column).intersects(viewport()->rect())) {
            paintColumn(painter, column);
        }
    }
    paintGutter(painter);
}

void ReconstructionGrid::paintColumn(QPainter& painter, int column) const
{
    const auto& item = m_items[static_cast<std::size_t>(column)];
    const auto& drawn = m_drawn[static_cast<std::size_t>(column)];
    const auto area = rectOfColumn(column);
    const bool selected = m_selection.contains(item.id);
    if (selected) {
        auto color = palette().color(QPalette::Highlight);
        painter.fillRect(area.adjusted(-5, -5, 5, 3), color);
        painter.fillRect(area.adjusted(-2, -2, 2, 0), palette().color(QPalette::Base));
    }
    if (item.result.has_value()) {
        for (int i = 0; i < kPictures; ++i) {
            drawPicture(painter, rectOf(column, static_cast<Picture>(i)), drawn.pictures[i]);
        }
    } else {
        paintPlaceholder(painter, column);
    }
    const bool pointed = m_pointed.column == column && m_pointed.picture.has_value() && m_spot.has_value();
    if (pointed && m_wipe.has_value()) {
        paintWipe(painter, column);
    } else if (pointed && m_magnify && item.result.has_value()) {
        for (int i = 0; i < kPictures; ++i) {
            paintLens(painter, column, static_cast<Picture>(i));
        }
    }
    paintScale(painter, column);
    // The texts: name, then numbers aligned at both sides of the column.
    auto y = area.top() + picturesHeight() + scaleHeight() + theme::kStep;
    const auto note = theme::figureFont(theme::noteFont(font()));
    for (int line = 0; line < 4; ++line) {
        const auto lineFont = line == 0 ? font() : note;
        const QFontMetrics metrics(lineFont);
        const QRect place(area.left(), y, area.width(), metrics.height());
        y += metrics.height();
        painter.setFont(lineFont);
        painter.setPen(palette().color(QPalette::Text));
        const auto parts = drawn.lines[line].split(QLatin1Char('\t'));
        if (parts.size() == 2) {
            painter.drawText(place, Qt::AlignRight, parts[1]);
            painter.setPen(theme::noteText(palette()));
        }
        painter.drawText(place, Qt::AlignLeft, metrics.elidedText(parts[0], Qt::ElideMiddle, place.width()));
    }
}

/// The colours of this column's depths: both are on the range of the truth.
void ReconstructionGrid::paintScale(QPainter& painter, int column) const
{
    const auto& range = m_drawn[static_cast<std::size_t>(column)].depthRange;
    if (!range.has_value()) {
        return;
    }
    const bool metric = m_items[static_cast<std::size_t>(column)].result->metric;
    const auto area = rectOfColumn(column);
    painter.setFont(theme::figureFont(theme::noteFont(font())));
    painter.setPen(theme::noteText(palette()));
    auto texts = scaleTexts(double(range->first), double(range->second), metric ? tr("m") : QString());
    const auto width = painter.fontMetrics().horizontalAdvance(texts.join(QStringLiteral("  ")));
    if (!metric && width >= area.width()) {
        texts = {QString(), texts[1], QString()};  // the word rather than numbers that look like metres
    }
    const auto top = area.top() + picturesHeight() + theme::kStep;
    paintColorScale(painter, QRect(area.left(), top, area.width(), scaleHeight()), kScaleThickness,
                    m_depthMap, texts);
}

void ReconstructionGrid::paintPlaceholder(QPainter& painter, int column) const
{
    const auto& item = m_items[static_cast<std::size_t>(column)];
    const auto area = rectOfColumn(column);
    QRect space(area.left(), area.top(), area.width(), picturesHeight());
    painter.fillRect(space, theme::pictureGround(palette()));
    if (const auto truth = rectOf(column, Picture::TruthColor); !truth.isNull()) {
        drawPicture(painter, truth, m_drawn[static_cast<std::size_t>(column)].pictures[0]);
        space.setTop(area.top() + side());
    }
    painter.setFont(font());
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(space.adjusted(theme::kStep, 0, -theme::kStep, 0),
                     int(Qt::AlignCenter) | int(Qt::TextWordWrap), item.placeholder);
}

/// The same spot of one picture, three times larger, around where the pointer is in this or its neighbour.
void ReconstructionGrid::paintLens(QPainter& painter, int column, Picture picture) const
{
    const auto target = rectOf(column, picture);
    const auto& image = m_drawn[static_cast<std::size_t>(column)].pictures[static_cast<int>(picture)];
    if (target.isEmpty() || image.isNull()) {
        return;
    }
    const QPointF center(target.left() + m_spot->x() * target.width(),
                         target.top() + m_spot->y() * target.height());
    const auto lensSide = std::min(target.width(), target.height()) * 0.5;
    QRectF lens(center.x() - lensSide / 2, center.y() - lensSide / 2, lensSide, lensSide);
    lens.moveLeft(std::clamp(lens.left(), double(target.left()), target.left() + target.width() - lensSide));
    lens.moveTop(std::clamp(lens.top(), double(target.top()), target.top() + target.height() - lensSide));
    const auto pixels = lensSide / target.width() * image.width() / 3.0;
    QRectF source(m_spot->x() * image.width() - pixels / 2, m_spot->y() * image.height() - pixels / 2, pixels,
                  pixels);
    source.moveLeft(std::clamp(source.left(), 0.0, image.width() - pixels));
    source.moveTop(std::clamp(source.top(), 0.0, image.height() - pixels));
    const bool smooth = lensSide / pixels * devicePixelRatioF() < 3.0;
    painter.setRenderHint(QPainter::SmoothPixmapTransform, smooth);
    painter.drawImage(lens, image, source);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter.setPen(QPen(Qt::white, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(lens.adjusted(0, 0, -1, -1));
    painter.setPen(QPen(Qt::black, 1));
    painter.drawRect(lens.adjusted(-1, -1, 0, 0));
}

/// In the picture that is dragged over: truth left of the line, reconstruction right of it.
void ReconstructionGrid::paintWipe(QPainter& painter, int column) const
{
    const bool depth = *m_pointed.picture == Picture::TruthDepth || *m_pointed.picture == Picture::Depth;
    const auto& pictures = m_drawn[static_cast<std::size_t>(column)].pictures;
    const auto target = rectOf(column, *m_pointed.picture);
    const auto& truth = pictures[static_cast<int>(depth ? Picture::TruthDepth : Picture::TruthColor)];
    const auto& reconstruction = pictures[static_cast<int>(depth ? Picture::Depth : Picture::Color)];
    const auto edge = target.left() + static_cast<int>(std::lround(*m_wipe * target.width()));
    painter.save();
    painter.setClipRect(QRect(target.topLeft(), QPoint(edge - 1, target.bottom())));
    drawPicture(painter, target, truth);
    painter.setClipRect(QRect(QPoint(edge, target.top()), target.bottomRight()));
    drawPicture(painter, target, reconstruction);
    painter.restore();
    painter.fillRect(QRect(edge - 1, target.top(), 3, target.height()), Qt::black);
    painter.fillRect(QRect(edge, target.top(), 1, target.height()), Qt::white);
}

/// The names of the rows, at the left edge whatever is scrolled.
void ReconstructionGrid::paintGutter(QPainter& painter) const
{
    painter.fillRect(QRect(0, 0, gutter(), viewport()->height()), palette().color(QPalette::Base));
    painter.setFont(theme::noteFont(font()));
    painter.setPen(theme::noteText(palette()));
    const QString names[] = {tr("truth"), tr("reconstruction"), tr("truth"), tr("reconstruction")};
    const auto area = rectOfColumn(0);
    const int tops[] = {0, side() + kPairGap, 2 * side() + kPairGap + theme::kControlGap,
                        3 * side() + 2 * kPairGap + theme::kControlGap};
    for (int row = 0; row < (anyDepth() ? 4 : 2); ++row) {
        painter.save();
        painter.translate(0, area.top() + tops[row] + side());
        painter.rotate(-90);
        const auto text = painter.fontMetrics().elidedText(names[row], Qt::ElideRight, side());
        painter.drawText(QRect(0, theme::kStep, side(), gutter()), Qt::AlignHCenter | Qt::AlignTop, text);
        painter.restore();
    }
}

}  // namespace elbo
