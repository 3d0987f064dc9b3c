// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/latent_scatter.h"

#include "widgets/number_text.h"
#include "widgets/theme.h"

#include <QtCore/QBuffer>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtGui/QWheelEvent>
#include <QtSvg/QSvgGenerator>

#include <algorithm>
#include <cmath>

namespace elbo {

namespace {

constexpr double kZoomStep = 1.25;
constexpr double kPickPixels = 8;
constexpr double kRoom = 0.05;  ///< of the extent, around all points
constexpr int kFewPoints = 3000;

}  // namespace

LatentScatter::LatentScatter(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Codes of the images"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setToolTip(tr("Wheel: zoom. Drag: move. Shift+drag: draw a lasso. Double click: show all."));
}

void LatentScatter::setPoints(std::vector<QPointF> points)
{
    m_points = std::move(points);
    m_hovered = -1;
    if (m_colors.size() != m_points.size()) {
        m_colors.clear();
    }
    const bool hadSelection = !m_selection.empty();
    m_selection.clear();
    m_selected.clear();
    fit();
    if (hadSelection) {
        Q_EMIT selectionChanged();
    }
}

void LatentScatter::setColors(std::vector<QRgb> colors)
{
    m_colors = std::move(colors);
    update();
}

void LatentScatter::setAxisNames(const QString& x, const QString& y)
{
    m_xName = x;
    m_yName = y;
    update();
}

void LatentScatter::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

void LatentScatter::setMark(std::optional<QPointF> mark)
{
    m_mark = mark;
    update();
}

void LatentScatter::setSelection(std::vector<int> selection)
{
    std::ranges::sort(selection);
    if (selection == m_selection) {
        return;
    }
    m_selection = std::move(selection);
    m_selected.clear();
    if (!m_selection.empty()) {
        m_selected.resize(m_points.size());
        for (const auto point : m_selection) {
            m_selected[static_cast<std::size_t>(point)] = 1;
        }
    }
    update();
    Q_EMIT selectionChanged();
}

std::vector<int> LatentScatter::within(const QPolygonF& polygon) const
{
    // A filled picture of the lasso answers for each point at once, however many corners it has.
    QImage mask(size(), QImage::Format_Grayscale8);
    mask.fill(0);
    QPainter painter(&mask);
    painter.setPen(Qt::NoPen);
    painter.setBrush(Qt::white);
    painter.drawPolygon(polygon);
    painter.end();
    std::vector<int> found;
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        const auto at = toWidget(m_points[i]);
        const auto x = static_cast<int>(std::floor(at.x())), y = static_cast<int>(std::floor(at.y()));
        if (x >= 0 && y >= 0 && x < mask.width() && y < mask.height() && mask.constScanLine(y)[x] != 0) {
            found.push_back(static_cast<int>(i));
        }
    }
    return found;
}

void LatentScatter::setView(const QRectF& view)
{
    m_view = view;
    update();
}

void LatentScatter::fit()
{
    if (m_points.empty()) {
        update();
        return;
    }
    double left = m_points.front().x(), right = left, bottom = m_points.front().y(), top = bottom;
    for (const auto& point : m_points) {
        left = std::min(left, point.x());
        right = std::max(right, point.x());
        bottom = std::min(bottom, point.y());
        top = std::max(top, point.y());
    }
    const auto roomX = std::max((right - left) * kRoom, 1e-6), roomY = std::max((top - bottom) * kRoom, 1e-6);
    setView(QRectF(QPointF(left - roomX, bottom - roomY), QPointF(right + roomX, top + roomY)));
}

QPointF LatentScatter::toWidget(const QPointF& point) const
{
    return {(point.x() - m_view.left()) / m_view.width() * width(),
            (m_view.bottom() - point.y()) / m_view.height() * height()};
}

QPointF LatentScatter::toPlane(const QPointF& position) const
{
    return {m_view.left() + position.x() / std::max(1, width()) * m_view.width(),
            m_view.bottom() - position.y() / std::max(1, height()) * m_view.height()};
}

int LatentScatter::pointAt(const QPointF& position) const
{
    int nearest = -1;
    double least = kPickPixels * kPickPixels;
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        const auto away = toWidget(m_points[i]) - position;
        const auto square = QPointF::dotProduct(away, away);
        if (square < least) {
            least = square;
            nearest = static_cast<int>(i);
        }
    }
    return nearest;
}

