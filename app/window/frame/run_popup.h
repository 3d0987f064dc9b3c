// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/session/workspace.h"

#include <QtCore/QTimer>
#include <QtWidgets/QFrame>

namespace elbo {

class RunList;
struct RunRow;

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

protected:
    void hideEvent(QHideEvent* event) override;

private:
    void refresh();

    Workspace& m_workspace;
    RunList* m_list = nullptr;
    QTimer m_timer;
    bool m_reading = false;
    bool m_justOpened = false;
};

}  // namespace elbo
