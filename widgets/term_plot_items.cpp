// SPDX-License-Identifier: GPL-3.0-or-later
// What lies over the curves of a TermPlot: theme, legend, last values, cross-hair.
#include "widgets/number_text.h"
#include "widgets/term_plot.h"
#include "widgets/term_plot_parts.h"
#include "widgets/theme.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace elbo {

namespace {

/// Places along the curve, in pixels of the canvas: its points, and where they are few, steps along the lines
/// between them.
std::vector<QPointF> placesAlong(const QCPGraph& graph)
{
    constexpr double kStep = 4.0;
    constexpr double kMostSteps = 200.0;
    constexpr int kMany = 300;  ///< so many points cover their lines well enough
    std::vector<QPointF> places;
    const auto points = graph.data();
    const bool few = points->size() < kMany;
    for (const auto& point : *points) {
        const auto place = graph.coordsToPixels(point.key, point.value);
        if (few && !places.empty()) {
            const auto from = places.back();
            const auto way = place - from;
            const auto steps = std::clamp(std::hypot(way.x(), way.y()) / kStep, 1.0, kMostSteps);
            for (double i = 1.0; i < steps; i += 1.0) {
                places.push_back(from + way * (i / steps));
            }
        }
        places.push_back(place);
    }
    return places;
}

}  // namespace

void TermPlot::buildItems()
{
    const auto makeText = [this] {
        auto* text = new QCPItemText(m_plot);
        text->position->setType(QCPItemPosition::ptAbsolute);
        text->setClipToAxisRect(false);
        text->setVisible(false);
        text->setSelectable(false);
        return text;
    };
    m_parts->trainEnd = makeText();
    m_parts->testEnd = makeText();
    m_parts->axisName = makeText();
    m_parts->axisName->setText(tr("epoch"));
    m_parts->axisName->setPositionAlignment(Qt::AlignRight | Qt::AlignTop);
    m_parts->axisName->setVisible(true);
    m_parts->cross = new QCPItemLine(m_plot);
    m_parts->cross->start->setType(QCPItemPosition::ptAbsolute);
    m_parts->cross->end->setType(QCPItemPosition::ptAbsolute);
    const auto makeDot = [this] {
        auto* dot = new QCPItemTracer(m_plot);
        dot->setStyle(QCPItemTracer::tsCircle);
        dot->setSize(7);
        dot->setVisible(false);
        return dot;
    };
    m_parts->trainDot = makeDot();
    m_parts->testDot = makeDot();
    m_parts->crossEpoch = makeText();
    m_parts->crossEpoch->setPadding(QMargins(4, 0, 4, 0));
    m_parts->cross->setVisible(false);
}

void TermPlot::applyTheme()
{
    const auto colors = palette();
    const auto note = theme::noteText(colors);
    const auto figures = theme::figureFont(theme::noteFont(font()));
    m_plot->setBackground(QBrush(colors.color(QPalette::Base)));
    for (auto* axis : {m_plot->xAxis, m_plot->yAxis}) {
        axis->setTickLabelColor(note);
        axis->setTickLabelFont(figures);
        axis->setBasePen(QPen(theme::separator(colors), 1));
        axis->grid()->setPen(QPen(theme::gridLine(colors), 1));
    }
    const auto train = theme::trainCurve(colors);
    const auto test = theme::testCurve(colors);
    m_parts->train->setPen(QPen(train, m_parts->train->pen().widthF()));
    m_parts->test->setPen(QPen(test, m_parts->test->pen().widthF()));
    m_parts->best->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDiamond,
                                                   QPen(colors.color(QPalette::Base), 1),
                                                   QBrush(theme::bestMarker(colors)), 11));
    auto ground = colors.color(QPalette::Base);
    m_parts->crossEpoch->setBrush(ground);
    m_parts->crossEpoch->setColor(colors.color(QPalette::Text));
    m_parts->crossEpoch->setFont(figures);
    m_parts->cross->setPen(QPen(note, 1, Qt::DotLine));
    ground.setAlpha(215);
    m_plot->legend->setBrush(ground);
    m_plot->legend->setFont(figures);
    m_plot->legend->setTextColor(colors.color(QPalette::Text));
    m_parts->axisName->setColor(note);
    m_parts->axisName->setFont(figures);
    m_parts->trainDot->setPen(QPen(colors.color(QPalette::Base), 1));
    m_parts->trainDot->setBrush(train);
    m_parts->testDot->setPen(QPen(colors.color(QPalette::Base), 1));
    m_parts->testDot->setBrush(test);
    for (auto* text : {m_parts->trainEnd, m_parts->testEnd}) {
        text->setFont(figures);
    }
    // Vermilion and blue have 3:1 as curves; the same hue a little further from the ground has the 4.5:1 of
    // text.
    const auto readable = [&colors](QColor color) {
        const auto base = colors.color(QPalette::Base);
        for (int i = 0; i < 20 && theme::contrast(color, base) < 4.5; ++i) {
            color = theme::isDark(colors) ? color.lighter(107) : color.darker(107);
        }
        return color;
    };
    m_parts->trainEnd->setColor(readable(train));
    m_parts->testEnd->setColor(readable(test));
    updateTitle();
    setLeftMargin(std::max(neededLeftMargin(), m_plot->axisRect()->margins().left()));
}

