// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/load_panel.h"

#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace elbo {

namespace {

/// QProgressBar counts in int: a set of any size becomes thousandths.
constexpr int kSteps = 1000;
constexpr int kBarWidth = 360;

}  // namespace

LoadPanel::LoadPanel(QWidget* parent) : QWidget(parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->setSpacing(theme::kControlGap);
    m_text = new QLabel(this);
    m_text->setObjectName(QStringLiteral("load-text"));
    m_text->setAlignment(Qt::AlignCenter);
    m_text->setWordWrap(true);
    m_bar = new QProgressBar(this);
    m_bar->setObjectName(QStringLiteral("load-bar"));
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(kBarWidth);
    m_cancel = new QPushButton(this);
    m_cancel->setObjectName(QStringLiteral("load-cancel"));
    m_note = new QLabel(this);
    m_note->setObjectName(QStringLiteral("load-note"));
    m_note->setAlignment(Qt::AlignCenter);
    auto* line = new QHBoxLayout;
    line->setSpacing(theme::kControlGap);
    line->addStretch(1);
    line->addWidget(m_bar);
    line->addWidget(m_cancel);
    line->addStretch(1);
    layout->addStretch(2);
    layout->addWidget(m_text);
    layout->addLayout(line);
    layout->addWidget(m_note);
    layout->addStretch(3);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (m_cancelling) {
            return;
        }
        m_cancelling = true;
        m_cancel->setText(tr("Stopping..."));
        m_cancel->setEnabled(false);
        Q_EMIT cancelled();
    });
    start({});
    applyTheme();
}

void LoadPanel::start(const QString& text)
{
    m_cancelling = false;
    m_text->setText(text);
    m_note->setText(QStringLiteral(" "));
    m_bar->setRange(0, kSteps);
    m_bar->setValue(0);
    m_cancel->setText(tr("Cancel"));
    m_cancel->setEnabled(true);
}

void LoadPanel::setProgress(std::int64_t done, std::int64_t total)
{
    if (total <= 0) {
        m_bar->setRange(0, 0);
        return;
    }
    m_bar->setRange(0, kSteps);
    m_bar->setValue(static_cast<int>(static_cast<double>(done) / static_cast<double>(total) * kSteps));
}

void LoadPanel::setNote(const QString& note)
{
    // A blank keeps the line, so that nothing jumps.
    m_note->setText(note.isEmpty() ? QStringLiteral(" ") : note);
}

void LoadPanel::applyTheme()
{
    auto colors = palette();
    colors.setColor(QPalette::WindowText, theme::noteText(palette()));
    m_note->setPalette(colors);
    m_note->setFont(theme::figureFont(theme::noteFont(font())));
}

void LoadPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        applyTheme();
    }
}

}  // namespace elbo
