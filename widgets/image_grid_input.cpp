// SPDX-License-Identifier: GPL-3.0-or-later
// What the user does with an ImageGrid: mouse, keyboard, selection.
#include "widgets/image_grid.h"
#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtGui/QContextMenuEvent>
#include <QtGui/QHelpEvent>
#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QWheelEvent>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QToolTip>

#include <algorithm>
#include <iterator>

namespace elbo {

bool ImageGrid::jumpTo(std::int64_t index)
{
    const auto position = positionOf(index);
    if (!position.has_value()) {
        return false;
    }
    moveCurrent(*position, Qt::NoModifier);
    return true;
}

std::vector<std::int64_t> ImageGrid::selection() const
{
    return {m_selection.begin(), m_selection.end()};
}

void ImageGrid::setSelection(const std::vector<std::int64_t>& indices)
{
    std::set<std::int64_t> wanted;
    std::copy_if(indices.begin(), indices.end(), std::inserter(wanted, wanted.end()),
                 [this](std::int64_t index) { return positionOf(index).has_value(); });
    if (wanted != m_selection) {
        m_selection = std::move(wanted);
        viewport()->update();
        Q_EMIT selectionChanged();
    }
}

void ImageGrid::clearSelection()
{
    setSelection({});
}

void ImageGrid::ensureVisible(std::int64_t position)
{
    const auto cell = cellRect(position);
    auto* bar = verticalScrollBar();
    if (cell.top() < theme::kControlGap) {
        bar->setValue(bar->value() + cell.top() - theme::kControlGap);
    } else if (cell.bottom() > viewport()->height() - theme::kStep) {
        bar->setValue(bar->value() + cell.bottom() - viewport()->height() + theme::kStep);
    }
}

void ImageGrid::moveCurrent(std::int64_t position, Qt::KeyboardModifiers modifiers)
{
    if (shownCount() == 0) {
        return;
    }
    position = std::clamp<std::int64_t>(position, 0, shownCount() - 1);
    const auto index = indexOf(position);
    const bool changed = m_current != index;
    m_current = index;
    choose(position, modifiers);
    ensureVisible(position);
    viewport()->update();
    if (changed) {
        Q_EMIT currentChanged(index);
    }
}

/// Selects as lists do: alone, with Ctrl one more or less, with Shift from the anchor to here.
void ImageGrid::choose(std::int64_t position, Qt::KeyboardModifiers modifiers)
{
    const auto index = indexOf(position);
    auto wanted = m_selection;
    if (modifiers.testFlag(Qt::ShiftModifier)) {
        wanted.clear();
        const auto [from, to] =
            std::minmax(std::clamp<std::int64_t>(m_anchor, 0, shownCount() - 1), position);
        for (auto i = from; i <= to; ++i) {
            wanted.insert(indexOf(i));
        }
    } else {
        m_anchor = position;
        if (modifiers.testFlag(Qt::ControlModifier)) {
            if (!wanted.erase(index)) {
                wanted.insert(index);
            }
        } else {
            wanted = {index};
        }
    }
    if (wanted != m_selection) {
        m_selection = std::move(wanted);
        Q_EMIT selectionChanged();
    }
}

void ImageGrid::keyPressEvent(QKeyEvent* event)
{
    const auto layout = layoutNow();
    const auto here = m_current.has_value() ? positionOf(*m_current).value_or(0) : -1;
    const auto page = std::max(1, viewport()->height() / layout.cellHeight) * std::int64_t{layout.columns};
    const auto go = [&](std::int64_t position) {
        moveCurrent(position, event->modifiers() & Qt::ShiftModifier);
    };
    if (event->matches(QKeySequence::SelectAll)) {
        std::vector<std::int64_t> all(static_cast<std::size_t>(shownCount()));
        for (std::int64_t i = 0; i < shownCount(); ++i) {
            all[static_cast<std::size_t>(i)] = indexOf(i);
        }
        setSelection(all);
        return;
    }
    switch (event->key()) {
        case Qt::Key_Left:
            return go(here - 1);
        case Qt::Key_Right:
            return go(here + 1);
        case Qt::Key_Up:
            return go(here - layout.columns >= 0 ? here - layout.columns : std::max<std::int64_t>(here, 0));
        case Qt::Key_Down:
            return go(here < 0 ? 0 : here + layout.columns);
        case Qt::Key_PageUp:
            return go(here - page);
        case Qt::Key_PageDown:
            return go(here + page);
        case Qt::Key_Home:
            return go(0);
        case Qt::Key_End:
            return go(shownCount() - 1);
        case Qt::Key_Plus:
            return setSide(m_side * 5 / 4);
        case Qt::Key_Minus:
            return setSide(m_side * 4 / 5);
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (m_current.has_value()) {
                Q_EMIT activated(*m_current);
            }
            return;
        case Qt::Key_Escape:
            if (!m_selection.empty()) {
                clearSelection();
                return;
            }
            break;
        default:
            break;
    }
    QAbstractScrollArea::keyPressEvent(event);
}

void ImageGrid::mousePressEvent(QMouseEvent* event)
{
    const auto position = positionAt(event->position().toPoint());
    if (!position.has_value()) {
        if (event->button() == Qt::LeftButton && event->modifiers() == Qt::NoModifier) {
            clearSelection();
        }
        return;
    }
    // A right click inside the selection keeps it, so that the menu acts on all of it.
    const bool keeps = event->button() == Qt::RightButton && m_selection.contains(indexOf(*position));
    if (!keeps) {
        moveCurrent(*position, event->modifiers());
    }
}

void ImageGrid::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (const auto index = indexAt(event->position().toPoint());
        index.has_value() && event->button() == Qt::LeftButton) {
        Q_EMIT activated(*index);
    }
}

