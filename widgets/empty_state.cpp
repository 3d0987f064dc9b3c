// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/empty_state.h"

#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace elbo {

namespace {

constexpr int kIconSide = 48;

}  // namespace

EmptyState::EmptyState(const QString& iconName, const QString& sentence, const QString& button,
                       QWidget* parent)
    : QWidget(parent), m_iconName(iconName)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(theme::kPanelGap);
    m_icon = new QLabel(this);
    m_icon->setAlignment(Qt::AlignCenter);
    m_sentence = new QLabel(sentence, this);
    m_sentence->setObjectName(QStringLiteral("empty-sentence"));
    m_sentence->setAlignment(Qt::AlignCenter);
    m_sentence->setWordWrap(true);
    m_sentence->setMaximumWidth(460);
    m_sentence->setMinimumWidth(240);
    m_button = new QPushButton(button, this);
    m_button->setObjectName(QStringLiteral("empty-button"));
    m_second = new QPushButton(this);
    m_second->setObjectName(QStringLiteral("empty-second-button"));
    m_second->setFlat(true);
    m_second->hide();
    m_button->setVisible(!button.isEmpty());
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(theme::kControlGap);
    buttons->addStretch(1);
    buttons->addWidget(m_button);
    buttons->addWidget(m_second);
    buttons->addStretch(1);
    layout->addStretch(2);
    layout->addWidget(m_icon);
    // Not with an alignment: a wrapping label would then be given the height of its widest form and be cut
    // off.
    auto* middle = new QHBoxLayout;
    middle->addStretch(1);
    middle->addWidget(m_sentence, 1000);
    middle->addStretch(1);
    layout->addLayout(middle);
    layout->addLayout(buttons);
    layout->addStretch(3);
    connect(m_button, &QPushButton::clicked, this, &EmptyState::clicked);
    connect(m_second, &QPushButton::clicked, this, &EmptyState::secondClicked);
    applyTheme();
}

void EmptyState::setSentence(const QString& sentence)
{
    m_sentence->setText(sentence);
}

void EmptyState::setButtonText(const QString& text)
{
    m_button->setText(text);
    m_button->setVisible(!text.isEmpty());
}

void EmptyState::setSecondButtonText(const QString& text)
{
    m_second->setText(text);
    m_second->setVisible(!text.isEmpty());
}

QString EmptyState::sentence() const
{
    return m_sentence->text();
}

void EmptyState::applyTheme()
{
    const auto icon = theme::icon(m_iconName, theme::noteText(palette()));
    m_icon->setPixmap(icon.pixmap(QSize(kIconSide, kIconSide), devicePixelRatioF()));
}

void EmptyState::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        applyTheme();
    }
}

}  // namespace elbo
