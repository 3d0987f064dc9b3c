// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/min_max_pyramid.h"

#include <QtCore/QString>
#include <QtWidgets/QWidget>

#include <memory>
#include <optional>
#include <utility>

class QCPAxis;
class QCPGraph;
class QCPItemLine;
class QCPItemText;
class QCPItemTracer;
class QCustomPlot;
class QMenu;

namespace elbo {

/// One term of the objective as a plot: the key it has in records, what stands in the title.
struct PlotTerm {
    QString key;    ///< "elbo"
    QString title;  ///< "ELBO", translated
    QString unit;   ///< "nats per image", translated
    bool higherIsBetter = false;
    bool operator==(const PlotTerm&) const = default;
};

/// Training and test curve of one term over epochs, with title, legend, last values, cross-hair and best
/// epoch.
class TermPlot : public QWidget {
    Q_OBJECT

public:
    explicit TermPlot(QWidget* parent = nullptr);
    ~TermPlot() override;

    void setTerm(const PlotTerm& term);
    [[nodiscard]] const PlotTerm& term() const { return m_term; }

    /// Points are drawn at the next repaint(), which the grid's timer calls.
    void appendTrain(double epoch, double value);
    void appendTest(double epoch, double value);
    void clear();
    [[nodiscard]] const MinMaxPyramid& train() const { return m_train; }
    [[nodiscard]] const MinMaxPyramid& test() const { return m_test; }

    /// @param label  "best" or "best, chosen on test"
    void setBest(std::optional<double> epoch, const QString& label);

    /// x range shown; the y range follows what is visible until the user zooms it.
    void setXRange(double low, double high);
    [[nodiscard]] double xLow() const;
    [[nodiscard]] double xHigh() const;
    void setYRange(double low, double high);  ///< stops fitting
    void fitY();                              ///< starts fitting again
    [[nodiscard]] bool fitsY() const { return m_fitY; }
    [[nodiscard]] double yLow() const;
    [[nodiscard]] double yHigh() const;
    /// The range of y that shows what is between two x: robust against the outliers of the first steps.
    [[nodiscard]] std::optional<std::pair<double, double>> robustRange(double low, double high) const;

    /// Shows the cross-hair at an epoch, with the nearest values; without one it is taken away.
    void setCursor(std::optional<double> epoch);
    /// The read-out under the pointer: "epoch 3.20  train 1,234  test 1,240"; empty without a cursor.
    [[nodiscard]] QString readOut() const;

    /// Width of the labels at the left of the axis, and the one all plots of the grid use.
    [[nodiscard]] int neededLeftMargin() const;
    void setLeftMargin(int pixels);
    /// Puts the visible points into the plot and draws it.
    void replot();
    [[nodiscard]] QCustomPlot* canvas() const { return m_plot; }
    [[nodiscard]] int pointsDrawn() const;  ///< given to QCustomPlot at the last replot()

Q_SIGNALS:
    void cursorMoved(double epoch);
    void cursorLeft();
    void xZoomed(double low, double high);  ///< the user zoomed or dragged
    void xFitWanted();
    void enlargeWanted();
    void menuWanted(QMenu* menu);  ///< the context menu is about to be shown: add to it

protected:
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void buildPlot();
    void applyTheme();
    void updateTitle();
    void updateItems();
    void wheel(class QWheelEvent& event);
    void showMenu(const QPoint& position);
    void copyValues() const;
    void copyImage() const;

    PlotTerm m_term;
    MinMaxPyramid m_train;
    MinMaxPyramid m_test;
    QCustomPlot* m_plot = nullptr;
    class TermPlotParts;
    std::unique_ptr<TermPlotParts> m_parts;
    std::optional<double> m_best;
    QString m_bestLabel;
    std::optional<double> m_cursor;
    bool m_fitY = true;
    int m_leftMargin = 0;
};

}  // namespace elbo