void ImageGrid::wheelEvent(QWheelEvent* event)
{
    if (event->modifiers().testFlag(Qt::ControlModifier)) {
        const auto turned = event->angleDelta().y();
        if (turned != 0) {
            setSide(turned > 0 ? m_side * 9 / 8 + 1 : m_side * 8 / 9);
        }
        event->accept();
        return;
    }
    QAbstractScrollArea::wheelEvent(event);
}

void ImageGrid::contextMenuEvent(QContextMenuEvent* event)
{
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const auto index = byKey ? m_current : indexAt(event->pos());
    if (!index.has_value()) {
        return;
    }
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("grid-menu"));
    Q_EMIT menuWanted(*index, menu);
    if (menu->isEmpty()) {
        delete menu;
        return;
    }
    menu->popup(byKey ? viewport()->mapToGlobal(itemRect(*index).center()) : event->globalPos());
}

QString ImageGrid::toolTipOf(std::int64_t index) const
{
    const auto caption = m_captions ? m_captions(index) : GridCaption{};
    if (!caption.toolTip.isEmpty()) {
        return caption.toolTip;
    }
    auto text = tr("Image %1").arg(index);
    text += caption.name.isEmpty() ? QString() : QLatin1Char('\n') + caption.name;
    text += caption.label.isEmpty() ? QString() : QLatin1Char('\n') + tr("Label: %1").arg(caption.label);
    return text;
}

bool ImageGrid::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto& help = static_cast<const QHelpEvent&>(*event);
        const auto index = indexAt(help.pos());
        QToolTip::showText(help.globalPos(), index.has_value() ? toolTipOf(*index) : QString(), viewport());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void ImageGrid::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateScrollBars();
}

void ImageGrid::scrollContentsBy(int dx, int dy)
{
    // What was painted is moved, only what came into view is painted: the neighbours' pixels do not change.
    viewport()->scroll(dx, dy);
}

void ImageGrid::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange) {
        dropCache();
        updateScrollBars();
    }
}

}  // namespace elbo
