// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/latent_sliders.h"

#include "widgets/theme.h"

#include <QtCore/QEvent>
#include <QtGui/QPainter>
#include <QtGui/QWheelEvent>
#include <QtWidgets/QDoubleSpinBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QSlider>
#include <QtWidgets/QToolButton>

#include <algorithm>
#include <cmath>
#include <utility>

namespace elbo {

namespace {

constexpr int kSteps = 1000;  ///< of a slider, to either side of its middle
constexpr int kFirstRows = 16;
constexpr double kFarthest = 1e6;

/// A slider with a bar behind it that tells how much its axis does.
class AxisSlider : public QSlider {
public:
    AxisSlider() : QSlider(Qt::Horizontal)
    {
        setRange(-kSteps, kSteps);
        setPageStep(kSteps / 10);
        setSingleStep(kSteps / 100);
    }
    void setShare(double share)
    {
        m_share = std::clamp(share, 0.0, 1.0);
        update();
    }

protected:
    void paintEvent(QPaintEvent* event) override
    {
        QPainter painter(this);
        auto color = theme::trainCurve(palette());
        color.setAlphaF(0.25F);
        const auto length = static_cast<int>(std::lround(m_share * width()));
        painter.fillRect(QRect(0, height() - theme::kStep, length, theme::kStep - 1), color);
        painter.end();
        QSlider::paintEvent(event);
    }
    void wheelEvent(QWheelEvent* event) override { event->ignore(); }  // the inspector scrolls

private:
    double m_share = 0;
};

/// A number that the wheel leaves alone.
class AxisNumber : public QDoubleSpinBox {
protected:
    void wheelEvent(QWheelEvent* event) override { event->ignore(); }
};

}  // namespace

LatentSliders::LatentSliders(QWidget* parent) : QWidget(parent)
{
    m_grid = new QGridLayout(this);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(theme::kControlGap);
    m_grid->setVerticalSpacing(theme::kStep);
    m_grid->setColumnStretch(1, 1);
    m_more = new QToolButton;
    m_more->setObjectName(QStringLiteral("moreAxes"));
    m_more->setAutoRaise(true);
    connect(m_more, &QToolButton::clicked, this, [this] {
        const auto active = static_cast<int>(std::ranges::count(m_axes, false, &LatentAxis::collapsed));
        m_wanted = shownCount() < active ? std::min(active, 4 * m_wanted) : axisCount();
        build();
    });
}

void LatentSliders::setAxes(std::vector<LatentAxis> axes)
{
    m_axes = std::move(axes);
    m_values.clear();
    for (const auto& axis : m_axes) {
        m_values.push_back(axis.centre);
    }
    const auto active = static_cast<int>(std::ranges::count(m_axes, false, &LatentAxis::collapsed));
    m_wanted = std::min(kFirstRows, std::max(active, 1));
    m_editing = -1;
    for (auto& row : m_rows) {  // rows of other axes have other ranges
        delete row.name;
        delete row.slider;
        delete row.number;
        delete row.reset;
    }
    m_rows.clear();
    build();
}

void LatentSliders::build()
{
    while (shownCount() < std::min(m_wanted, axisCount())) {
        addRow(shownCount());
    }
    const auto left = axisCount() - shownCount();
    m_grid->removeWidget(m_more);
    m_grid->addWidget(m_more, shownCount(), 0, 1, 4, Qt::AlignLeft);
    m_more->setVisible(left > 0);
    const auto active = static_cast<int>(std::ranges::count(m_axes, false, &LatentAxis::collapsed));
    m_more->setText(shownCount() < active ? tr("Show more (%1)").arg(left)
                                          : tr("Show the %1 collapsed ones").arg(left));
}

void LatentSliders::addRow(int axis)
{
    const auto& about = m_axes[static_cast<std::size_t>(axis)];
    Row row;
    row.name = new QLabel(about.name);
    row.name->setToolTip(about.tip);
    auto* slider = new AxisSlider;
    slider->setShare(about.share);
    row.slider = slider;
    row.slider->setObjectName(QStringLiteral("axisSlider-%1").arg(axis));
    row.slider->setAccessibleName(about.name);
    row.slider->setToolTip(about.tip);
    row.number = new AxisNumber;
    row.number->setObjectName(QStringLiteral("axisNumber-%1").arg(axis));
    row.number->setAccessibleName(about.name);
    row.number->setRange(-kFarthest, kFarthest);
    row.number->setDecimals(2);
    row.number->setSingleStep(0.1);
    row.number->setKeyboardTracking(false);
    row.number->setButtonSymbols(QAbstractSpinBox::NoButtons);
    row.number->setFixedWidth(row.number->fontMetrics().horizontalAdvance(QStringLiteral("-000.00")) +
                              3 * theme::kStep);
    row.reset = new QToolButton;
    row.reset->setObjectName(QStringLiteral("axisReset-%1").arg(axis));
    row.reset->setAutoRaise(true);
    row.reset->setIcon(theme::icon(QStringLiteral("reset")));
    row.reset->setToolTip(tr("Back to the middle"));
    if (about.collapsed) {
        row.name->setEnabled(false);
        auto quiet = row.slider->palette();
        quiet.setColor(QPalette::Highlight, theme::noteText(palette()));
        row.slider->setPalette(quiet);
    }
    m_grid->addWidget(row.name, axis, 0);
    m_grid->addWidget(row.slider, axis, 1);
    m_grid->addWidget(row.number, axis, 2);
    m_grid->addWidget(row.reset, axis, 3);
    connect(row.slider, &QSlider::sliderReleased, this, [this] { m_editing = -1; });
    connect(row.slider, &QSlider::valueChanged, this, [this, axis](int step) {
        if (m_filling) {
            return;
        }
        const auto& moved = m_axes[static_cast<std::size_t>(axis)];
        const auto value = moved.centre + moved.range * step / kSteps;
        begin(axis);
        m_values[static_cast<std::size_t>(axis)] = value;
        m_filling = true;
        m_rows[static_cast<std::size_t>(axis)].number->setValue(value);
        m_filling = false;
        Q_EMIT valueChanged(axis, value);
    });
    connect(row.number, &QDoubleSpinBox::valueChanged, this, [this, axis](double value) {
        if (m_filling) {
            return;
        }
        m_editing = -1;
        begin(axis);
        m_editing = -1;
        m_values[static_cast<std::size_t>(axis)] = value;
        showValue(axis);
        Q_EMIT valueChanged(axis, value);
    });
    connect(row.reset, &QToolButton::clicked, this, [this, axis] { Q_EMIT resetWanted(axis); });
    m_rows.push_back(row);
    showValue(axis);
}

/// A drag is one step of undo; each key is one too.
void LatentSliders::begin(int axis)
{
    const bool dragged = m_rows[static_cast<std::size_t>(axis)].slider->isSliderDown();
    if (!dragged || m_editing != axis) {
        Q_EMIT editBegun();
    }
    m_editing = dragged ? axis : -1;
}

void LatentSliders::showValue(int axis)
{
    const auto& about = m_axes[static_cast<std::size_t>(axis)];
    auto& row = m_rows[static_cast<std::size_t>(axis)];
    const auto value = m_values[static_cast<std::size_t>(axis)];
    m_filling = true;
    row.slider->setValue(static_cast<int>(
        std::clamp<double>(std::round((value - about.centre) / about.range * kSteps), -kSteps, kSteps)));
    row.number->setValue(value);
    m_filling = false;
}

void LatentSliders::setValues(const std::vector<double>& values)
{
    m_values = values;
    m_values.resize(m_axes.size());
    for (int axis = 0; axis < shownCount(); ++axis) {
        // The slider that is dragged stays under the pointer.
        if (!m_rows[static_cast<std::size_t>(axis)].slider->isSliderDown()) {
            showValue(axis);
        }
    }
}

void LatentSliders::setRange(double range)
{
    for (auto& axis : m_axes) {
        axis.range = range;
    }
    for (int axis = 0; axis < shownCount(); ++axis) {
        showValue(axis);
    }
}

}  // namespace elbo
