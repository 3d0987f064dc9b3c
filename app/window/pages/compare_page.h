// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/pages/page.h"

#include <filesystem>

class QStackedWidget;
class QTableWidget;
class QTabWidget;

namespace elbo {

class CompareImages;
class CompareInspector;
class ComparisonSession;
class ComparisonTable;
class EmptyState;
class RateDistortionPlot;
class RunCurves;

/// Runs beside each other: one table, their curves over each other, the same images through all, rate against
/// distortion, and what differs in their settings.
class ComparePage : public Page {
    Q_OBJECT

public:
    ComparePage(Workspace& workspace, const Dialogs& dialogs, QWidget* parent = nullptr);

    [[nodiscard]] ComparisonSession& session() { return *m_session; }
    void saveState() override;

Q_SIGNALS:
    void runWanted(const std::filesystem::path& folder);
    void trainLikeWanted(const elbo::RunConfig& config);
    void exportWanted(const std::filesystem::path& folder);
    void trainWanted();

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void makeTable();
    void makeTabs();
    void connectInspector();
    void showRuns();
    void showChosen();
    void showCurves();
    void showRate();
    void showDifferences();
    void showTab();
    void fillMenu(const QString& id, QMenu* menu);
    void trainLike(const std::filesystem::path& folder);
    void report();

    ComparisonSession* m_session = nullptr;
    ComparisonTable* m_table = nullptr;
    CompareInspector* m_inspector = nullptr;
    QTabWidget* m_tabs = nullptr;
    RunCurves* m_curves = nullptr;
    CompareImages* m_images = nullptr;
    RateDistortionPlot* m_rate = nullptr;
    QTableWidget* m_differences = nullptr;
    EmptyState* m_empty = nullptr;
    QStackedWidget* m_stack = nullptr;
    std::vector<std::int64_t> m_places{0, 1, 2, 3, 4, 5, 6, 7};
    bool m_picturesWanted = true;  ///< the runs chosen have changed since pictures were asked for
    bool m_chosenOnce = false;     ///< the first list chooses the newest runs itself
};

}  // namespace elbo
