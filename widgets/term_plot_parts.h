// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/axis_ticker.h"
#include "widgets/custom_plot.h"
#include "widgets/term_plot.h"

class QLabel;

namespace elbo {

/// What a TermPlot is made of; owned by its QCustomPlot and its layout. Private to term_plot*.cpp.
struct TermPlot::Parts {
    QLabel* title = nullptr;
    QSharedPointer<AxisTicker> xTicker;
    QSharedPointer<AxisTicker> yTicker;
    QCPGraph* train = nullptr;
    QCPGraph* test = nullptr;
    QCPGraph* best = nullptr;
    QCPItemLine* cross = nullptr;
    QCPItemText* crossEpoch = nullptr;
    QCPItemText* axisName = nullptr;  ///< "epoch" at the right end of the x axis
    QCPItemTracer* trainDot = nullptr;
    QCPItemTracer* testDot = nullptr;
    QCPItemText* trainEnd = nullptr;
    QCPItemText* testEnd = nullptr;
    // While the user drags.
    bool dragging = false;
    bool dragsY = false;
    bool fittedAtPress = false;
    QPointF pressed;
    QCPRange xAtPress;
    QCPRange yAtPress;
};

}  // namespace elbo
