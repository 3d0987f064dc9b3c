// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/message_bar.h"

#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

namespace elbo {

namespace {

QString iconName(MessageKind kind)
{
    switch (kind) {
        case MessageKind::Info:
            return QStringLiteral("info");
        case MessageKind::Warning:
            return QStringLiteral("warning");
        case MessageKind::Error:
            return QStringLiteral("error");
    }
    return {};
}

}  // namespace

MessageBar::MessageBar(QWidget* parent) : QFrame(parent)
{
    setAutoFillBackground(true);
    setFrameShape(QFrame::NoFrame);
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(theme::kPanelGap, theme::kStep, theme::kControlGap, theme::kStep);
    rows->setSpacing(theme::kStep);
    auto* line = new QHBoxLayout;
    line->setSpacing(theme::kControlGap);
    rows->addLayout(line);
    m_icon = new QLabel(this);
    m_sentence = new QLabel(this);
    m_sentence->setObjectName(QStringLiteral("message-sentence"));
    m_sentence->setWordWrap(true);
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_actions = new QHBoxLayout;
    m_actions->setSpacing(theme::kControlGap);
    m_detailsButton = new QToolButton(this);
    m_detailsButton->setObjectName(QStringLiteral("message-details-button"));
    m_detailsButton->setText(tr("Details"));
    m_detailsButton->setCheckable(true);
    m_detailsButton->setAutoRaise(true);
    m_close = new QToolButton(this);
    m_close->setObjectName(QStringLiteral("message-close"));
    m_close->setIcon(theme::icon(QStringLiteral("close")));
    m_close->setToolTip(tr("Close this message"));
    m_close->setAccessibleName(tr("Close this message"));
    m_close->setAutoRaise(true);
    line->addWidget(m_icon);
    line->addWidget(m_sentence, 1);
    line->addLayout(m_actions);
    line->addWidget(m_detailsButton);
    line->addWidget(m_close);
    m_details = new QPlainTextEdit(this);
    m_details->setObjectName(QStringLiteral("message-details"));
    m_details->setReadOnly(true);
    m_details->setMaximumHeight(120);
    m_details->hide();
    rows->addWidget(m_details);
    connect(m_detailsButton, &QToolButton::toggled, m_details, &QWidget::setVisible);
    connect(m_close, &QToolButton::clicked, this, [this] {
        clear();
        Q_EMIT closed();
    });
    hide();
}

void MessageBar::showMessage(MessageKind kind, const QString& sentence, const QString& details,
                             const std::vector<MessageAction>& actions)
{
    m_kind = kind;
    m_sentence->setText(sentence);
    m_details->setPlainText(details);
    m_detailsButton->setChecked(false);
    m_detailsButton->setVisible(!details.isEmpty());
    while (auto* item = m_actions->takeAt(0)) {
        // Later: it may be the button whose click brought us here.
        item->widget()->hide();
        item->widget()->setObjectName(QString());
        item->widget()->deleteLater();
        delete item;
    }
    for (const auto& action : actions) {
        auto* button = new QPushButton(action.title, this);
        button->setObjectName(QStringLiteral("message-action-") + action.id);
        connect(button, &QPushButton::clicked, this, [this, id = action.id] { Q_EMIT actionTriggered(id); });
        m_actions->addWidget(button);
    }
    applyTheme();
    show();
}

void MessageBar::clear()
{
    m_sentence->clear();
    hide();
}

QString MessageBar::sentence() const
{
    return m_sentence->text();
}

void MessageBar::applyTheme()
{
    // From the program's palette: the own one holds the colours of the message shown before.
    const auto* above = parentWidget();
    auto colors = above != nullptr ? above->palette() : QPalette();
    QColor ground;
    QColor sign;
    switch (m_kind) {
        case MessageKind::Info:
            ground = theme::infoGround(colors);
            sign = theme::trainCurve(colors);
            break;
        case MessageKind::Warning:
            ground = theme::warningGround(colors);
            sign = theme::warningText(colors);
            break;
        case MessageKind::Error:
            ground = theme::errorGround(colors);
            sign = theme::errorText(colors);
            break;
    }
    m_icon->setPixmap(theme::icon(iconName(m_kind), sign).pixmap(QSize(20, 20), devicePixelRatioF()));
    colors.setColor(QPalette::Window, ground);
    if (palette().color(QPalette::Window) != ground) {
        setPalette(colors);
    }
}

void MessageBar::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && isVisible()) {
        applyTheme();
    }
}

}  // namespace elbo
