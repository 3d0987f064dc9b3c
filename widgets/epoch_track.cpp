// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/epoch_track.h"

#include "widgets/theme.h"

#include <QtGui/QHelpEvent>
#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtGui/QWheelEvent>
#include <QtWidgets/QToolTip>

#include <algorithm>
#include <cmath>

namespace elbo {

namespace {

constexpr int kMargin = 10;
constexpr int kHeight = 24;
constexpr double kHandle = 6.0;

}  // namespace

EpochTrack::EpochTrack(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Kept epochs"));
}

void EpochTrack::setEpochs(std::vector<std::int64_t> epochs)
{
    m_epochs = std::move(epochs);
    update();
}

void EpochTrack::setBest(std::optional<std::int64_t> epoch, bool onTest)
{
    m_best = epoch;
    m_bestOnTest = onTest;
    update();
}

void EpochTrack::setPlanned(std::int64_t epochs)
{
    m_planned = epochs;
    update();
}

void EpochTrack::setCurrent(std::optional<std::int64_t> epoch)
{
    m_current = epoch;
    update();
}

std::optional<std::int64_t> EpochTrack::nearest(std::int64_t epoch) const
{
    if (m_epochs.empty()) {
        return std::nullopt;
    }
    return *std::min_element(m_epochs.begin(), m_epochs.end(), [epoch](std::int64_t a, std::int64_t b) {
        return std::abs(a - epoch) < std::abs(b - epoch);
    });
}

std::int64_t EpochTrack::first() const
{
    return m_epochs.empty() ? 1 : std::min<std::int64_t>(1, m_epochs.front());
}

std::int64_t EpochTrack::last() const
{
    return std::max({m_planned, m_epochs.empty() ? std::int64_t{1} : m_epochs.back(), first() + 1});
}

double EpochTrack::position(std::int64_t epoch) const
{
    const auto share = static_cast<double>(epoch - first()) / static_cast<double>(last() - first());
    return kMargin + share * (width() - 2 * kMargin);
}

std::optional<std::int64_t> EpochTrack::epochAt(double x) const
{
    const auto share = (x - kMargin) / std::max(1, width() - 2 * kMargin);
    return nearest(first() + std::llround(share * static_cast<double>(last() - first())));
}

void EpochTrack::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto middle = height() / 2.0;
    const auto note = theme::noteText(palette());
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme::separator(palette()));
    painter.drawRoundedRect(QRectF(kMargin, middle - 2.0, width() - 2.0 * kMargin, 4.0), 2.0, 2.0);
    if (m_current.has_value()) {
        painter.setBrush(palette().color(QPalette::Highlight));
        painter.drawRoundedRect(QRectF(kMargin, middle - 2.0, position(*m_current) - kMargin, 4.0), 2.0, 2.0);
    }
    // Marks below the track; where they would touch, one in two pixels is enough.
    painter.setPen(QPen(note, 1.0));
    double lastDrawn = -10.0;
    for (const auto epoch : m_epochs) {
        const auto x = std::floor(position(epoch)) + 0.5;
        if (x - lastDrawn >= 2.0) {
            painter.drawLine(QPointF(x, middle + 6.0), QPointF(x, middle + 10.0));
            lastDrawn = x;
        }
    }
    if (m_best.has_value()) {
        const auto x = position(*m_best);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme::bestMarker(palette()));
        painter.drawPolygon(QPolygonF(
            {QPointF(x - 5.0, middle - 11.5), QPointF(x + 5.0, middle - 11.5), QPointF(x, middle - 4.5)}));
    }
    if (m_current.has_value()) {
        const QPointF center(position(*m_current), middle);
        painter.setPen(QPen(palette().color(hasFocus() ? QPalette::Highlight : QPalette::WindowText),
                            hasFocus() ? 2.0 : 1.2));
        painter.setBrush(palette().color(QPalette::Base));
        painter.drawEllipse(center, kHandle, kHandle);
    }
}

void EpochTrack::moveTo(std::optional<std::int64_t> epoch)
{
    if (epoch.has_value()) {
        setCurrent(epoch);
        Q_EMIT moved(*epoch);
    }
}

void EpochTrack::moveBy(int marks)
{
    if (m_epochs.empty()) {
        return;
    }
    const auto at = std::lower_bound(m_epochs.begin(), m_epochs.end(), m_current.value_or(m_epochs.back())) -
                    m_epochs.begin();
    const auto wanted =
        std::clamp<std::ptrdiff_t>(at + marks, 0, static_cast<std::ptrdiff_t>(m_epochs.size()) - 1);
    moveTo(m_epochs[static_cast<std::size_t>(wanted)]);
}

void EpochTrack::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton) {
        moveTo(epochAt(event->position().x()));
    }
}

void EpochTrack::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons().testFlag(Qt::LeftButton)) {
        const auto epoch = epochAt(event->position().x());
        if (epoch != m_current) {
            moveTo(epoch);
        }
    }
}

void EpochTrack::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
        case Qt::Key_Left:
        case Qt::Key_Down:
            moveBy(-1);
            return;
        case Qt::Key_Right:
        case Qt::Key_Up:
            moveBy(1);
            return;
        case Qt::Key_PageDown:
            moveBy(-10);
            return;
        case Qt::Key_PageUp:
            moveBy(10);
            return;
        case Qt::Key_Home:
            moveTo(nearest(first()));
            return;
        case Qt::Key_End:
            moveTo(m_epochs.empty() ? std::nullopt : std::optional(m_epochs.back()));
            return;
        case Qt::Key_B:
            moveTo(m_best.has_value() ? nearest(*m_best) : std::nullopt);
            return;
        default:
            QWidget::keyPressEvent(event);
    }
}

void EpochTrack::wheelEvent(QWheelEvent* event)
{
    m_wheel += event->angleDelta().y();
    const auto marks = m_wheel / 120;
    m_wheel -= marks * 120;
    if (marks != 0) {
        moveBy(marks);
    }
    event->accept();
}

bool EpochTrack::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto& help = static_cast<const QHelpEvent&>(*event);
        const auto epoch = epochAt(help.pos().x());
        auto text = epoch.has_value() ? tr("Epoch %1").arg(*epoch) : tr("No epoch was kept yet");
        if (epoch.has_value() && epoch == m_best) {
            text += m_bestOnTest ? tr(", best (chosen on test)") : tr(", best");
        }
        QToolTip::showText(help.globalPos(), text, this);
        return true;
    }
    return QWidget::event(event);
}

QSize EpochTrack::sizeHint() const
{
    return {320, kHeight};
}

QSize EpochTrack::minimumSizeHint() const
{
    return {120, kHeight};
}

}  // namespace elbo
