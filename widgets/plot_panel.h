// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/history.h"
#include "widgets/term_plot.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <optional>
#include <vector>

class QGridLayout;
class QLabel;
class QMenu;
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
    /// How far the x axis reaches from the start: the planned number of epochs. 0: as far as the points.
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
    /// For a panel whose room is decided elsewhere (the page's main height): tabs whatever the own height.
    /// Empty: by it.
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

private:
    void schedule();
    void arrange();
    void setCursorEverywhere(std::optional<double> epoch);
    void setXEverywhere(double low, double high);
    void follow();
    void updateBest();
    [[nodiscard]] double lastX() const;
    [[nodiscard]] std::pair<double, double> fullRange() const;

    std::vector<PlotTerm> m_terms;
    std::vector<TermPlot*> m_plots;
    QGridLayout* m_grid = nullptr;
    QTabBar* m_tabs = nullptr;
    QToolButton* m_reset = nullptr;
    QLabel* m_empty = nullptr;
    QTimer m_timer;
    std::optional<std::int64_t> m_bestEpoch;
    std::int64_t m_planned = 0;
    std::optional<bool> m_forcedTabs;
    bool m_bestOnTest = false;
    bool m_stepsSeen = false;
    bool m_follow = true;
    bool m_whole = true;  ///< the left edge stays at the start
    bool m_tabbed = false;
    int m_enlarged = -1;
};

}  // namespace elbo
