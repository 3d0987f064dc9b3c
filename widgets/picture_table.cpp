// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/picture_table.h"

#include "widgets/picture.h"
#include "widgets/theme.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>

#include <algorithm>
#include <utility>

namespace elbo {

namespace {

constexpr int kGap = 2;
constexpr int kSmallest = 16;  ///< side of a picture

}  // namespace

PictureTable::PictureTable(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Pictures of codes"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void PictureTable::setPictures(std::vector<QImage> pictures, int columns)
{
    m_pictures = std::move(pictures);
    m_columns = m_pictures.empty() ? 0 : std::max(1, columns);
    m_current = std::clamp(m_current, 0, std::max(0, count() - 1));
    updateGeometry();
    update();
}

void PictureTable::setNames(const QStringList& rows, const QStringList& columns)
{
    m_rowNames = rows;
    m_columnNames = columns;
    update();
}

void PictureTable::setCaptions(const QStringList& captions)
{
    m_captions = captions;
    updateGeometry();
    update();
}

void PictureTable::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

int PictureTable::nameWidth() const
{
    const QFontMetrics metrics(theme::noteFont(font()));
    int widest = 0;
    for (const auto& name : m_rowNames) {
        widest = std::max(widest, metrics.horizontalAdvance(name));
    }
    return widest == 0 ? 0 : widest + theme::kControlGap;
}

int PictureTable::nameHeight() const
{
    return m_columnNames.isEmpty() ? 0 : QFontMetrics(theme::noteFont(font())).height() + theme::kStep;
}

int PictureTable::captionHeight() const
{
    return m_captions.isEmpty() ? 0 : QFontMetrics(theme::noteFont(font())).height() + theme::kStep;
}

QRect PictureTable::pictureRect(int index) const
{
    const auto size = m_pictures.front().size();
    const auto aspect = double(size.width()) / std::max(1, size.height());
    const auto roomX = width() - nameWidth(), roomY = height() - nameHeight();
    const auto byWidth = (roomX - (m_columns - 1) * kGap) / m_columns;
    const auto below = captionHeight();
    const auto byHeight = static_cast<int>(((roomY - (rows() - 1) * kGap) / rows() - below) * aspect);
    const auto wide = std::max(1, std::min(byWidth, byHeight));
    const auto tall = std::max(1, static_cast<int>(wide / aspect));
    const auto left = nameWidth() + (roomX - (m_columns * (wide + kGap) - kGap)) / 2;
    return {left + index % m_columns * (wide + kGap), index / m_columns * (tall + below + kGap), wide, tall};
}

int PictureTable::indexAt(const QPoint& position) const
{
    for (int i = 0; i < count(); ++i) {
        if (pictureRect(i).contains(position)) {
            return i;
        }
    }
    return -1;
}

QSize PictureTable::sizeHint() const
{
    return {600, 500};
}

QSize PictureTable::minimumSizeHint() const
{
    return {nameWidth() + std::max(1, m_columns) * (kSmallest + kGap),
            nameHeight() + std::max(1, rows()) * (kSmallest + captionHeight() + kGap)};
}

void PictureTable::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setPen(theme::noteText(palette()));
    if (m_pictures.empty()) {
        painter.drawText(rect(), int(Qt::AlignCenter) | int(Qt::TextWordWrap), m_emptyText);
        return;
    }
    for (int i = 0; i < count(); ++i) {
        drawPicture(painter, pictureRect(i), m_pictures[static_cast<std::size_t>(i)]);
    }
    painter.setFont(theme::noteFont(font()));
    for (int i = 0; i < count() && i < m_captions.size(); ++i) {
        const auto picture = pictureRect(i);
        painter.drawText(QRect(picture.left(), picture.bottom() + 1, picture.width(), captionHeight()),
                         int(Qt::AlignHCenter) | int(Qt::AlignVCenter), m_captions[i]);
    }
    for (int row = 0; row < rows() && row < m_rowNames.size(); ++row) {
        const auto first = pictureRect(row * m_columns);
        painter.drawText(
            QRect(first.left() - nameWidth(), first.top(), nameWidth() - theme::kStep, first.height()),
            int(Qt::AlignRight) | int(Qt::AlignVCenter), m_rowNames[row]);
    }
    const auto bottom = pictureRect(count() - 1).bottom() + 1 + captionHeight();
    for (int column = 0; column < m_columns && column < m_columnNames.size(); ++column) {
        const auto picture = pictureRect(column);
        painter.drawText(QRect(picture.left(), bottom, picture.width(), nameHeight()),
                         int(Qt::AlignHCenter) | int(Qt::AlignBottom), m_columnNames[column]);
    }
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.drawRect(pictureRect(m_current).adjusted(0, 0, -1, -1));
    }
}

void PictureTable::mousePressEvent(QMouseEvent* event)
{
    const auto index = event->button() == Qt::LeftButton ? indexAt(event->position().toPoint()) : -1;
    if (index >= 0) {
        m_current = index;
        update();
        Q_EMIT chosen(index);
    }
}

void PictureTable::keyPressEvent(QKeyEvent* event)
{
    int step = 0;
    switch (event->key()) {
        case Qt::Key_Left:
            step = -1;
            break;
        case Qt::Key_Right:
            step = 1;
            break;
        case Qt::Key_Up:
            step = -m_columns;
            break;
        case Qt::Key_Down:
            step = m_columns;
            break;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (count() > 0) {
                Q_EMIT chosen(m_current);
            }
            return;
        default:
            QWidget::keyPressEvent(event);
            return;
    }
    if (m_current + step >= 0 && m_current + step < count()) {
        m_current += step;
        update();
    }
}

}  // namespace elbo
