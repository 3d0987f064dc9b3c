// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/workspace.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <vector>

class QLabel;
class QProgressBar;
class QToolButton;

namespace elbo {

class Job;

/// Bottom of the window: device and precision, memory, the running job with bar and cancel, the latest
/// message.
class StatusLine : public QWidget {
    Q_OBJECT

public:
    explicit StatusLine(Workspace& workspace, QWidget* parent = nullptr);

Q_SIGNALS:
    /// A click on the run that trains: show it.
    void runClicked();

private:
    void showDevice();
    void showMemory();
    void follow(Job* job);
    void showTraining();
    void showRun(const LiveRun& run);
    void updateJob();
    [[nodiscard]] Job* shown() const;
    void cancel();

    Workspace& m_workspace;
    QLabel* m_device = nullptr;
    QLabel* m_memory = nullptr;
    QToolButton* m_job = nullptr;
    QProgressBar* m_bar = nullptr;
    QToolButton* m_cancel = nullptr;
    QLabel* m_message = nullptr;
    QTimer m_memoryTimer;
    std::vector<Job*> m_jobs;  ///< under way, the latest last; each leaves when it ends or dies
};

}  // namespace elbo
