// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtWidgets/QWidget>

#include <cstdint>

class QLabel;
class QProgressBar;
class QPushButton;

namespace elbo {

/// The bar with text and cancel that stands in place of what will come.
class LoadPanel : public QWidget {
    Q_OBJECT

public:
    explicit LoadPanel(QWidget* parent = nullptr);

    /// Starts again: text, an empty bar, Cancel enabled.
    void start(const QString& text);
    /// @param total  0: how far is not known, the bar only shows that it works
    void setProgress(std::int64_t done, std::int64_t total);
    void setNote(const QString& note);  ///< a thin line below: "312 of 795 images, about 4 s left"
    [[nodiscard]] bool isCancelling() const { return m_cancelling; }

Q_SIGNALS:
    /// Once; the button has turned to "Stopping..." already.
    void cancelled();

protected:
    void changeEvent(QEvent* event) override;

private:
    void applyTheme();

    QLabel* m_text = nullptr;
    QLabel* m_note = nullptr;
    QProgressBar* m_bar = nullptr;
    QPushButton* m_cancel = nullptr;
    bool m_cancelling = false;
};

}  // namespace elbo
