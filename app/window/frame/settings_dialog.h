// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/settings.h"

#include <QtWidgets/QDialog>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace elbo {

struct Dialogs;

/// What the dialog changes: settings.json and the look.
struct Preferences {
    Settings settings;
    QString scheme;    ///< "system", "light", "dark"
    QString depthMap;  ///< "turbo", "viridis"
};

/// Where runs live, how much the cache may hold, theme and colour map.
class SettingsDialog : public QDialog {
    Q_OBJECT

public:
    SettingsDialog(const Preferences& preferences, const Dialogs& dialogs, QWidget* parent = nullptr);

    [[nodiscard]] Preferences preferences() const;

private:
    void check();

    QLineEdit* m_runs = nullptr;
    QDoubleSpinBox* m_cache = nullptr;
    QComboBox* m_scheme = nullptr;
    QComboBox* m_map = nullptr;
    QLabel* m_problem = nullptr;
    QPushButton* m_ok = nullptr;
};

}  // namespace elbo
