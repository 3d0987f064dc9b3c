// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run_config.h"

#include <QtWidgets/QWidget>

#include <cstdint>
#include <filesystem>
#include <functional>

class QLabel;
class QListWidget;
class QPushButton;
class QToolButton;

namespace elbo {

struct QueueEntry;
class TrainingQueue;
class Workspace;

/// The queue of runs in the inspector of the page Train: adding the configured run or a sweep over it, the
/// order, by buttons and by dragging, and whether it goes on.
class QueuePanel : public QWidget {
    Q_OBJECT

public:
    /// What would be added.
    struct Configured {
        std::function<RunConfig()> config;
        std::function<std::filesystem::path()> initialWeights;  ///< empty: from the seed
    };
    QueuePanel(Workspace& workspace, Configured configured, QWidget* parent = nullptr);

    /// @param setup  a run is being configured, not looked at: it can be added
    /// @param whyNot  why that run could not start; empty when it can
    void setSetup(bool setup, const QString& whyNot);

private:
    void addButtons();
    void addList();
    void connectQueue();
    void openSweep();
    void showQueue();
    void showEntry(int row, const QueueEntry& entry);
    void rowsMoved();
    void updateButtons();
    [[nodiscard]] std::int64_t chosen() const;
    void moveChosen(int by);

    Workspace& m_workspace;
    Configured m_configured;
    TrainingQueue* m_queue = nullptr;
    QLabel* m_count = nullptr;
    QPushButton* m_add = nullptr;
    QPushButton* m_sweep = nullptr;
    QLabel* m_empty = nullptr;
    QWidget* m_filled = nullptr;
    QListWidget* m_list = nullptr;
    QPushButton* m_go = nullptr;
    QToolButton* m_up = nullptr;
    QToolButton* m_down = nullptr;
    QToolButton* m_remove = nullptr;
    QToolButton* m_clear = nullptr;
    bool m_setup = true;
};

}  // namespace elbo
