// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtGui/QPen>
#include <QtWidgets/QWidget>

#include <utility>
#include <vector>

class QCustomPlot;

namespace elbo {

/// One model in the plane of rate and distortion.
struct RatePoint {
    QString name;
    QPen pen;
    double rate = 0;        ///< KL, nats per image
    double distortion = 0;  ///< squared error per image
    /// Where it was after each epoch, oldest first, as rate and distortion; may be empty.
    std::vector<std::pair<double, double>> way = {};
    bool operator==(const RatePoint&) const = default;
};

/// What a code costs against what it leaves wrong: nearer to the lower left is better on both counts. Models
/// trained with larger beta stand further left. Source: Alemi et al. 2018, "Fixing a broken ELBO".
class RateDistortionPlot : public QWidget {
    Q_OBJECT

public:
    explicit RateDistortionPlot(QWidget* parent = nullptr);

    void setPoints(std::vector<RatePoint> points);
    [[nodiscard]] const std::vector<RatePoint>& points() const { return m_points; }
    void setEmptyText(const QString& text);
    [[nodiscard]] QCustomPlot* plot() const { return m_plot; }

Q_SIGNALS:
    void saveWanted();

protected:
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void draw();
    void placeNames();

    std::vector<RatePoint> m_points;
    QString m_emptyText;
    QCustomPlot* m_plot = nullptr;
};

}  // namespace elbo
