// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/picture_strip.h"

#include "widgets/picture.h"
#include "widgets/theme.h"

#include <QtGui/QContextMenuEvent>
#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>

#include <algorithm>
#include <cmath>

namespace elbo {

namespace {

constexpr int kGap = 2;
constexpr int kMark = 3;           ///< width of the mark
constexpr double kKeyStep = 0.01;  ///< part of the way
constexpr int kSmallest = 32;      ///< side of a picture

}  // namespace

PictureStrip::PictureStrip(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Pictures of the way"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

void PictureStrip::setPictures(const std::vector<Image8>& color, const std::vector<ImageF>& depth,
                               const QString& map)
{
    m_color.clear();
    m_depth.clear();
    for (const auto& picture : color) {
        m_color.push_back(toQImage(picture));
    }
    if (!depth.empty() && !depth.front().empty()) {
        auto range = finiteRange(depth.front());
        for (const auto& values : depth) {
            const auto own = finiteRange(values);
            range = {std::min(range.low, own.low), std::max(range.high, own.high)};
        }
        for (const auto& values : depth) {
            m_depth.push_back(toQImage(values, map, range.low, range.high));
        }
    }
    updateGeometry();
    update();
}

void PictureStrip::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

void PictureStrip::setPlace(double place)
{
    m_place = std::clamp(place, 0.0, 1.0);
    update();
}

QRect PictureStrip::pictureRect(int index, bool depth) const
{
    const auto size = m_color.front().size();
    const int rows = m_depth.empty() ? 1 : 2;
    const auto aspect = double(size.width()) / std::max(1, size.height());
    const auto byWidth = (width() - (count() - 1) * kGap) / count();
    const auto byHeight = static_cast<int>((height() - (rows - 1) * kGap) / rows * aspect);
    const auto wide = std::max(1, std::min(byWidth, byHeight));
    const auto tall = std::max(1, static_cast<int>(wide / aspect));
    const auto whole = count() * (wide + kGap) - kGap;
    return {(width() - whole) / 2 + index * (wide + kGap), depth ? tall + kGap : 0, wide, tall};
}

QImage PictureStrip::sheet() const
{
    if (m_color.empty()) {
        return {};
    }
    const auto size = m_color.front().size();
    const int rows = m_depth.empty() ? 1 : 2;
    QImage sheet(count() * (size.width() + kGap) - kGap, rows * (size.height() + kGap) - kGap,
                 QImage::Format_RGB32);
    sheet.fill(theme::pictureGround(palette()));
    QPainter painter(&sheet);
    for (int i = 0; i < count(); ++i) {
        painter.drawImage(i * (size.width() + kGap), 0, m_color[static_cast<std::size_t>(i)]);
        if (rows == 2) {
            painter.drawImage(i * (size.width() + kGap), size.height() + kGap,
                              m_depth[static_cast<std::size_t>(i)]);
        }
    }
    return sheet;
}

QSize PictureStrip::sizeHint() const
{
    return {600, m_depth.empty() ? 72 : 146};
}

QSize PictureStrip::minimumSizeHint() const
{
    return {9 * kSmallest, m_depth.empty() ? kSmallest : 2 * kSmallest + kGap};
}

void PictureStrip::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    if (m_color.empty()) {
        painter.setPen(theme::noteText(palette()));
        painter.drawText(rect(), int(Qt::AlignCenter) | int(Qt::TextWordWrap), m_emptyText);
        return;
    }
    for (int i = 0; i < count(); ++i) {
        drawPicture(painter, pictureRect(i, false), m_color[static_cast<std::size_t>(i)]);
        if (!m_depth.empty()) {
            drawPicture(painter, pictureRect(i, true), m_depth[static_cast<std::size_t>(i)]);
        }
    }
    const auto first = pictureRect(0, false), last = pictureRect(count() - 1, !m_depth.empty());
    const auto from = first.center().x(), to = last.center().x();
    const auto x = static_cast<int>(std::lround(from + m_place * (to - from)));
    const QRect mark(x - kMark / 2, first.top(), kMark, last.bottom() - first.top() + 1);
    painter.fillRect(mark.adjusted(-1, 0, 1, 0), palette().color(QPalette::Window));
    painter.fillRect(mark, palette().color(QPalette::Highlight));
    if (hasFocus()) {
        painter.setPen(palette().color(QPalette::Highlight));
        painter.drawRect(QRect(first.topLeft(), last.bottomRight()).adjusted(0, 0, -1, -1));
    }
}

void PictureStrip::choose(const QPointF& position)
{
    if (m_color.empty()) {
        return;
    }
    const auto from = pictureRect(0, false).center().x(), to = pictureRect(count() - 1, false).center().x();
    setPlace(to > from ? (position.x() - from) / (to - from) : 0.0);
    Q_EMIT placeChosen(m_place);
}

void PictureStrip::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton) {
        choose(event->position());
    }
}

void PictureStrip::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton) {
        choose(event->position());
    }
}

void PictureStrip::keyPressEvent(QKeyEvent* event)
{
    const bool left = event->key() == Qt::Key_Left, right = event->key() == Qt::Key_Right;
    if (m_color.empty() || (!left && !right)) {
        QWidget::keyPressEvent(event);
        return;
    }
    setPlace(m_place + (left ? -kKeyStep : kKeyStep));
    Q_EMIT placeChosen(m_place);
}

void PictureStrip::contextMenuEvent(QContextMenuEvent* event)
{
    if (m_color.empty()) {
        return;
    }
    QMenu menu;
    Q_EMIT menuWanted(&menu);
    if (!menu.isEmpty()) {
        menu.exec(event->globalPos());
    }
}

}  // namespace elbo
