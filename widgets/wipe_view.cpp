// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/wipe_view.h"

#include "widgets/picture.h"
#include "widgets/theme.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>

#include <algorithm>

namespace elbo {

namespace {

constexpr double kKeyStep = 0.05;

}  // namespace

WipeView::WipeView(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Two pictures over each other"));
    setCursor(Qt::SplitHCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void WipeView::setPictures(const QImage& left, const QImage& right)
{
    m_left = left;
    m_right = right;
    update();
}

void WipeView::setNames(const QString& left, const QString& right)
{
    m_leftName = left;
    m_rightName = right;
    update();
}

void WipeView::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

void WipeView::setPlace(double place)
{
    const auto within = std::clamp(place, 0.0, 1.0);
    if (within != m_place) {
        m_place = within;
        update();
        Q_EMIT placeChanged(m_place);
    }
}

QRect WipeView::pictureRect() const
{
    const auto below = fontMetrics().height() + theme::kStep;
    return fittedRect(m_left.size(), rect().adjusted(0, 0, 0, -below));
}

QSize WipeView::sizeHint() const
{
    return {260, 280};
}

QSize WipeView::minimumSizeHint() const
{
    return {120, 120};
}

void WipeView::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    if (m_left.isNull() || m_right.isNull()) {
        painter.setPen(theme::noteText(palette()));
        painter.drawText(rect(), int(Qt::AlignCenter) | int(Qt::TextWordWrap), m_emptyText);
        return;
    }
    const auto target = pictureRect();
    const auto edge = target.left() + static_cast<int>(m_place * target.width());
    painter.save();
    painter.setClipRect(QRect(target.topLeft(), QPoint(edge - 1, target.bottom())));
    drawPicture(painter, target, m_left);
    painter.setClipRect(QRect(QPoint(edge, target.top()), target.bottomRight()));
    drawPicture(painter, target, m_right);
    painter.restore();
    // Seen on light and on dark pictures alike.
    painter.fillRect(edge - 1, target.top(), 3, target.height(), Qt::black);
    painter.fillRect(edge, target.top(), 1, target.height(), Qt::white);
    painter.setFont(theme::noteFont(font()));
    painter.setPen(theme::noteText(palette()));
    const QRect names(target.left(), target.bottom() + 1 + theme::kStep, target.width(),
                      height() - target.bottom());
    const auto half = target.width() / 2 - theme::kStep;
    const QFontMetrics metrics(painter.font());
    painter.drawText(names, int(Qt::AlignLeft) | int(Qt::AlignTop),
                     metrics.elidedText(m_leftName, Qt::ElideMiddle, half));
    painter.drawText(names, int(Qt::AlignRight) | int(Qt::AlignTop),
                     metrics.elidedText(m_rightName, Qt::ElideMiddle, half));
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.drawRect(target.adjusted(0, 0, -1, -1));
    }
}

void WipeView::follow(const QMouseEvent& event)
{
    const auto target = pictureRect();
    if (event.buttons().testFlag(Qt::LeftButton) && target.width() > 0) {
        setPlace((event.position().x() - target.left()) / target.width());
    }
}

void WipeView::mousePressEvent(QMouseEvent* event)
{
    follow(*event);
}

void WipeView::mouseMoveEvent(QMouseEvent* event)
{
    follow(*event);
}

void WipeView::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right) {
        setPlace(m_place + (event->key() == Qt::Key_Left ? -kKeyStep : kKeyStep));
        return;
    }
    QWidget::keyPressEvent(event);
}

}  // namespace elbo
