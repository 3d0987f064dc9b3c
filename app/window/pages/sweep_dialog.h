// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/sweep.h"

#include <QtWidgets/QDialog>

#include <string>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace elbo {

/// Asks for fields and the values that each takes: a run for each combination. Says at once how many runs
/// that makes, or what is wrong.
class SweepDialog : public QDialog {
    Q_OBJECT

public:
    /// @param base  the settings of everything that is not swept
    explicit SweepDialog(RunConfig base, QWidget* parent = nullptr);

    /// What was asked for, once it is accepted.
    [[nodiscard]] const Sweep& sweep() const { return m_sweep; }

private:
    struct Line {
        QWidget* widget = nullptr;
        QComboBox* field = nullptr;
        QLineEdit* values = nullptr;
    };
    void addLine();
    void removeLine(QWidget* widget);
    [[nodiscard]] std::string nameOf(const Line& line) const;
    void plan();

    RunConfig m_base;
    std::vector<Field> m_fields;
    std::vector<Line> m_lines;
    Sweep m_sweep;
    QVBoxLayout* m_layout = nullptr;
    QLabel* m_note = nullptr;
    QPushButton* m_ok = nullptr;
};

}  // namespace elbo
