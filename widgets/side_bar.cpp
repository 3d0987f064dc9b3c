// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/side_bar.h"

#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtGui/QPainter>
#include <QtGui/QShortcut>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace elbo {

namespace {

constexpr int kWidth = 80;
constexpr int kIconSide = 24;

}  // namespace

SideBar::SideBar(QWidget* parent) : QWidget(parent)
{
    setFixedWidth(kWidth);
    setAccessibleName(tr("Pages"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::kStep, theme::kControlGap, theme::kStep, theme::kControlGap);
    layout->setSpacing(theme::kStep);
    m_pages = new QVBoxLayout;
    m_pages->setSpacing(theme::kStep);
    m_tools = new QVBoxLayout;
    m_tools->setSpacing(theme::kStep);
    layout->addLayout(m_pages);
    layout->addStretch(1);
    layout->addLayout(m_tools);
}

QToolButton* SideBar::makeButton(const QString& iconName, const QString& title)
{
    auto* button = new QToolButton(this);
    button->setIcon(theme::icon(iconName));
    button->setIconSize({kIconSide, kIconSide});
    button->setText(title);
    button->setFont(theme::noteFont(font()));
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    button->setFixedWidth(kWidth - 2 * theme::kStep);
    return button;
}

void SideBar::addPage(const QString& id, const QString& iconName, const QString& title, int number)
{
    auto* button = makeButton(iconName, title);
    button->setObjectName(QStringLiteral("page-") + id);
    button->setProperty("page", id);
    button->setCheckable(true);
    button->setToolTip(tr("%1 (Ctrl+%2)").arg(title).arg(number));
    m_pages->addWidget(button);
    m_buttons.push_back(button);
    auto* shortcut = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_0 + number)), this);
    shortcut->setContext(Qt::WindowShortcut);
    connect(shortcut, &QShortcut::activated, this, [this, id] { setCurrent(id); });
    connect(button, &QToolButton::clicked, this, [this, id, button] {
        // A click on the page that is open must not let go of it.
        button->setChecked(true);
        setCurrent(id);
    });
    if (m_buttons.size() == 1) {
        m_current = id;
        button->setChecked(true);
    }
}

QToolButton* SideBar::addTool(const QString& id, const QString& iconName, const QString& title)
{
    auto* button = makeButton(iconName, title);
    button->setObjectName(QStringLiteral("tool-") + id);
    button->setToolTip(title);
    m_tools->addWidget(button);
    connect(button, &QToolButton::clicked, this, [this, id] { Q_EMIT toolTriggered(id); });
    return button;
}

void SideBar::setCurrent(const QString& id)
{
    const auto known = std::any_of(m_buttons.begin(), m_buttons.end(), [&id](const QToolButton* button) {
        return button->property("page") == id;
    });
    if (!known) {
        return;
    }
    for (auto* button : m_buttons) {
        button->setChecked(button->property("page") == id);
    }
    update();
    if (id != m_current) {
        m_current = id;
        Q_EMIT pageSelected(id);
    }
}

void SideBar::paintEvent(QPaintEvent* event)
{
    QWidget::paintEvent(event);
    QPainter painter(this);
    painter.setPen(theme::separator(palette()));
    painter.drawLine(width() - 1, 0, width() - 1, height());
    // The open page has a mark at its edge: the pressed look alone is faint in some styles.
    for (const auto* button : m_buttons) {
        if (button->isChecked()) {
            painter.fillRect(QRect(0, button->y(), 3, button->height()),
                             palette().color(QPalette::Highlight));
        }
    }
}

void SideBar::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        for (auto* button : findChildren<QToolButton*>()) {
            button->setFont(theme::noteFont(font()));
        }
    }
}

}  // namespace elbo
