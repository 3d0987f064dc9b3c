// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/min_max_pyramid.h"

#include <QtCore/QString>
#include <QtWidgets/QMenu>
#include <QtWidgets/QWidget>

#include <memory>
#include <optional>
#include <utility>

class QCustomPlot;
class QMouseEvent;
class QWheelEvent;

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
/// epoch. The wheel zooms epochs, Shift+wheel values, dragging moves, a double click on an axis fits it.
class TermPlot : public QWidget {
    Q_OBJECT

public:
    explicit TermPlot(QWidget* parent = nullptr);
    ~TermPlot() override;

    void setTerm(const PlotTerm& term);
    [[nodiscard]] const PlotTerm& term() const { return m_term; }
    /// "ELBO, nats per image, higher is better"
    [[nodiscard]] QString fullTitle() const;

    /// Points are drawn at the next replot(), which the grid's timer calls.
    void appendTrain(double epoch, double value);
    void appendTest(double epoch, double value);
    void clear();
    [[nodiscard]] const MinMaxPyramid& train() const { return m_train; }
    [[nodiscard]] const MinMaxPyramid& test() const { return m_test; }

    /// @param label  "best" or "best, chosen on test"
    void setBest(std::optional<double> epoch, const QString& label);

    /// Epochs shown; the range of values follows what is visible until the user zooms it.
    void setXRange(double low, double high);
    [[nodiscard]] std::pair<double, double> xRange() const;
    void setYRange(double low, double high);  ///< stops fitting
    void fitY();                              ///< starts fitting again
    [[nodiscard]] bool fitsY() const { return m_fitY; }
    [[nodiscard]] std::pair<double, double> yRange() const;
    /// The range of values that shows what is between two epochs: robust against the outliers of the first
    /// steps. Empty without a point there.
    [[nodiscard]] std::optional<std::pair<double, double>> robustRange(double low, double high) const;

    /// Shows the cross-hair at an epoch, with the nearest values; without one it is taken away.
    void setCursor(std::optional<double> epoch);
    /// What the cross-hair reads: "epoch 3.2, training 1,234, test 1,240"; empty without one.
    [[nodiscard]] QString readOut() const;

    /// Fits the values and puts the visible points into the plot; replot() does it, too.
    void prepare();
    /// Room that the numbers at the left need after prepare(); the grid gives all plots the largest.
    [[nodiscard]] int neededLeftMargin() const;
    void setLeftMargin(int pixels);
    void replot();
    /// What prepare() has put into the plot, without another one.
    void draw();
    /// Puts the plot back to where a drag found it. @return whether there was one
    bool cancelDrag();
    [[nodiscard]] QCustomPlot* canvas() const { return m_plot; }
    [[nodiscard]] int pointsDrawn() const;  ///< given to QCustomPlot at the last prepare()
    /// Where the curves are, in the canvas; after a replot().
    [[nodiscard]] QRect curveRect() const;

Q_SIGNALS:
    void cursorMoved(double epoch);
    void cursorLeft();
    void xZoomed(double low, double high);  ///< the user zoomed or dragged
    void yZoomed();
    void xFitWanted();
    void enlargeWanted();
    void menuWanted(QMenu* menu);  ///< the context menu is about to be shown: add to it

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Parts;

    void buildCurves();
    void buildItems();
    void applyTheme();
    void updateTitle();
    void placeItems();
    void placeEndLabels();
    void updateLegend();
    void placeLegend();
    void zoom(const QWheelEvent& event);
    void press(const QMouseEvent& event);
    void drag(const QMouseEvent& event);
    void doubleClick(const QMouseEvent& event);
    void showMenu(const QPoint& position);
    void copyValues() const;

    PlotTerm m_term;
    MinMaxPyramid m_train;
    MinMaxPyramid m_test;
    QCustomPlot* m_plot = nullptr;
    std::unique_ptr<Parts> m_parts;
    std::optional<double> m_best;
    QString m_bestLabel;
    std::optional<double> m_cursor;
    bool m_fitY = true;
};

}  // namespace elbo
