// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/history.h"

#include <QtCore/QString>
#include <QtWidgets/QWidget>

#include <memory>
#include <vector>

class QCheckBox;
class QComboBox;
class QCustomPlot;

namespace elbo {

/// A run whose curves are drawn beside others.
struct CurveRun {
    QString id;
    QString name;
    std::shared_ptr<const History> history;  ///< not null
    bool operator==(const CurveRun&) const = default;
};

enum class CurveAxis { Epoch, Step, Time };

/// The x of an epoch's point: its number, the steps until its end, or seconds of training until its end.
[[nodiscard]] std::vector<double> epochPlaces(const History& history, CurveAxis axis);
/// The x of each step's point; its seconds are those of its epoch, spread evenly. Steps of an epoch that has
/// not ended have no time and are left out of that axis: the result may be shorter.
[[nodiscard]] std::vector<double> stepPlaces(const History& history, CurveAxis axis);

/// One term of several runs over each other: test curves in the runs' colours, training curves thin beside
/// them when wanted. The wheel zooms, dragging moves, a double click shows all.
class RunCurves : public QWidget {
    Q_OBJECT

public:
    explicit RunCurves(QWidget* parent = nullptr);

    void setRuns(std::vector<CurveRun> runs);
    /// Terms that the runs report, in the order of the choice.
    [[nodiscard]] QStringList terms() const;
    [[nodiscard]] QString term() const;
    void setTerm(const QString& key);
    [[nodiscard]] CurveAxis axis() const;
    [[nodiscard]] QCustomPlot* plot() const { return m_plot; }
    /// Points of the test curve of a run as they are drawn.
    [[nodiscard]] int pointsOf(int run) const;

Q_SIGNALS:
    void saveWanted();

protected:
    void changeEvent(QEvent* event) override;

private:
    void fillTerms();
    void draw();
    void addCurve(std::size_t run);

    std::vector<CurveRun> m_runs;
    QComboBox *m_term = nullptr, *m_axis = nullptr;
    QCheckBox *m_train = nullptr, *m_log = nullptr;
    QCustomPlot* m_plot = nullptr;
    bool m_filling = false;
};

}  // namespace elbo
