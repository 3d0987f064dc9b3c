// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtWidgets/QWidget>

class QLabel;
class QToolButton;

namespace elbo {

/// Page title, the chip that names the run or data set in use, help and theme.
class TitleLine : public QWidget {
    Q_OBJECT

public:
    explicit TitleLine(QWidget* parent = nullptr);

    void setTitle(const QString& title);
    void setChip(const QString& text, const QString& toolTip);
    /// Where a list that belongs to the chip opens.
    [[nodiscard]] QPoint chipCorner() const;

Q_SIGNALS:
    void chipClicked();
    void helpClicked();
    void themeClicked();

private:
    QLabel* m_title = nullptr;
    QToolButton* m_chip = nullptr;
};

}  // namespace elbo
