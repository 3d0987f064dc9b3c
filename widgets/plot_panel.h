// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/history.h"
#include "widgets/term_plot.h"

#include <QtCore/QTimer>
#include <QtWidgets/QMenu>
#include <QtWidgets/QWidget>

#include <optional>
#include <vector>

class QGridLayout;
class QLabel;
class QTabBar;
class QToolButton;

namespace elbo {

/// The live plots of a run, a 2x2 grid (ELBO, log-likelihood / KL, MSE; made from the terms, not from a list
/// of four). All share one x axis and one cross-hair. Under 600 px of height they become one plot with tabs.
class PlotGrid : public QWidget {
    Q_OBJECT

public:
    static constexpr int kTabsBelow = 600;

    explicit PlotGrid(QWidget* parent = nullptr);

    void setTerms(std::vector<PlotTerm> terms);
    [[nodiscard]] const std::vector<PlotTerm>& terms() const { return m_terms; }

    /// Draws at most 30 times a second however often these are called.
    void appendStep(const StepRecord& record);
    void appendEpoch(const EpochRecord& record);  ///< a record with best = true moves the marker
    void appendHistory(const History& history);
    /// Forgets the curves, keeps the terms, follows again.
    void clear();
    /// The planned number of epochs: as far as the axis can be moved beyond the points. 0: not known.
    void setPlannedEpochs(std::int64_t epochs);
    /// Best figures chosen on test images are labelled so.
    void setBestChosenOnTest(bool onTest);
    [[nodiscard]] std::optional<std::int64_t> bestEpoch() const { return m_bestEpoch; }

    /// All of the run; new points keep it so.
    void fit();
    /// Whether the right edge moves with new points.
    [[nodiscard]] bool follows() const { return m_follow; }
    /// Shows one term alone, or all again with -1.
    void enlarge(int term);
    [[nodiscard]] int enlarged() const { return m_enlarged; }
    [[nodiscard]] bool tabbed() const { return m_tabbed; }
    /// The page decides by its main height (below kTabsBelow: tabs). Without this the own height decides.
    void setTabbed(std::optional<bool> tabbed);
    [[nodiscard]] int plotCount() const { return static_cast<int>(m_plots.size()); }
    [[nodiscard]] TermPlot* plot(int index) const { return m_plots[static_cast<std::size_t>(index)]; }
    [[nodiscard]] TermPlot* plot(const QString& key) const;  ///< null when there is none
    /// Text in the middle while there are no points.
    void setEmptyText(const QString& text);
    /// Draws now instead of at the next tick; for screenshots and benchmarks.
    void flush();

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void cursorMoved(double epoch);
    void cursorLeft();
    void menuWanted(TermPlot* plot, QMenu* menu);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void connectPlot(TermPlot* plot);
    void append(TermPlot* plot, const StepRecord& record);
    void schedule();
    void arrange();
    void placeCorner();
    void setCursorEverywhere(std::optional<double> epoch);
    void userZoomed(double low, double high);
    void setXEverywhere(double low, double high);
    void follow();
    void updateCorner();
    void moveCursor(int by);
    [[nodiscard]] double lastX() const;
    [[nodiscard]] std::vector<TermPlot*> shown() const;

    std::vector<PlotTerm> m_terms;
    std::vector<TermPlot*> m_plots;
    QGridLayout* m_grid = nullptr;
    QTabBar* m_tabs = nullptr;
    QWidget* m_corner = nullptr;
    QToolButton* m_reset = nullptr;
    QToolButton* m_back = nullptr;
    QLabel* m_empty = nullptr;
    QTimer m_timer;
    std::optional<std::int64_t> m_bestEpoch;
    std::optional<double> m_cursor;
    std::int64_t m_planned = 0;
    std::optional<bool> m_forcedTabs;
    bool m_bestOnTest = false;
    bool m_stepsSeen = false;
    bool m_follow = true;  ///< the right edge moves with new points
    bool m_whole = true;   ///< and the left edge stays at the start
    bool m_tabbed = false;
    int m_enlarged = -1;
};

}  // namespace elbo
