// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/term_plot.h"

#include "widgets/axis_ticker.h"
#include "widgets/number_text.h"
#include "widgets/term_plot_parts.h"
#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtWidgets/QLabel>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace elbo {

namespace {

constexpr int kTopMargin = 6;
constexpr double kCurveWidth = 1.5;
/// Room at the right of the curves for "-16,384", the last value at the line's end.
constexpr int kEndDigits = 8;

void addVisible(QCPGraph* graph, const MinMaxPyramid& points, const QCPRange& range, int columns)
{
    QVector<QCPGraphData> data;
    const auto visible =
        points.visible(range.lower, range.upper, static_cast<std::size_t>(std::max(columns, 1)));
    data.reserve(static_cast<qsizetype>(visible.size()));
    for (const auto& point : visible) {
        data.append({point.x, point.y});
    }
    // A band of many values a column is drawn without antialiasing: no eye sees the difference, and it is
    // four times faster.
    const bool dense = data.size() > 2 * columns;
    graph->setAntialiased(!dense);
    auto pen = graph->pen();
    pen.setWidthF(dense ? 1.0 : kCurveWidth);
    graph->setPen(pen);
    graph->data()->set(data, true);
}

}  // namespace

TermPlot::TermPlot(QWidget* parent) : QWidget(parent), m_parts(std::make_unique<Parts>())
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_parts->title = new QLabel(this);
    m_parts->title->setObjectName(QStringLiteral("plot-title"));
    m_parts->title->setTextFormat(Qt::RichText);
    m_parts->title->setMinimumWidth(1);
    m_parts->title->setMargin(theme::kStep);
    m_plot = new QCustomPlot(this);
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->setMouseTracking(true);
    m_plot->setMinimumHeight(64);
    m_plot->installEventFilter(this);
    layout->addWidget(m_parts->title);
    layout->addWidget(m_plot, 1);
    setToolTip(
        tr("Wheel: zoom the epochs. Shift+wheel: zoom the values. Drag: move. "
           "Double click: enlarge; on an axis: show all of it."));
    buildCurves();
    buildItems();
    applyTheme();
    // Last: it comes back through changeEvent(), which needs all of the above.
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
}

TermPlot::~TermPlot() = default;

void TermPlot::buildCurves()
{
    auto* rect = m_plot->axisRect();
    rect->setAutoMargins(QCP::msNone);
    m_plot->setNoAntialiasingOnDrag(false);
    m_parts->xTicker = QSharedPointer<AxisTicker>::create();
    m_parts->yTicker = QSharedPointer<AxisTicker>::create();
    m_plot->xAxis->setTicker(m_parts->xTicker);
    m_plot->yAxis->setTicker(m_parts->yTicker);
    for (auto* axis : {m_plot->xAxis, m_plot->yAxis}) {
        axis->setSubTicks(false);
        axis->setTickLength(0, 0);
        axis->setTickPen(Qt::NoPen);
        axis->setTickLabelPadding(theme::kStep);
        axis->grid()->setZeroLinePen(Qt::NoPen);
    }
    m_plot->setPlottingHint(QCP::phFastPolylines, true);
    // Nothing moves over the plots alone: a buffer of its own would only be cleared and copied.
    m_plot->layer(QStringLiteral("overlay"))->setMode(QCPLayer::lmLogical);
    m_parts->train = m_plot->addGraph();
    m_parts->test = m_plot->addGraph();
    m_parts->best = m_plot->addGraph();
    for (auto* graph : {m_parts->train, m_parts->test, m_parts->best}) {
        graph->setAdaptiveSampling(false);
    }
    m_parts->best->setLineStyle(QCPGraph::lsNone);
    m_plot->legend->setVisible(true);
    m_plot->legend->setIconSize(16, 8);
    m_plot->legend->setRowSpacing(0);
    m_plot->legend->setMargins(QMargins(4, 0, 4, 0));
    m_plot->legend->setBorderPen(Qt::NoPen);
    rect->insetLayout()->setInsetPlacement(0, QCPLayoutInset::ipBorderAligned);
    m_plot->xAxis->setRange(0.0, 1.0);
    connect(m_plot, &QCustomPlot::afterLayout, this, &TermPlot::placeItems);
}

void TermPlot::setTerm(const PlotTerm& term)
{
    m_term = term;
    setObjectName(QStringLiteral("plot-") + term.key);
    setAccessibleName(fullTitle());
    updateTitle();
}

QString TermPlot::fullTitle() const
{
    return tr("%1, %2, %3")
        .arg(m_term.title, m_term.unit,
             m_term.higherIsBetter ? tr("higher is better") : tr("lower is better"));
}

void TermPlot::updateTitle()
{
    // The term in the text's colour, unit and direction step back; what does not fit is cut with dots.
    const auto note = theme::noteText(palette()).name();
    const auto rest = fullTitle().mid(m_term.title.size());
    auto bold = font();
    bold.setWeight(QFont::DemiBold);
    const auto room =
        std::max(40, width() - QFontMetrics(bold).horizontalAdvance(m_term.title) - 4 * theme::kStep);
    const auto shown = fontMetrics().elidedText(rest, Qt::ElideRight, room);
    m_parts->title->setText(
        QStringLiteral("<span style='font-weight:600'>%1</span><span style='color:%2'>%3</span>")
            .arg(m_term.title.toHtmlEscaped(), note, shown.toHtmlEscaped()));
    m_parts->title->setToolTip(fullTitle() + QLatin1Char('\n') + toolTip());
}

