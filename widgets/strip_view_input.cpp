// SPDX-License-Identifier: GPL-3.0-or-later
// What the user does with a StripView: pointing, clicking, keys, context menu.
#include "widgets/number_text.h"
#include "widgets/picture.h"
#include "widgets/strip_view.h"
#include "widgets/theme.h"

#include <QtGui/QClipboard>
#include <QtGui/QContextMenuEvent>
#include <QtGui/QGuiApplication>
#include <QtGui/QHelpEvent>
#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtWidgets/QToolTip>

#include <algorithm>

namespace elbo {

StripView::Spot StripView::hit(const QPoint& position) const
{
    const auto count = columnCount();
    for (int column = 0; column < count; ++column) {
        for (int row = 0; row < 2; ++row) {
            for (const bool depth : {false, true}) {
                if ((!depth || m_hasDepth) && pictureRect(row, column, depth).contains(position)) {
                    return {row, column, depth};
                }
            }
        }
    }
    return {};
}

void StripView::mousePressEvent(QMouseEvent* event)
{
    if (const auto found = hit(event->position().toPoint()); found.column >= 0) {
        m_current = found.column;
        update();
    }
}

void StripView::mouseReleaseEvent(QMouseEvent* event)
{
    const auto found = hit(event->position().toPoint());
    if (event->button() == Qt::LeftButton && found.column >= 0) {
        Q_EMIT activated(found.column);
    }
}

void StripView::keyPressEvent(QKeyEvent* event)
{
    const auto last = columnCount() - 1;
    const auto go = [&](int column) {
        m_current = std::clamp(column, 0, std::max(0, last));
        update();
    };
    switch (event->key()) {
        case Qt::Key_Left:
            return go(m_current - 1);
        case Qt::Key_Right:
            return go(m_current + 1);
        case Qt::Key_Home:
            return go(0);
        case Qt::Key_End:
            return go(last);
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (!m_columns.empty()) {
                Q_EMIT activated(m_current);
            }
            return;
        default:
            QWidget::keyPressEvent(event);
    }
}

void StripView::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void StripView::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

void StripView::contextMenuEvent(QContextMenuEvent* event)
{
    if (m_columns.empty()) {
        return;
    }
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const auto spot = byKey ? Spot{1, m_current, false} : hit(event->pos());
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("strip-menu"));
    if (const auto copied = picture(spot); !copied.isNull()) {
        menu->addAction(theme::icon(QStringLiteral("copy")), tr("Copy picture"), this,
                        [copied] { QGuiApplication::clipboard()->setImage(copied); });
    }
    menu->addAction(tr("Copy the whole strip"), this,
                    [this] { QGuiApplication::clipboard()->setImage(sheet()); });
    Q_EMIT menuWanted(spot, menu);
    menu->popup(byKey ? mapToGlobal(pictureRect(spot.row, spot.column, spot.depth).center())
                      : event->globalPos());
}

bool StripView::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto& help = static_cast<const QHelpEvent&>(*event);
        const auto found = hit(help.pos());
        if (found.column < 0) {
            QToolTip::hideText();
            return true;
        }
        auto text = nameOf(found);
        if (found.depth) {
            const auto range = finiteRange(m_strip.truthDepth[static_cast<std::size_t>(found.column)]);
            text += m_strip.metric
                        ? tr("\ndepth %1 to %2 m")
                              .arg(numberText(double(range.low), 3), numberText(double(range.high), 3))
                        : tr("\ndepth, relative");
        }
        QToolTip::showText(help.globalPos(), text, this);
        return true;
    }
    return QWidget::event(event);
}

}  // namespace elbo
