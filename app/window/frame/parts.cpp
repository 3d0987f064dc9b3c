// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/frame/parts.h"

#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtGui/QHelpEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStyle>
#include <QtWidgets/QToolTip>
#include <QtWidgets/QVBoxLayout>

namespace elbo {

namespace {

/// Follows a change of theme: a palette set once would keep the old theme's grey.
class NoteLabel : public QLabel {
public:
    explicit NoteLabel(const QString& text) : QLabel(text)
    {
        setWordWrap(true);
        setTextFormat(Qt::PlainText);  // names come from files that anyone may have written
        setTextInteractionFlags(Qt::TextSelectableByMouse);
        setFont(theme::noteFont(font()));
        applyTheme();
    }

protected:
    void changeEvent(QEvent* event) override
    {
        QLabel::changeEvent(event);
        if (event->type() == QEvent::PaletteChange && !m_applying) {
            applyTheme();
        }
    }

private:
    void applyTheme()
    {
        m_applying = true;
        QPalette own;
        own.setColor(QPalette::WindowText,
                     theme::noteText(parentWidget() != nullptr ? parentWidget()->palette() : own));
        setPalette(own);
        m_applying = false;
    }
    bool m_applying = false;
};

}  // namespace

ElidedLabel::ElidedLabel(QWidget* parent) : QLabel(parent)
{
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
}

void ElidedLabel::paintEvent(QPaintEvent* /*event*/)
{
    const auto shown = fontMetrics().elidedText(text(), Qt::ElideRight, contentsRect().width());
    QPainter painter(this);
    style()->drawItemText(&painter, contentsRect(), QStyle::visualAlignment(layoutDirection(), alignment()),
                          palette(), isEnabled(), shown, foregroundRole());
}

bool ElidedLabel::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const bool cut = fontMetrics().horizontalAdvance(text()) > contentsRect().width();
        QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), cut ? text() : QString(), this);
        return true;
    }
    return QLabel::event(event);
}

QLabel* sectionHeading(const QString& text)
{
    auto* label = new QLabel(text);
    QFont font = label->font();
    font.setBold(true);
    label->setFont(font);
    label->setWordWrap(true);
    return label;
}

QLabel* noteLabel(const QString& text)
{
    return new NoteLabel(text);
}

QPushButton* primaryButton(const QString& text, const QString& objectName)
{
    auto* button = new QPushButton(text);
    button->setObjectName(objectName);
    button->setDefault(true);
    button->setMinimumHeight(32);
    QFont font = button->font();
    font.setBold(true);
    button->setFont(font);
    return button;
}

QPushButton* namedButton(const QString& text, const QString& objectName)
{
    auto* made = new QPushButton(text);
    made->setObjectName(objectName);
    return made;
}

QHBoxLayout* controlLine(QVBoxLayout& layout)
{
    auto* made = new QHBoxLayout;
    made->setSpacing(theme::kControlGap);
    layout.addLayout(made);
    return made;
}

QVBoxLayout* inspectorLayout(QWidget* inspector)
{
    auto* layout = new QVBoxLayout(inspector);
    layout->setContentsMargins(theme::kStep, 0, theme::kStep, theme::kPanelGap);
    layout->setSpacing(theme::kControlGap);
    return layout;
}

}  // namespace elbo
