// SPDX-License-Identifier: GPL-3.0-or-later
// What the user does with a TermPlot: wheel, drag, double click, context menu; and the range that fits.
#include "widgets/number_text.h"
#include "widgets/term_plot.h"
#include "widgets/term_plot_parts.h"
#include "widgets/theme.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtGui/QMouseEvent>
#include <QtGui/QWheelEvent>
#include <QtWidgets/QMenu>

#include <algorithm>
#include <cmath>

namespace elbo {

namespace {

constexpr std::size_t kSamples = 1000;
constexpr double kSkippedShare = 0.08;  ///< of the visible epochs: where the first steps fall steeply
constexpr double kTrimmedShare = 0.005;
constexpr double kSlack = 0.6;  ///< an outlier nearer than this share of the span is shown all the same
constexpr double kPadding = 0.06;

struct Part {
    const MinMaxPyramid* points;
    std::size_t begin;
    std::size_t end;
};

std::vector<Part> partsBetween(std::initializer_list<const MinMaxPyramid*> curves, double low, double high)
{
    std::vector<Part> parts;
    for (const auto* curve : curves) {
        const auto begin = curve->lowerBound(low);
        const auto end = curve->lowerBound(std::nextafter(high, high + 1.0));
        if (begin < end) {
            parts.push_back({curve, begin, end});
        }
    }
    return parts;
}

/// Evenly taken values of the later visible part, sorted.
std::vector<double> laterValues(const Part& part)
{
    const auto& points = *part.points;
    const auto first = points.point(part.begin).x;
    const auto last = points.point(part.end - 1).x;
    // Never more than that share of the points: of the few test values of the first epochs none is skipped.
    const auto most = static_cast<std::size_t>(kSkippedShare * static_cast<double>(part.end - part.begin));
    const auto from = std::min(points.lowerBound(first + (last - first) * kSkippedShare), part.begin + most);
    const auto stride = std::max<std::size_t>(1, (part.end - from) / kSamples);
    std::vector<double> values;
    for (auto i = from; i < part.end; i += stride) {
        values.push_back(points.point(i).y);
    }
    values.push_back(points.point(part.end - 1).y);
    std::sort(values.begin(), values.end());
    return values;
}

}  // namespace

std::optional<std::pair<double, double>> TermPlot::robustRange(double low, double high) const
{
    const auto parts = partsBetween({&m_train, &m_test}, low, high);
    if (parts.empty()) {
        return std::nullopt;
    }
    double tailLow = HUGE_VAL;
    double tailHigh = -HUGE_VAL;
    double allLow = HUGE_VAL;
    double allHigh = -HUGE_VAL;
    for (const auto& part : parts) {
        const auto values = laterValues(part);
        const auto trimmed = static_cast<std::size_t>(kTrimmedShare * static_cast<double>(values.size()));
        const auto last = part.points->point(part.end - 1).y;
        tailLow = std::min({tailLow, values[trimmed], last});
        tailHigh = std::max({tailHigh, values[values.size() - 1 - trimmed], last});
        const auto extremes = part.points->extremes(part.begin, part.end);
        allLow = std::min(allLow, part.points->point(extremes.minimum).y);
        allHigh = std::max(allHigh, part.points->point(extremes.maximum).y);
    }
    const auto span = tailHigh - tailLow;
    auto bottom = std::max(allLow, tailLow - kSlack * span);
    auto top = std::min(allHigh, tailHigh + kSlack * span);
    const auto tiny = 1e-9 * std::max({std::abs(bottom), std::abs(top), 1e-12});
    if (top - bottom <= tiny) {
        const auto half = bottom == 0.0 ? 1.0 : 0.05 * std::abs(bottom);
        return std::pair{bottom - half, top + half};
    }
    const auto padding = kPadding * (top - bottom);
    return std::pair{bottom - padding, top + padding};
}

bool TermPlot::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_plot) {
        return QWidget::eventFilter(watched, event);
    }
    switch (event->type()) {
        case QEvent::Wheel:
            zoom(*static_cast<QWheelEvent*>(event));
            event->accept();
            return true;
        case QEvent::MouseButtonPress:
            press(*static_cast<QMouseEvent*>(event));
            return true;
        case QEvent::MouseMove:
            drag(*static_cast<QMouseEvent*>(event));
            return true;
        case QEvent::MouseButtonRelease:
            m_parts->dragging = false;
            m_plot->unsetCursor();
            return true;
        case QEvent::MouseButtonDblClick:
            doubleClick(*static_cast<QMouseEvent*>(event));
            return true;
        case QEvent::Leave:
            Q_EMIT cursorLeft();
            break;
        case QEvent::ContextMenu:
            showMenu(static_cast<QContextMenuEvent*>(event)->globalPos());
            return true;
        default:
            break;
    }
    return QWidget::eventFilter(watched, event);
}

