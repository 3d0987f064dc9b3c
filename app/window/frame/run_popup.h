// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/workspace.h"

#include <QtCore/QTimer>
#include <QtWidgets/QFrame>

#include <filesystem>
#include <memory>

namespace elbo {

class RunList;

/// The list of runs that the chip opens; looks anew every two seconds while it is shown.
class RunPopup : public QFrame {
    Q_OBJECT

public:
    explicit RunPopup(Workspace& workspace, QWidget* parent = nullptr);

    void popup(const QPoint& globalPosition);
    [[nodiscard]] RunList* list() const { return m_list; }

Q_SIGNALS:
    void runChosen(const QString& folder);
    void openOtherWanted();
    /// The whole run as one file for other programs.
    void exportWanted(const QString& folder);

protected:
    void hideEvent(QHideEvent* event) override;

private:
    struct Seen;
    struct Found;
    static Found readRuns(const std::filesystem::path& folder, Seen& seen, const JobContext& context);
    void refresh();

    Workspace& m_workspace;
    RunList* m_list = nullptr;
    QTimer m_timer;
    std::shared_ptr<Seen> m_seen;
    bool m_reading = false;
    bool m_opening = false;  ///< shown just now: the first look marks the run in view
};

}  // namespace elbo