void TermPlot::appendTrain(double epoch, double value)
{
    m_train.append(epoch, value);
}

void TermPlot::appendTest(double epoch, double value)
{
    m_test.append(epoch, value);
}

void TermPlot::clear()
{
    m_train.clear();
    m_test.clear();
    m_best.reset();
    m_cursor.reset();
    m_fitY = true;
}

void TermPlot::setBest(std::optional<double> epoch, const QString& label)
{
    m_best = epoch;
    m_bestLabel = label;
}

void TermPlot::setXRange(double low, double high)
{
    m_plot->xAxis->setRange(low, high);
}

std::pair<double, double> TermPlot::xRange() const
{
    const auto range = m_plot->xAxis->range();
    return {range.lower, range.upper};
}

void TermPlot::setYRange(double low, double high)
{
    m_fitY = false;
    m_plot->yAxis->setRange(low, high);
}

void TermPlot::fitY()
{
    m_fitY = true;
}

std::pair<double, double> TermPlot::yRange() const
{
    const auto range = m_plot->yAxis->range();
    return {range.lower, range.upper};
}

void TermPlot::setCursor(std::optional<double> epoch)
{
    m_cursor = epoch;
}

QString TermPlot::readOut() const
{
    if (!m_cursor.has_value()) {
        return {};
    }
    auto text = tr("epoch %1").arg(numberText(*m_cursor, 4));
    if (!m_train.empty()) {
        text += tr(", training %1").arg(numberText(m_train.point(m_train.nearest(*m_cursor)).y));
    }
    if (!m_test.empty()) {
        text += tr(", test %1").arg(numberText(m_test.point(m_test.nearest(*m_cursor)).y));
    }
    return text;
}

void TermPlot::prepare()
{
    if (m_plot->bufferDevicePixelRatio() != devicePixelRatioF()) {
        m_plot->setBufferDevicePixelRatio(devicePixelRatioF());
    }
    const auto range = m_plot->xAxis->range();
    if (m_fitY) {
        const auto fitted = robustRange(range.lower, range.upper);
        m_plot->yAxis->setRange(fitted.has_value() ? QCPRange(fitted->first, fitted->second)
                                                   : QCPRange(0.0, 1.0));
    }
    const auto ratio = m_plot->bufferDevicePixelRatio();
    const auto columns = static_cast<int>((m_plot->width() - m_plot->axisRect()->margins().left()) * ratio);
    addVisible(m_parts->train, m_train, range, columns);
    addVisible(m_parts->test, m_test, range, columns);
    // Single test values are seen as dots while there are few; a training value only while it is alone, since
    // there is no line to see.
    const auto dots = [](QCPGraph* graph, bool wanted) {
        graph->setScatterStyle(wanted ? QCPScatterStyle(QCPScatterStyle::ssDisc, 4.5)
                                      : QCPScatterStyle::ssNone);
    };
    dots(m_parts->test, m_parts->test->data()->size() <= columns / 8);
    dots(m_parts->train, m_parts->train->data()->size() == 1);
    m_parts->best->data()->clear();
    if (m_best.has_value() && !m_test.empty()) {
        m_parts->best->addData(*m_best, m_test.point(m_test.nearest(*m_best)).y);
    }
    m_parts->xTicker->setTickCount(std::clamp(m_plot->width() / 80, 2, 10));
    m_parts->yTicker->setTickCount(std::clamp(m_plot->height() / 40, 2, 8));
    updateLegend();
}

int TermPlot::neededLeftMargin() const
{
    const QFontMetrics metrics(m_plot->yAxis->tickLabelFont());
    int widest = 0;
    for (const auto& text : m_parts->yTicker->labels(m_plot->yAxis->range())) {
        widest = std::max(widest, metrics.horizontalAdvance(text));
    }
    return widest + 2 * theme::kStep + 2;
}

void TermPlot::setLeftMargin(int pixels)
{
    const QFontMetrics metrics(m_plot->xAxis->tickLabelFont());
    const auto right = metrics.horizontalAdvance(QLatin1Char('0')) * kEndDigits + theme::kControlGap;
    m_plot->axisRect()->setMargins(QMargins(pixels, kTopMargin, right, metrics.height() + 2 * theme::kStep));
}

void TermPlot::replot()
{
    prepare();
    draw();
}

void TermPlot::draw()
{
    m_plot->replot(QCustomPlot::rpQueuedRefresh);
}

int TermPlot::pointsDrawn() const
{
    return m_parts->train->data()->size() + m_parts->test->data()->size();
}

QRect TermPlot::curveRect() const
{
    return m_plot->axisRect()->rect();
}

void TermPlot::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        applyTheme();
        replot();
    }
}

void TermPlot::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    updateTitle();
}

}  // namespace elbo