void TermPlot::updateLegend()
{
    // The legend is the read-out: values under the cross-hair while there is one.
    const auto name = [this](const QString& title, const MinMaxPyramid& points) {
        if (!m_cursor.has_value() || points.empty()) {
            return title;
        }
        return QStringLiteral("%1  %2").arg(title, numberText(points.point(points.nearest(*m_cursor)).y));
    };
    const auto show = [this](QCPGraph* graph, bool wanted) {
        if (wanted && !m_plot->legend->hasItemWithPlottable(graph)) {
            graph->addToLegend();
        } else if (!wanted) {
            graph->removeFromLegend();
        }
    };
    m_parts->train->setName(name(tr("training"), m_train));
    m_parts->test->setName(name(tr("test"), m_test));
    m_parts->best->setName(m_bestLabel);
    show(m_parts->train, !m_train.empty());
    show(m_parts->test, !m_test.empty());
    show(m_parts->best, !m_parts->best->data()->isEmpty());
    m_plot->legend->setVisible(!m_train.empty() || !m_test.empty());
    placeLegend();
}

/// In the corner where it hides least of the curves; where it is now wins a tie, so that it does not hop.
void TermPlot::placeLegend()
{
    auto* insets = m_plot->axisRect()->insetLayout();
    const auto size = m_plot->legend->minimumOuterSizeHint();
    const QRectF area(m_plot->axisRect()->rect());
    auto places = placesAlong(*m_parts->train);
    const auto ofTest = placesAlong(*m_parts->test);
    places.insert(places.end(), ofTest.begin(), ofTest.end());
    const auto hidden = [&](Qt::Alignment corner) {
        const QRectF box(corner.testFlag(Qt::AlignRight) ? area.right() - size.width() : area.left(),
                         corner.testFlag(Qt::AlignBottom) ? area.bottom() - size.height() : area.top(),
                         size.width(), size.height());
        return std::ranges::count_if(places, [&box](const QPointF& place) { return box.contains(place); });
    };
    auto best = insets->insetAlignment(0);
    auto least = hidden(best);
    for (const Qt::Alignment corner : {Qt::AlignRight | Qt::AlignTop, Qt::AlignRight | Qt::AlignBottom,
                                       Qt::AlignLeft | Qt::AlignTop, Qt::AlignLeft | Qt::AlignBottom}) {
        if (const auto count = hidden(corner); count < least) {
            best = corner;
            least = count;
        }
    }
    insets->setInsetAlignment(0, best);
}

/// Runs once the layout knows where the curves are, before they are drawn.
void TermPlot::placeItems()
{
    const auto rect = m_plot->axisRect()->rect();
    m_parts->axisName->position->setCoords(m_plot->width() - theme::kStep, rect.bottom() + theme::kStep);
    placeEndLabels();
    const bool shown = m_cursor.has_value() && m_plot->xAxis->range().contains(*m_cursor) &&
                       !(m_train.empty() && m_test.empty());
    m_parts->cross->setVisible(shown);
    m_parts->crossEpoch->setVisible(shown);
    const auto placeDot = [&](QCPItemTracer* dot, const MinMaxPyramid& points) {
        dot->setVisible(shown && !points.empty());
        if (dot->visible()) {
            const auto& point = points.point(points.nearest(*m_cursor));
            dot->position->setCoords(point.x, point.y);
        }
    };
    placeDot(m_parts->trainDot, m_train);
    placeDot(m_parts->testDot, m_test);
    if (!shown) {
        return;
    }
    const auto x = m_plot->xAxis->coordToPixel(*m_cursor);
    m_parts->cross->start->setCoords(x, rect.top());
    m_parts->cross->end->setCoords(x, rect.bottom());
    m_parts->crossEpoch->setText(numberText(*m_cursor, 4));
    m_parts->crossEpoch->setPositionAlignment(Qt::AlignHCenter | Qt::AlignTop);
    m_parts->crossEpoch->position->setCoords(x, rect.bottom() + 2);
}

/// The last value at each line's end, pushed apart where they would overlap.
void TermPlot::placeEndLabels()
{
    const auto rect = m_plot->axisRect()->rect();
    const auto range = m_plot->xAxis->range();
    struct End {
        QCPItemText* text;
        const MinMaxPyramid* points;
        double x = 0.0;
        double y = 0.0;
        bool shown = false;
    };
    End ends[] = {{m_parts->trainEnd, &m_train}, {m_parts->testEnd, &m_test}};
    for (auto& end : ends) {
        if (!end.points->empty()) {
            const auto& last = end.points->point(end.points->size() - 1);
            end.shown = last.x >= range.lower && last.x <= range.upper;
            end.x = m_plot->xAxis->coordToPixel(last.x) + 6.0;
            end.y =
                std::clamp(m_plot->yAxis->coordToPixel(last.y), double(rect.top()), double(rect.bottom()));
            end.text->setText(numberText(last.y));
        }
        end.text->setVisible(end.shown);
    }
    if (ends[0].shown && ends[1].shown) {
        const auto height = double(QFontMetrics(m_parts->trainEnd->font()).height());
        auto& upper = ends[0].y <= ends[1].y ? ends[0] : ends[1];
        auto& lower = ends[0].y <= ends[1].y ? ends[1] : ends[0];
        const auto missing = height - (lower.y - upper.y);
        if (missing > 0.0) {
            upper.y -= missing / 2.0;
            lower.y += missing / 2.0;
            const auto over = std::max(0.0, lower.y + height / 2.0 - rect.bottom() - height / 2.0);
            upper.y -= over;
            lower.y -= over;
        }
        ends[0].x = ends[1].x = std::max(ends[0].x, ends[1].x);
    }
    for (const auto& end : ends) {
        end.text->setPositionAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        end.text->position->setCoords(end.x, end.y);
    }
}

}  // namespace elbo
