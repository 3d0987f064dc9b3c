// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtWidgets/QFrame>

#include <vector>

class QHBoxLayout;
class QLabel;
class QPlainTextEdit;
class QToolButton;

namespace elbo {

/// What can be done about a message; the id comes back in actionTriggered.
struct MessageAction {
    QString id;     ///< "retry", "choose-folder"
    QString title;  ///< translated
};

enum class MessageKind { Info, Warning, Error };

/// The bar under the title: one sentence, Details, what can be done, and close. Hidden while there is no
/// message.
class MessageBar : public QFrame {
    Q_OBJECT

public:
    explicit MessageBar(QWidget* parent = nullptr);

    /// Replaces the message shown. @param details  for the fold behind "Details"; empty: no such button
    void showMessage(MessageKind kind, const QString& sentence, const QString& details = {},
                     const std::vector<MessageAction>& actions = {});
    /// Takes the message away without saying closed().
    void clear();
    [[nodiscard]] QString sentence() const;
    [[nodiscard]] MessageKind kind() const { return m_kind; }

Q_SIGNALS:
    void actionTriggered(const QString& id);
    /// The user closed it.
    void closed();

protected:
    void changeEvent(QEvent* event) override;

private:
    void applyTheme();

    MessageKind m_kind = MessageKind::Info;
    QLabel* m_icon = nullptr;
    QLabel* m_sentence = nullptr;
    QHBoxLayout* m_actions = nullptr;
    QToolButton* m_detailsButton = nullptr;
    QPlainTextEdit* m_details = nullptr;
    QToolButton* m_close = nullptr;
};

}  // namespace elbo