QSize LatentScatter::sizeHint() const
{
    return {500, 420};
}

QSize LatentScatter::minimumSizeHint() const
{
    return {160, 160};
}

/// Straight into the picture: a painter would take some hundred milliseconds for 60,000 of them.
void LatentScatter::drawPoints(QImage& picture) const
{
    const auto ratio = picture.devicePixelRatio();
    const auto side = static_cast<int>(std::lround((m_points.size() <= kFewPoints ? 5 : 3) * ratio));
    const auto scaleX = width() * ratio / m_view.width(), scaleY = height() * ratio / m_view.height();
    const auto plain = palette().color(QPalette::Text).rgb();
    const auto ground = palette().color(QPalette::Base);
    const auto faded = [&](QRgb color) {
        const auto mix = [](int a, int b) { return (a + 4 * b) / 5; };
        return qRgb(mix(qRed(color), ground.red()), mix(qGreen(color), ground.green()),
                    mix(qBlue(color), ground.blue()));
    };
    auto* const pixels = reinterpret_cast<QRgb*>(picture.bits());
    const auto stride = picture.bytesPerLine() / 4;
    const auto draw = [&](std::size_t i, QRgb color) {
        const auto x = static_cast<int>((m_points[i].x() - m_view.left()) * scaleX) - side / 2;
        const auto y = static_cast<int>((m_view.bottom() - m_points[i].y()) * scaleY) - side / 2;
        const auto x1 = std::min(x + side, picture.width()), y1 = std::min(y + side, picture.height());
        for (auto row = std::max(0, y); row < y1; ++row) {
            for (auto column = std::max(0, x); column < x1; ++column) {
                pixels[row * stride + column] = color;
            }
        }
    };
    const auto colorOf = [&](std::size_t i) { return m_colors.empty() ? plain : m_colors[i]; };
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        if (m_selected.empty()) {
            draw(i, colorOf(i));
        } else if (m_selected[i] == 0) {
            draw(i, faded(colorOf(i)));
        }
    }
    for (const auto point : m_selection) {  // above the others
        draw(static_cast<std::size_t>(point), colorOf(static_cast<std::size_t>(point)));
    }
}

QByteArray LatentScatter::svg() const
{
    QBuffer buffer;
    QSvgGenerator drawing;
    drawing.setOutputDevice(&buffer);
    drawing.setTitle(m_xName + QStringLiteral(", ") + m_yName);
    drawing.setSize(size());
    drawing.setViewBox(rect());
    QPainter painter(&drawing);
    painter.fillRect(rect(), palette().color(QPalette::Base));
    painter.setPen(Qt::NoPen);
    const auto radius = m_points.size() <= kFewPoints ? 2.5 : 1.5;
    for (std::size_t i = 0; i < m_points.size(); ++i) {
        const auto at = toWidget(m_points[i]);
        if (QRectF(rect()).contains(at)) {
            painter.setBrush(m_colors.empty() ? palette().color(QPalette::Text) : QColor(m_colors[i]));
            painter.drawEllipse(at, radius, radius);
        }
    }
    drawNames(painter);
    painter.end();
    return buffer.data();
}

void LatentScatter::drawNames(QPainter& painter) const
{
    painter.setFont(theme::noteFont(font()));
    painter.setPen(theme::noteText(palette()));
    const auto inside = rect().adjusted(theme::kControlGap, theme::kStep, -theme::kControlGap, -theme::kStep);
    painter.drawText(inside, int(Qt::AlignRight) | int(Qt::AlignBottom), m_xName + QStringLiteral(" \u2192"));
    painter.drawText(inside, int(Qt::AlignLeft) | int(Qt::AlignTop), QStringLiteral("\u2191 ") + m_yName);
}

