// SPDX-License-Identifier: GPL-3.0-or-later
// Where a PlotGrid's plots stand: all, one enlarged, or one with tabs; and what lies over them.
#include "widgets/plot_panel.h"
#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QTabBar>
#include <QtWidgets/QToolButton>

#include <algorithm>

namespace elbo {

void PlotGrid::enlarge(int term)
{
    m_enlarged = term >= 0 && term < plotCount() ? term : -1;
    if (m_tabbed && m_enlarged >= 0) {
        m_tabs->setCurrentIndex(m_enlarged);
        m_enlarged = -1;
    }
    arrange();
}

void PlotGrid::setTabbed(std::optional<bool> tabbed)
{
    m_forcedTabs = tabbed;
    const bool now = m_forcedTabs.value_or(height() < kTabsBelow);
    if (now != m_tabbed) {
        m_tabbed = now;
        m_enlarged = -1;
        arrange();
    }
}

std::vector<TermPlot*> PlotGrid::shown() const
{
    if (m_plots.empty()) {
        return {};
    }
    if (m_tabbed) {
        return {m_plots[static_cast<std::size_t>(std::clamp(m_tabs->currentIndex(), 0, plotCount() - 1))]};
    }
    if (m_enlarged >= 0) {
        return {m_plots[static_cast<std::size_t>(m_enlarged)]};
    }
    return m_plots;
}

void PlotGrid::arrange()
{
    m_tabs->setVisible(m_tabbed && plotCount() > 1);
    const auto visible = shown();
    for (auto* plot : m_plots) {
        m_grid->removeWidget(plot);
        plot->setVisible(std::find(visible.begin(), visible.end(), plot) != visible.end());
    }
    const int columns = visible.size() > 1 ? 2 : 1;
    for (std::size_t i = 0; i < visible.size(); ++i) {
        const auto place = static_cast<int>(i);
        m_grid->addWidget(visible[i], place / columns, place % columns);
    }
    for (int line = 0; line < 3; ++line) {
        const auto rows = (static_cast<int>(visible.size()) + columns - 1) / columns;
        m_grid->setColumnStretch(line, line < columns ? 1 : 0);
        m_grid->setRowStretch(line, line < rows ? 1 : 0);
    }
    m_grid->activate();
    updateCorner();
    schedule();
}

void PlotGrid::updateCorner()
{
    const bool fitted =
        std::all_of(m_plots.begin(), m_plots.end(), [](const TermPlot* plot) { return plot->fitsY(); });
    m_reset->setVisible(!(m_whole && m_follow && fitted));
    m_back->setVisible(m_enlarged >= 0 && !m_tabbed);
    placeCorner();
}

void PlotGrid::placeCorner()
{
    m_corner->adjustSize();
    const auto top = m_tabs->isVisibleTo(this) ? m_tabs->height() : 0;
    m_corner->move(width() - m_corner->width() - theme::kStep, top);
    m_corner->raise();
    // In the middle of the first plot, so that neither titles nor axes are covered.
    const QRect first =
        m_plots.empty() || !m_plots.front()->isVisibleTo(this) ? rect() : m_plots.front()->geometry();
    const QSize room(first.width() * 2 / 3, m_empty->heightForWidth(first.width() * 2 / 3));
    m_empty->setGeometry(QRect(first.center() - QPoint(room.width() / 2, room.height() / 2), room));
    m_empty->raise();
}

void PlotGrid::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    setTabbed(m_forcedTabs);
    placeCorner();
    schedule();
}

void PlotGrid::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        auto colors = palette();
        colors.setColor(QPalette::WindowText, theme::noteText(palette()));
        m_empty->setPalette(colors);
        schedule();
    }
}

QSize PlotGrid::sizeHint() const
{
    return {800, 420};
}

QSize PlotGrid::minimumSizeHint() const
{
    return {360, m_tabbed || m_enlarged >= 0 ? 140 : 240};
}

}  // namespace elbo
