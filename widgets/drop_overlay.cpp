// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/drop_overlay.h"

#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtGui/QDragEnterEvent>
#include <QtGui/QDropEvent>
#include <QtGui/QPainter>

namespace elbo {

DropOverlay::DropOverlay(QWidget* window) : QWidget(window)
{
    setObjectName(QStringLiteral("drop-overlay"));
    window->setAcceptDrops(true);
    window->installEventFilter(this);
    hide();
}

void DropOverlay::setDescribe(Describe describe)
{
    m_describe = std::move(describe);
}

void DropOverlay::setRefusal(const QString& sentence)
{
    m_refusal = sentence;
}

bool DropOverlay::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != parentWidget()) {
        return QWidget::eventFilter(watched, event);
    }
    switch (event->type()) {
        case QEvent::DragEnter: {
            auto* enter = static_cast<QDragEnterEvent*>(event);
            const bool files = enter->mimeData()->hasUrls() && m_describe;
            m_sentence = files ? m_describe(enter->mimeData()->urls()) : QString();
            m_accepts = !m_sentence.isEmpty();
            if (files && !m_accepts) {
                m_sentence = m_refusal;
            }
            if (m_sentence.isEmpty()) {
                enter->ignore();
                return true;
            }
            setGeometry(parentWidget()->rect());
            raise();
            show();
            // What is refused is entered too, or nothing would tell when it leaves; its moves are ignored.
            enter->acceptProposedAction();
            return true;
        }
        case QEvent::DragMove: {
            auto* move = static_cast<QDragMoveEvent*>(event);
            !m_accepts ? move->ignore() : move->acceptProposedAction();
            return true;
        }
        case QEvent::DragLeave:
            hide();
            return true;
        case QEvent::Drop: {
            auto* drop = static_cast<QDropEvent*>(event);
            hide();
            if (m_accepts && drop->mimeData()->hasUrls()) {
                drop->acceptProposedAction();
                Q_EMIT dropped(drop->mimeData()->urls());
            }
            return true;
        }
        case QEvent::Resize:
            setGeometry(parentWidget()->rect());
            break;
        default:
            break;
    }
    return QWidget::eventFilter(watched, event);
}

void DropOverlay::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    auto ground = palette().color(QPalette::Window);
    ground.setAlpha(225);
    painter.fillRect(rect(), ground);
    const auto edge = m_accepts ? palette().color(QPalette::Highlight) : theme::warningText(palette());
    painter.setPen(QPen(edge, 2, Qt::DashLine));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect()).adjusted(16, 16, -16, -16), 8, 8);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.setFont(theme::titleFont(font()));
    const auto text = painter.boundingRect(rect().adjusted(48, 48, -48, -48),
                                           int(Qt::AlignCenter) | int(Qt::TextWordWrap), m_sentence);
    const auto icon = m_accepts ? QStringLiteral("import") : QStringLiteral("warning");
    theme::icon(icon).paint(&painter, QRect(width() / 2 - 24, text.top() - 64, 48, 48));
    painter.drawText(rect().adjusted(48, 48, -48, -48), int(Qt::AlignCenter) | int(Qt::TextWordWrap),
                     m_sentence);
}

}  // namespace elbo
