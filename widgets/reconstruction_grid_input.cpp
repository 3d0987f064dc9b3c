// SPDX-License-Identifier: GPL-3.0-or-later
// What the user does with a ReconstructionGrid: pointing, wiping, selecting, removing, copying.
#include "widgets/reconstruction_grid.h"
#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtGui/QClipboard>
#include <QtGui/QContextMenuEvent>
#include <QtGui/QGuiApplication>
#include <QtGui/QHelpEvent>
#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QWheelEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QToolTip>

#include <algorithm>

namespace elbo {

ReconstructionGrid::Hit ReconstructionGrid::hit(const QPoint& position) const
{
    for (int column = 0; column < static_cast<int>(m_items.size()); ++column) {
        if (position.x() < gutter() || !rectOfColumn(column).contains(position)) {
            continue;
        }
        Hit found{m_items[static_cast<std::size_t>(column)].id, column, std::nullopt};
        for (const auto picture :
             {Picture::TruthColor, Picture::Color, Picture::TruthDepth, Picture::Depth}) {
            if (rectOf(column, picture).contains(position)) {
                found.picture = picture;
            }
        }
        return found;
    }
    return {};
}

std::vector<std::int64_t> ReconstructionGrid::selection() const
{
    std::vector<std::int64_t> ids;
    for (const auto& item : m_items) {
        if (m_selection.contains(item.id)) {
            ids.push_back(item.id);
        }
    }
    return ids;
}

void ReconstructionGrid::selectAll()
{
    for (const auto& item : m_items) {
        m_selection.insert(item.id);
    }
    viewport()->update();
    Q_EMIT selectionChanged();
}

void ReconstructionGrid::clearSelection()
{
    if (!m_selection.empty()) {
        m_selection.clear();
        viewport()->update();
        Q_EMIT selectionChanged();
    }
}

void ReconstructionGrid::choose(std::int64_t id, Qt::KeyboardModifiers modifiers)
{
    auto wanted = m_selection;
    if (modifiers.testFlag(Qt::ControlModifier)) {
        if (!wanted.erase(id)) {
            wanted.insert(id);
        }
    } else if (modifiers.testFlag(Qt::ShiftModifier) && m_current.has_value()) {
        wanted.clear();
        const auto [from, to] = std::minmax(columnOf(*m_current), columnOf(id));
        for (auto column = from; column <= to; ++column) {
            wanted.insert(m_items[static_cast<std::size_t>(column)].id);
        }
    } else {
        wanted = {id};
    }
    if (!modifiers.testFlag(Qt::ShiftModifier)) {
        m_current = id;
    }
    if (wanted != m_selection) {
        m_selection = std::move(wanted);
        Q_EMIT selectionChanged();
    }
    viewport()->update();
}

void ReconstructionGrid::updateRemoveButton(int column)
{
    m_remove->setVisible(column >= 0);
    if (column >= 0) {
        const auto area = rectOfColumn(column);
        m_remove->move(area.right() - m_remove->width() + 1,
                       area.top() + picturesHeight() + scaleHeight() + 2);
    }
}

void ReconstructionGrid::mousePressEvent(QMouseEvent* event)
{
    const auto found = hit(event->position().toPoint());
    m_pressed = event->position().toPoint();
    m_pressedOnPicture = event->button() == Qt::LeftButton && found.picture.has_value() &&
                         m_items[static_cast<std::size_t>(found.column)].result.has_value();
    if (found.column < 0) {
        clearSelection();
    } else if (!(event->button() == Qt::RightButton && m_selection.contains(found.id))) {
        choose(found.id, event->modifiers());
    }
}

void ReconstructionGrid::mouseMoveEvent(QMouseEvent* event)
{
    const auto position = event->position().toPoint();
    const auto spotIn = [&](const QRect& area) {
        return QPointF(std::clamp((position.x() - area.left() + 0.5) / area.width(), 0.0, 1.0),
                       std::clamp((position.y() - area.top() + 0.5) / area.height(), 0.0, 1.0));
    };
    const bool far = std::abs(position.x() - m_pressed.x()) >= QApplication::startDragDistance() / 2;
    if (event->buttons().testFlag(Qt::LeftButton) && m_pressedOnPicture && (far || m_wipe.has_value())) {
        if (!m_wipe.has_value()) {
            m_pointed = hit(m_pressed);
        }
        if (!m_pointed.picture.has_value()) {  // removed since the button went down
            m_pressedOnPicture = false;
            return;
        }
        m_spot = spotIn(rectOf(m_pointed.column, *m_pointed.picture));
        m_wipe = m_spot->x();
    } else if (!event->buttons().testFlag(Qt::LeftButton)) {
        m_pointed = hit(position);
        m_spot.reset();
        if (m_pointed.picture.has_value()) {
            m_spot = spotIn(rectOf(m_pointed.column, *m_pointed.picture));
        }
        updateRemoveButton(m_pointed.column);
    }
    viewport()->update();
}

void ReconstructionGrid::mouseReleaseEvent(QMouseEvent* /*event*/)
{
    m_wipe.reset();
    m_pressedOnPicture = false;
    viewport()->update();
}

void ReconstructionGrid::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (const auto found = hit(event->position().toPoint()); found.column >= 0) {
        Q_EMIT activated(found.id);
    }
}

