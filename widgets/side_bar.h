// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtWidgets/QWidget>

#include <vector>

class QActionGroup;
class QToolButton;
class QVBoxLayout;

namespace elbo {

/// The pages, icon and word, with Ctrl+number; bottom buttons (Settings, Help) below.
class SideBar : public QWidget {
    Q_OBJECT

public:
    explicit SideBar(QWidget* parent = nullptr);

    /// @param id  "train": the button is named "page-train"; @param number  of Ctrl+number, final for each
    /// page
    void addPage(const QString& id, const QString& iconName, const QString& title, int number);
    /// A button at the bottom that is no page: "tool-settings".
    QToolButton* addTool(const QString& id, const QString& iconName, const QString& title);
    void setCurrent(const QString& id);  ///< says pageSelected only when it changed
    [[nodiscard]] QString current() const { return m_current; }

Q_SIGNALS:
    void pageSelected(const QString& id);
    void toolTriggered(const QString& id);

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QToolButton* makeButton(const QString& iconName, const QString& title);

    QVBoxLayout* m_pages = nullptr;
    QVBoxLayout* m_tools = nullptr;
    std::vector<QToolButton*> m_buttons;  ///< of pages
    QString m_current;
};

}  // namespace elbo
