// SPDX-License-Identifier: GPL-3.0-or-later
// Panes of a PointCloudView, and what is written and marked over them.
#include "widgets/color_bar.h"
#include "widgets/number_text.h"
#include "widgets/point_cloud_overlay.h"
#include "widgets/point_cloud_view.h"
#include "widgets/theme.h"

#include <algorithm>
#include <cmath>

namespace elbo {

namespace {

Vector3 asVector(const std::array<float, 3>& position)
{
    return {position[0], position[1], position[2]};
}

}  // namespace

std::vector<DrawnPane> PointCloudView::panes() const
{
    const bool first = m_clouds[0].has_value(), second = m_clouds[1].has_value();
    const QRectF whole(0, 0, 1, 1);
    switch (m_layout) {
        case CloudLayout::First:
            return {{whole, {true, false}}};
        case CloudLayout::Second:
            return {{whole, {false, true}}};
        case CloudLayout::Overlaid:
            return {{whole, {true, true}}};
        case CloudLayout::SideBySide:
            break;
    }
    if (first && second) {
        return {{QRectF(0, 0, 0.5, 1), {true, false}}, {QRectF(0.5, 0, 0.5, 1), {false, true}}};
    }
    return {{whole, {first, second}}};
}

QRectF PointCloudView::pixels(const DrawnPane& pane) const
{
    return {pane.area.left() * width(), pane.area.top() * height(), pane.area.width() * width(),
            pane.area.height() * height()};
}

std::optional<QRectF> PointCloudView::paneOf(int index) const
{
    for (const auto& pane : panes()) {
        if (pane.clouds.at(static_cast<std::size_t>(index))) {
            return pixels(pane);
        }
    }
    return std::nullopt;
}

double PointCloudView::aspect() const
{
    const auto pane = pixels(panes().front());
    return std::max(1.0, pane.width()) / std::max(1.0, pane.height());
}

std::optional<QPointF> PointCloudView::placeOf(int index, const Vector3& position) const
{
    const auto pane = paneOf(index);
    return pane ? ViewProjection(m_camera, *pane).position(position) : std::nullopt;
}

QString PointCloudView::lengthText(double length) const
{
    const bool metric = m_relativeScale || std::ranges::all_of(m_clouds, [](const auto& shown) {
                            return !shown || shown->cloud().metric;
                        });
    return metric ? tr("%1 m").arg(length, 0, 'f', 3) : tr("%1 relative").arg(numberText(length, 4));
}

std::optional<double> PointCloudView::pickedDistance() const
{
    if (m_picks.size() < 2) {
        return std::nullopt;
    }
    const auto a = asVector(m_picks[0].position), b = asVector(m_picks[1].position);
    const auto distance = std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
    return m_picks[0].metric ? distance : distance * m_relativeScale.value_or(1.0);
}

void PointCloudView::addPickMarks(CloudMarks& marks) const
{
    for (std::size_t i = 0; i < m_picks.size(); ++i) {
        const auto pane = paneOf(m_picks[i].cloud);
        const auto place = placeOf(m_picks[i].cloud, asVector(m_picks[i].position));
        if (pane && place) {
            marks.marks.push_back({*place, *pane, QString::number(i + 1)});
        }
    }
    const auto distance = pickedDistance();
    if (distance) {
        std::vector<QRectF> done;  // picks of two panes are joined in each of them
        for (const auto& end : m_picks) {
            const auto pane = paneOf(end.cloud);
            if (!pane || std::ranges::find(done, *pane) != done.end()) {
                continue;
            }
            done.push_back(*pane);
            const auto from = placeOf(end.cloud, asVector(m_picks[0].position));
            const auto to = placeOf(end.cloud, asVector(m_picks[1].position));
            if (from && to) {
                marks.measures.push_back({QLineF(*from, *to), *pane, lengthText(*distance)});
            }
        }
    }
    if (m_picks.empty()) {
        return;
    }
    const auto& last = m_picks.back();
    if (last.row >= 0) {
        marks.readOut << tr("Row %1, column %2").arg(last.row).arg(last.column);
    }
    const double scale = last.metric ? 1.0 : m_relativeScale.value_or(1.0);
    const auto coordinate = [&](std::size_t axis) {
        return QString::number(scale * static_cast<double>(last.position[axis]), 'f', 3);
    };
    marks.readOut << tr("X %1  Y %2  Z %3")
                         .arg(coordinate(0), coordinate(1),
                              lengthText(scale * static_cast<double>(last.position[2])));
    if (distance) {
        marks.readOut << tr("Distance %1").arg(lengthText(*distance));
    }
    marks.readOutColor = last.color;
}

void PointCloudView::addScale(CloudMarks& marks) const
{
    const auto range = colorRange();
    if ((m_coloring != CloudColoring::Depth && m_coloring != CloudColoring::Error) || range.isEmpty()) {
        return;
    }
    if (m_coloring == CloudColoring::Error) {
        marks.scaleMap = QStringLiteral("magma");
        marks.scaleTitle = tr("Error");
        const auto high = numberText(static_cast<double>(range.high), 3);
        marks.scaleTexts = {numberText(static_cast<double>(range.low), 3),
                            numberText(static_cast<double>(range.low + range.high) / 2, 3),
                            m_errorUnit.isEmpty() ? high : tr("%1 %2").arg(high, m_errorUnit)};
        return;
    }
    const bool metric =
        std::ranges::all_of(m_clouds, [](const auto& shown) { return !shown || shown->cloud().metric; });
    const double scale = metric ? 1.0 : m_relativeScale.value_or(1.0);
    marks.scaleMap = m_depthMap;
    marks.scaleTitle = tr("Depth Z");
    marks.scaleTexts =
        scaleTexts(scale * static_cast<double>(range.low), scale * static_cast<double>(range.high),
                   metric || m_relativeScale ? tr("m") : QString());
}

CloudMarks PointCloudView::marks() const
{
    CloudMarks marks;
    marks.background = background();
    const auto all = panes();
    bool empty = true;
    for (const auto& pane : all) {
        QStringList names;
        for (std::size_t i = 0; i < m_clouds.size(); ++i) {
            if (pane.clouds[i] && m_clouds[i]) {
                empty = false;
                names << m_labels[i];
            }
        }
        names.removeAll(QString());
        if (!names.isEmpty()) {
            marks.labels.push_back({pixels(pane), names.join(tr(" and "))});
        }
    }
    if (all.size() == 2) {
        const auto second = pixels(all[1]);
        marks.borders.push_back({second.topLeft(), second.bottomLeft()});
    }
    if (empty) {
        marks.note = tr("No points to show");
        return marks;
    }
    addPickMarks(marks);
    addScale(marks);
    return marks;
}

}  // namespace elbo
