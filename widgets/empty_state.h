// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtWidgets/QWidget>

class QLabel;
class QPushButton;

namespace elbo {

/// What belongs here, in one sentence, and the button for it.
class EmptyState : public QWidget {
    Q_OBJECT

public:
    /// @param button  empty: no button
    EmptyState(const QString& iconName, const QString& sentence, const QString& button,
               QWidget* parent = nullptr);

    void setSentence(const QString& sentence);
    void setButtonText(const QString& text);
    /// A second, quieter way ("Open a run...") ; empty takes it away.
    void setSecondButtonText(const QString& text);
    [[nodiscard]] QString sentence() const;
    [[nodiscard]] QPushButton* button() const { return m_button; }

Q_SIGNALS:
    void clicked();
    void secondClicked();

protected:
    void changeEvent(QEvent* event) override;

private:
    void applyTheme();

    QString m_iconName;
    QLabel* m_icon = nullptr;
    QLabel* m_sentence = nullptr;
    QPushButton* m_button = nullptr;
    QPushButton* m_second = nullptr;
};

}  // namespace elbo