QList<qint64> ReconstructionGrid::chosenOr(std::int64_t id) const
{
    QList<qint64> ids;
    if (m_selection.contains(id)) {
        for (const auto chosen : selection()) {
            ids << chosen;
        }
    } else {
        ids << id;
    }
    return ids;
}

QString ReconstructionGrid::numbersOf(const QList<qint64>& ids) const
{
    auto text = tr("name\tMSE\tPSNR dB\tSSIM") + QLatin1Char('\n');
    for (const auto id : ids) {
        const auto& item = m_items[static_cast<std::size_t>(columnOf(id))];
        if (item.result.has_value()) {
            const auto& result = *item.result;
            text += QStringLiteral("%1\t%2\t%3\t%4\n")
                        .arg(item.name, QString::number(result.mse, 'g', 9),
                             QString::number(result.psnr, 'g', 7), QString::number(result.ssim, 'g', 7));
        }
    }
    return text;
}

void ReconstructionGrid::contextMenuEvent(QContextMenuEvent* event)
{
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const auto here = m_current.has_value() ? columnOf(*m_current) : -1;
    const auto found = !byKey ? hit(event->pos()) : here < 0 ? Hit{} : Hit{*m_current, here, Picture::Color};
    if (found.column < 0) {
        return;
    }
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("reconstruction-menu"));
    auto shown = found.picture.value_or(Picture::TruthColor);
    if (picture(found.id, shown).isNull()) {
        shown = Picture::TruthColor;  // not reconstructed yet
    }
    const auto copied = picture(found.id, shown);
    if (!copied.isNull()) {
        menu->addAction(theme::icon(QStringLiteral("copy")), tr("Copy picture"), this,
                        [copied] { QGuiApplication::clipboard()->setImage(copied); });
    }
    const auto ids = chosenOr(found.id);
    menu->addAction(tr("Copy numbers"), this,
                    [this, ids] { QGuiApplication::clipboard()->setText(numbersOf(ids)); });
    Q_EMIT menuWanted(found.id, shown, menu);
    menu->addSeparator();
    menu->addAction(theme::icon(QStringLiteral("delete")), tr("Remove"), this,
                    [this, ids] { Q_EMIT removeWanted(ids); });
    menu->popup(byKey ? viewport()->mapToGlobal(rectOfColumn(found.column).center()) : event->globalPos());
}

void ReconstructionGrid::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::SelectAll)) {
        return selectAll();
    }
    const auto count = static_cast<int>(m_items.size());
    const auto here = m_current.has_value() ? columnOf(*m_current) : -1;
    const auto go = [&](int column) {
        if (count > 0) {
            const auto to = std::clamp(column, 0, count - 1);
            choose(m_items[static_cast<std::size_t>(to)].id, event->modifiers() & Qt::ShiftModifier);
            const auto area = rectOfColumn(to);
            auto* bar = horizontalScrollBar();
            if (area.left() < gutter() + theme::kControlGap) {
                bar->setValue(bar->value() + area.left() - gutter() - theme::kControlGap);
            } else if (area.right() > viewport()->width()) {
                bar->setValue(bar->value() + area.right() - viewport()->width() + theme::kControlGap);
            }
        }
    };
    switch (event->key()) {
        case Qt::Key_Left:
            return go(here - 1);
        case Qt::Key_Right:
            return go(here + 1);
        case Qt::Key_Home:
            return go(0);
        case Qt::Key_End:
            return go(count - 1);
        case Qt::Key_Delete:
            if (!m_selection.empty()) {
                QList<qint64> ids;
                for (const auto id : selection()) {
                    ids << id;
                }
                Q_EMIT removeWanted(ids);
            }
            return;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (m_current.has_value()) {
                Q_EMIT activated(*m_current);
            }
            return;
        case Qt::Key_Escape:
            if (m_wipe.has_value() || !m_selection.empty()) {
                m_wipe.reset();
                m_pressedOnPicture = false;
                clearSelection();
                viewport()->update();
                return;
            }
            break;
        default:
            break;
    }
    QAbstractScrollArea::keyPressEvent(event);
}

void ReconstructionGrid::wheelEvent(QWheelEvent* event)
{
    if (event->modifiers().testFlag(Qt::ControlModifier)) {
        const auto turned = event->angleDelta().y();
        if (turned != 0) {
            setSide(std::max(1, turned > 0 ? side() * 9 / 8 + 1 : side() * 8 / 9));
        }
        event->accept();
        return;
    }
    // With nothing to scroll up or down the wheel goes through the columns.
    if (verticalScrollBar()->maximum() == 0) {
        QApplication::sendEvent(horizontalScrollBar(), event);
        return;
    }
    QAbstractScrollArea::wheelEvent(event);
}

bool ReconstructionGrid::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave && !m_wipe.has_value()) {
        m_spot.reset();
        m_pointed = {};
        m_remove->hide();
        viewport()->update();
    }
    if (event->type() == QEvent::ToolTip) {
        const auto& help = static_cast<const QHelpEvent&>(*event);
        const auto found = hit(help.pos());
        // Over a picture the lens is at work: a tool tip would lie over it.
        const bool silent = found.column < 0 || found.picture.has_value();
        QToolTip::showText(help.globalPos(),
                           silent ? QString() : m_items[static_cast<std::size_t>(found.column)].name,
                           viewport());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void ReconstructionGrid::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateScrollBars();
}

void ReconstructionGrid::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange) {
        updateScrollBars();
    }
}

}  // namespace elbo