void LatentScatter::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    if (m_points.empty()) {
        painter.fillRect(rect(), palette().base());
        painter.setPen(theme::noteText(palette()));
        painter.drawText(rect(), int(Qt::AlignCenter) | int(Qt::TextWordWrap), m_emptyText);
        return;
    }
    QImage picture(size() * devicePixelRatioF(), QImage::Format_RGB32);
    picture.setDevicePixelRatio(devicePixelRatioF());
    picture.fill(palette().color(QPalette::Base));
    drawPoints(picture);
    painter.drawImage(0, 0, picture);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_mark) {
        const auto at = toWidget(*m_mark);
        for (const auto& pen : {QPen(palette().color(QPalette::Base), 5), QPen(palette().highlight(), 2.5)}) {
            painter.setPen(pen);
            painter.drawLine(at - QPointF(9, 0), at + QPointF(9, 0));
            painter.drawLine(at - QPointF(0, 9), at + QPointF(0, 9));
        }
    }
    if (m_hovered >= 0) {
        painter.setPen(QPen(palette().color(QPalette::Text), 1.5));
        painter.drawEllipse(toWidget(m_points[static_cast<std::size_t>(m_hovered)]), 6, 6);
    }
    if (m_drag == Drag::Lasso && m_lasso.size() > 1) {
        auto fill = palette().color(QPalette::Highlight);
        fill.setAlpha(40);
        painter.setBrush(fill);
        painter.setPen(QPen(palette().highlight(), 1.5));
        painter.drawPolygon(m_lasso);
    }
    drawNames(painter);
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void LatentScatter::wheelEvent(QWheelEvent* event)
{
    const auto turned = event->angleDelta().y() / 120.0;
    const auto scale = std::pow(kZoomStep, -turned);
    const auto centre = toPlane(event->position());
    const auto moved = [&](double edge, double middle) { return middle + (edge - middle) * scale; };
    const QRectF view(QPointF(moved(m_view.left(), centre.x()), moved(m_view.top(), centre.y())),
                      QPointF(moved(m_view.right(), centre.x()), moved(m_view.bottom(), centre.y())));
    if (view.width() > 1e-9 && view.width() < 1e9) {
        setView(view);
    }
    event->accept();
}

void LatentScatter::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || m_points.empty()) {
        return;
    }
    m_pressed = event->position();
    m_viewBefore = m_view;
    m_moved = false;
    const bool lasso = m_lassoMode || event->modifiers().testFlag(Qt::ShiftModifier);
    m_drag = lasso ? Drag::Lasso : Drag::Move;
    m_lasso = {m_pressed};
}

void LatentScatter::mouseMoveEvent(QMouseEvent* event)
{
    const auto at = event->position();
    if (m_drag == Drag::None) {
        const auto point = pointAt(at);
        if (point != m_hovered) {
            m_hovered = point;
            update();
            Q_EMIT hovered(point, event->globalPosition().toPoint());
        }
        return;
    }
    m_moved = m_moved || (at - m_pressed).manhattanLength() > 4;
    if (m_drag == Drag::Lasso) {
        m_lasso << at;
        update();
    } else if (m_moved) {
        const auto by = at - m_pressed;
        setView(
            m_viewBefore.translated(-by.x() / width() * m_view.width(), by.y() / height() * m_view.height()));
    }
}

void LatentScatter::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || m_drag == Drag::None) {
        return;
    }
    const auto drag = std::exchange(m_drag, Drag::None);
    if (drag == Drag::Lasso && m_moved) {
        m_lasso << event->position();
        setSelection(within(m_lasso));
    } else if (!m_moved) {
        if (const auto point = pointAt(event->position()); point >= 0) {
            Q_EMIT clicked(point);
        } else {
            Q_EMIT placeClicked(toPlane(event->position()));
        }
    }
    m_lasso.clear();
    update();
}

void LatentScatter::mouseDoubleClickEvent(QMouseEvent* /*event*/)
{
    fit();
}

void LatentScatter::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        if (m_drag == Drag::Move) {
            setView(m_viewBefore);
        }
        if (std::exchange(m_drag, Drag::None) == Drag::None) {
            setSelection({});
        }
        m_lasso.clear();
        update();
        return;
    }
    QWidget::keyPressEvent(event);
}

void LatentScatter::leaveEvent(QEvent* event)
{
    if (std::exchange(m_hovered, -1) >= 0) {
        update();
        Q_EMIT hovered(-1, {});
    }
    QWidget::leaveEvent(event);
}

}  // namespace elbo
