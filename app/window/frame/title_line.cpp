// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/frame/title_line.h"

#include "widgets/theme.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>

namespace elbo {

TitleLine::TitleLine(QWidget* parent) : QWidget(parent)
{
    m_title = new QLabel;
    m_title->setObjectName(QStringLiteral("pageTitle"));
    m_title->setFont(theme::titleFont(m_title->font()));
    m_chip = new QToolButton;
    m_chip->setObjectName(QStringLiteral("chip"));
    m_chip->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_chip->setIcon(theme::icon(QStringLiteral("chevron-down")));
    m_chip->setLayoutDirection(Qt::RightToLeft);  // the arrow stands behind the name
    const auto tool = [this](const QString& name, const QString& iconName, const QString& toolTip) {
        auto* button = new QToolButton;
        button->setObjectName(name);
        button->setIcon(theme::icon(iconName));
        button->setAutoRaise(true);
        button->setToolTip(toolTip);
        return button;
    };
    auto* help = tool(QStringLiteral("helpButton"), QStringLiteral("help"), tr("Help for this page (F1)"));
    auto* scheme = tool(QStringLiteral("themeButton"), QStringLiteral("theme"), tr("Light or dark"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::kPanelGap);
    layout->addWidget(m_title);
    layout->addWidget(m_chip);
    layout->addStretch(1);
    layout->addWidget(help);
    layout->addWidget(scheme);
    connect(m_chip, &QToolButton::clicked, this, &TitleLine::chipClicked);
    connect(help, &QToolButton::clicked, this, &TitleLine::helpClicked);
    connect(scheme, &QToolButton::clicked, this, &TitleLine::themeClicked);
}

void TitleLine::setTitle(const QString& title)
{
    m_title->setText(title);
}

void TitleLine::setChip(const QString& text, const QString& toolTip)
{
    m_chip->setText(m_chip->fontMetrics().elidedText(text, Qt::ElideMiddle, 420));
    m_chip->setToolTip(toolTip);
    m_chip->setAccessibleName(text);
}

QPoint TitleLine::chipCorner() const
{
    return m_chip->mapToGlobal(QPoint(0, m_chip->height() + theme::kStep));
}

}  // namespace elbo
