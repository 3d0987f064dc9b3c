// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/explore_axes.h"

#include <QtCore/QCoreApplication>

#include <cmath>
#include <utility>

namespace elbo {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("elbo::ExploreInspector", text);
}

/// (code - mean) . direction
double along(const LatentCode& code, const LatentCode& mean, const LatentCode& direction)
{
    double sum = 0;
    for (std::size_t k = 0; k < code.size(); ++k) {
        sum += static_cast<double>(direction[k]) * static_cast<double>(code[k] - mean[k]);
    }
    return sum;
}

double squareOf(const LatentCode& direction)
{
    double sum = 0;
    for (const auto value : direction) {
        sum += static_cast<double>(value) * static_cast<double>(value);
    }
    return sum;
}

}  // namespace

ExploreAxes::ExploreAxes(std::shared_ptr<const LatentSpace> space, std::vector<AttributeDirection> attributes,
                         AxisKind kind, double range)
    : m_space(std::move(space)), m_attributes(std::move(attributes)), m_kind(kind)
{
    switch (kind) {
        case AxisKind::Dimensions:
            addDimensions(range);
            break;
        case AxisKind::Directions:
            addDirections(range);
            break;
        case AxisKind::Attributes:
            addAttributes(range);
            break;
    }
}

void ExploreAxes::addDimensions(double range)
{
    const auto largest = static_cast<double>(m_space->kl[static_cast<std::size_t>(m_space->byKl.front())]);
    for (std::size_t place = 0; place < m_space->byKl.size(); ++place) {
        const auto i = static_cast<std::size_t>(m_space->byKl[place]);
        LatentAxis axis;
        axis.name = tr("z%1").arg(i);
        axis.tip = tr("KL %1 nats; data %2 +- %3")
                       .arg(static_cast<double>(m_space->kl[i]), 0, 'f', 3)
                       .arg(static_cast<double>(m_space->mean[i]), 0, 'f', 2)
                       .arg(static_cast<double>(m_space->std[i]), 0, 'f', 2);
        axis.share = largest > 0 ? static_cast<double>(m_space->kl[i]) / largest : 0;
        axis.range = range;
        axis.collapsed = place >= static_cast<std::size_t>(m_space->active);
        m_order.push_back(i);
        m_axes.push_back(std::move(axis));
    }
    m_note = tr("%1 of %2 dimensions tell something of an image (KL of 0.01 nats or more).")
                 .arg(m_space->active)
                 .arg(m_space->size);
}

void ExploreAxes::addDirections(double range)
{
    double told = 0;
    const auto first = m_space->variances.empty() ? 0.0 : static_cast<double>(m_space->variances.front());
    for (std::size_t i = 0; i < m_space->directions.size(); ++i) {
        const auto variance = static_cast<double>(m_space->variances[i]);
        if (!(variance > 0)) {  // fewer images than dimensions leave none
            continue;
        }
        told += variance;
        m_scree.push_back(100 * variance / m_space->totalVariance);
        LatentAxis axis;
        axis.name = tr("PC %1").arg(i + 1);
        axis.tip = tr("%1 % of the variance of the codes; %2 % with those before it. The number counts "
                      "standard deviations.")
                       .arg(m_scree.back(), 0, 'f', 1)
                       .arg(100 * told / m_space->totalVariance, 0, 'f', 1);
        axis.share = variance / first;
        axis.range = range;
        axis.collapsed = variance < 1e-3 * first;
        m_order.push_back(i);
        m_axes.push_back(std::move(axis));
    }
    m_note = tr("%1 directions of the codes of %2 images, largest variance first.")
                 .arg(m_axes.size())
                 .arg(m_space->codes.size());
}

void ExploreAxes::addAttributes(double range)
{
    for (std::size_t i = 0; i < m_attributes.size(); ++i) {
        LatentAxis axis;
        axis.name = m_attributes[i].name;
        axis.tip = tr("%1: 0 at the mean of all codes, 1 one difference of the two groups further")
                       .arg(m_attributes[i].name);
        axis.share = 1;
        axis.range = range;
        m_order.push_back(i);
        m_axes.push_back(std::move(axis));
    }
    m_note = m_attributes.empty()
                 ? tr("None yet: choose two groups on the tab Map and make their difference a slider.")
                 : tr("What two groups of images differ in; 1 is their difference.");
}

double ExploreAxes::valueOf(const LatentCode& code, std::size_t axis) const
{
    const auto i = m_order[axis];
    switch (m_kind) {
        case AxisKind::Directions:
            return along(code, m_space->mean, m_space->directions[i]) /
                   std::sqrt(static_cast<double>(m_space->variances[i]));
        case AxisKind::Attributes:
            return along(code, m_space->mean, m_attributes[i].direction) /
                   squareOf(m_attributes[i].direction);
        case AxisKind::Dimensions:
            break;
    }
    return static_cast<double>(code[i]);
}

std::vector<double> ExploreAxes::valuesOf(const LatentCode& code) const
{
    std::vector<double> values;
    for (std::size_t axis = 0; axis < m_axes.size(); ++axis) {
        values.push_back(valueOf(code, axis));
    }
    return values;
}

LatentCode ExploreAxes::moved(const LatentCode& code, int axis, double value) const
{
    const auto place = static_cast<std::size_t>(axis);
    const auto i = m_order[place];
    auto result = code;
    if (m_kind == AxisKind::Dimensions) {
        result[i] = static_cast<float>(value);
        return result;
    }
    const bool principal = m_kind == AxisKind::Directions;
    const auto& direction = principal ? m_space->directions[i] : m_attributes[i].direction;
    const auto step = (value - valueOf(code, place)) *
                      (principal ? std::sqrt(static_cast<double>(m_space->variances[i])) : 1.0);
    for (std::size_t k = 0; k < result.size(); ++k) {
        result[k] += static_cast<float>(step * static_cast<double>(direction[k]));
    }
    return result;
}

}  // namespace elbo
