// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtWidgets/QWidget>

#include <vector>

class QDoubleSpinBox;
class QGridLayout;
class QLabel;
class QSlider;
class QToolButton;

namespace elbo {

/// One direction in latent space, as a row of LatentSliders shows it.
struct LatentAxis {
    QString name;            ///< "z12", "PC 1"
    QString tip;             ///< "KL 1.23 nats, data 0.1 +- 0.9"
    double share = 0;        ///< 0 to 1, the bar behind the slider: how much the axis tells
    double centre = 0;       ///< where reset leads
    double range = 3;        ///< the slider goes so far to either side of the centre
    bool collapsed = false;  ///< greyed, and folded away until asked for
};

/// A slider, a number and a reset for each axis. What tells nothing of an image stands folded below the rest;
/// of many axes the first ones are shown until more are asked for.
class LatentSliders : public QWidget {
    Q_OBJECT

public:
    explicit LatentSliders(QWidget* parent = nullptr);

    /// Values go to the centres; nothing is emitted.
    void setAxes(std::vector<LatentAxis> axes);
    /// One for each axis; nothing is emitted.
    void setValues(const std::vector<double>& values);
    [[nodiscard]] int axisCount() const { return static_cast<int>(m_axes.size()); }
    [[nodiscard]] int shownCount() const { return static_cast<int>(m_rows.size()); }
    void setRange(double range);

Q_SIGNALS:
    /// Before the first of the values that a drag, a typed number or a key gives.
    void editBegun();
    void valueChanged(int axis, double value);
    void resetWanted(int axis);

private:
    struct Row {
        QLabel* name = nullptr;
        QSlider* slider = nullptr;
        QDoubleSpinBox* number = nullptr;
        QToolButton* reset = nullptr;
    };
    void build();
    void addRow(int axis);
    void showValue(int axis);
    void begin(int axis);

    std::vector<LatentAxis> m_axes;
    std::vector<double> m_values;
    std::vector<Row> m_rows;
    QGridLayout* m_grid = nullptr;
    QToolButton* m_more = nullptr;
    int m_wanted = 0;    ///< rows that are shown at most
    int m_editing = -1;  ///< the axis whose drag has begun
    bool m_filling = false;
};

}  // namespace elbo
