// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/picture_view.h"

#include "core/base/error.h"
#include "widgets/number_text.h"
#include "widgets/picture_file.h"
#include "widgets/theme.h"

#include <QtGui/QClipboard>
#include <QtGui/QContextMenuEvent>
#include <QtGui/QGuiApplication>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QFileDialog>

#include <cmath>

namespace elbo {

PictureView::PictureView(QWidget* parent) : QWidget(parent), m_suggestedName(QStringLiteral("picture.png"))
{
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    m_saveQuestion = [](QWidget* owner, const QString& suggestion) {
        return QFileDialog::getSaveFileName(owner, tr("Save picture"), suggestion, pictureFilter());
    };
}

void PictureView::setImage(const Image8& image)
{
    m_values = {};
    m_image = toQImage(image);
    update();
}

void PictureView::setValues(const ImageF& values, const QString& mapKey, float low, float high)
{
    m_image = toQImage(values, mapKey, low, high);
    m_values = values;
    update();
}

void PictureView::clear()
{
    m_image = {};
    m_values = {};
    update();
}

void PictureView::setLabel(const QString& label)
{
    m_label = label;
    setAccessibleName(label);
    update();
}

void PictureView::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

void PictureView::setSaveQuestion(std::function<QString(QWidget*, const QString&)> question)
{
    m_saveQuestion = std::move(question);
}

QRect PictureView::pictureRect() const
{
    auto space = rect();
    if (!m_label.isEmpty()) {
        space.setBottom(space.bottom() - QFontMetrics(theme::noteFont(font())).height() - theme::kStep);
    }
    return fittedRect(m_image.size(), space);
}

std::optional<QPoint> PictureView::pixelAt(const QPoint& position) const
{
    const auto area = pictureRect();
    if (m_image.isNull() || !area.contains(position)) {
        return std::nullopt;
    }
    return QPoint((position.x() - area.left()) * m_image.width() / area.width(),
                  (position.y() - area.top()) * m_image.height() / area.height());
}

void PictureView::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    auto ground = rect();
    const auto note = theme::noteFont(font());
    const auto labelHeight = m_label.isEmpty() ? 0 : QFontMetrics(note).height() + theme::kStep;
    ground.setBottom(ground.bottom() - labelHeight);
    painter.fillRect(ground, theme::pictureGround(palette()));
    drawPicture(painter, pictureRect(), m_image);
    if (m_image.isNull() && !m_emptyText.isEmpty()) {
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(ground.adjusted(theme::kControlGap, 0, -theme::kControlGap, 0),
                         int(Qt::AlignCenter) | int(Qt::TextWordWrap), m_emptyText);
    }
    if (labelHeight > 0) {
        painter.setFont(note);
        painter.setPen(theme::noteText(palette()));
        const QRect line(0, height() - labelHeight, width(), labelHeight);
        painter.drawText(line, Qt::AlignCenter,
                         QFontMetrics(note).elidedText(m_label, Qt::ElideMiddle, width()));
    }
    if (hasFocus()) {
        painter.setPen(palette().color(QPalette::Highlight));
        painter.drawRect(ground.adjusted(0, 0, -1, -1));
    }
}

void PictureView::copyToClipboard() const
{
    if (!m_image.isNull()) {
        QGuiApplication::clipboard()->setImage(m_image);
    }
}

void PictureView::saveAs()
{
    const auto name = m_saveQuestion(this, m_suggestedName);
    if (name.isEmpty() || m_image.isNull()) {
        return;
    }
    try {
        writePicture(m_image, name);
    } catch (const Error& error) {
        Q_EMIT failed(QString::fromStdString(error.what()));
    }
}

void PictureView::contextMenuEvent(QContextMenuEvent* event)
{
    if (m_image.isNull()) {
        return;
    }
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("picture-menu"));
    menu->addAction(theme::icon(QStringLiteral("copy")), tr("Copy"), this, &PictureView::copyToClipboard);
    menu->addAction(theme::icon(QStringLiteral("save")), tr("Save as..."), this, &PictureView::saveAs);
    Q_EMIT menuWanted(menu);
    menu->popup(event->globalPos());
}

void PictureView::mouseMoveEvent(QMouseEvent* event)
{
    const auto pixel = pixelAt(event->position().toPoint());
    if (!pixel.has_value()) {
        Q_EMIT hovered({}, {});
        return;
    }
    QString text;
    if (!m_values.empty()) {
        const auto at = static_cast<std::size_t>(pixel->y()) * static_cast<std::size_t>(m_values.width) +
                        static_cast<std::size_t>(pixel->x());
        const auto value = m_values.values[at];
        text = std::isfinite(value) ? numberText(double(value), 4) : tr("no value");
    } else {
        const auto color = m_image.pixelColor(*pixel);
        text = m_image.format() == QImage::Format_Grayscale8
                   ? QString::number(color.red())
                   : QStringLiteral("%1, %2, %3").arg(color.red()).arg(color.green()).arg(color.blue());
    }
    Q_EMIT hovered(*pixel, text);
}

void PictureView::leaveEvent(QEvent* event)
{
    QWidget::leaveEvent(event);
    Q_EMIT hovered({}, {});
}

QSize PictureView::sizeHint() const
{
    return m_image.isNull() ? QSize(160, 160) : m_image.size().expandedTo({96, 96});
}

QSize PictureView::minimumSizeHint() const
{
    return {theme::kPictureMinimum, theme::kPictureMinimum};
}

}  // namespace elbo