void TermPlot::zoom(const QWheelEvent& event)
{
    const auto delta = event.angleDelta();
    const auto turned = delta.y() != 0 ? delta.y() : delta.x();
    const auto factor = std::pow(0.85, turned / 120.0);
    const auto scaled = [factor](const QCPRange& range, double center) {
        return QCPRange(center + (range.lower - center) * factor, center + (range.upper - center) * factor);
    };
    if (event.modifiers().testFlag(Qt::ShiftModifier)) {
        const auto range = scaled(m_plot->yAxis->range(), m_plot->yAxis->pixelToCoord(event.position().y()));
        if (QCPRange::validRange(range)) {
            setYRange(range.lower, range.upper);
            Q_EMIT yZoomed();
        }
        return;
    }
    const auto range = scaled(m_plot->xAxis->range(), m_plot->xAxis->pixelToCoord(event.position().x()));
    if (QCPRange::validRange(range) && range.size() < 1e9) {
        Q_EMIT xZoomed(range.lower, range.upper);
    }
}

void TermPlot::press(const QMouseEvent& event)
{
    if (parentWidget() != nullptr) {
        parentWidget()->setFocus(Qt::MouseFocusReason);
    }
    if (event.button() != Qt::LeftButton) {
        return;
    }
    m_parts->dragging = true;
    m_parts->fittedAtPress = m_fitY;
    // Values that fit by themselves stay so: only a zoomed axis moves up and down.
    m_parts->dragsY = !m_fitY || event.modifiers().testFlag(Qt::ShiftModifier);
    m_parts->pressed = event.position();
    m_parts->xAtPress = m_plot->xAxis->range();
    m_parts->yAtPress = m_plot->yAxis->range();
}

void TermPlot::drag(const QMouseEvent& event)
{
    const auto rect = curveRect();
    if (!m_parts->dragging) {
        if (rect.contains(event.position().toPoint())) {
            Q_EMIT cursorMoved(m_plot->xAxis->pixelToCoord(event.position().x()));
        } else {
            Q_EMIT cursorLeft();
        }
        return;
    }
    const auto moved = event.position() - m_parts->pressed;
    if (moved.manhattanLength() < 4 || rect.isEmpty()) {
        return;
    }
    m_plot->setCursor(Qt::ClosedHandCursor);
    if (m_parts->dragsY) {
        const auto by = moved.y() / rect.height() * m_parts->yAtPress.size();
        setYRange(m_parts->yAtPress.lower + by, m_parts->yAtPress.upper + by);
        Q_EMIT yZoomed();
    }
    const auto by = -moved.x() / rect.width() * m_parts->xAtPress.size();
    Q_EMIT xZoomed(m_parts->xAtPress.lower + by, m_parts->xAtPress.upper + by);
}

bool TermPlot::cancelDrag()
{
    if (!m_parts->dragging) {
        return false;
    }
    m_parts->dragging = false;
    m_plot->unsetCursor();
    if (m_parts->fittedAtPress) {
        fitY();
    } else {
        setYRange(m_parts->yAtPress.lower, m_parts->yAtPress.upper);
    }
    Q_EMIT yZoomed();
    Q_EMIT xZoomed(m_parts->xAtPress.lower, m_parts->xAtPress.upper);
    return true;
}

void TermPlot::doubleClick(const QMouseEvent& event)
{
    m_parts->dragging = false;
    const auto rect = curveRect();
    const auto position = event.position().toPoint();
    if (rect.contains(position)) {
        Q_EMIT enlargeWanted();
    } else if (position.x() < rect.left()) {
        fitY();
        Q_EMIT yZoomed();
    } else if (position.y() > rect.bottom()) {
        Q_EMIT xFitWanted();
    }
}

void TermPlot::showMenu(const QPoint& position)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("plot-menu"));
    menu->addAction(theme::icon(QStringLiteral("fit")), tr("Show the whole run"), this,
                    &TermPlot::xFitWanted);
    menu->addAction(tr("Fit the values"), this, [this] {
        fitY();
        Q_EMIT yZoomed();
    });
    menu->addAction(theme::icon(QStringLiteral("zoom")), tr("Enlarge or shrink"), this,
                    &TermPlot::enlargeWanted);
    menu->addSeparator();
    menu->addAction(theme::icon(QStringLiteral("copy")),
                    m_cursor.has_value() ? tr("Copy these values") : tr("Copy the last values"), this,
                    &TermPlot::copyValues);
    menu->addAction(tr("Copy image"), this, [this] { QGuiApplication::clipboard()->setPixmap(grab()); });
    Q_EMIT menuWanted(menu);
    menu->popup(position);
}

void TermPlot::copyValues() const
{
    auto text = readOut();
    if (text.isEmpty()) {
        const auto last = [](const MinMaxPyramid& points) {
            return points.empty() ? tr("none") : numberText(points.point(points.size() - 1).y, 9);
        };
        text = tr("training %1, test %2").arg(last(m_train), last(m_test));
    }
    QGuiApplication::clipboard()->setText(m_term.title + QStringLiteral(": ") + text);
}

}  // namespace elbo
