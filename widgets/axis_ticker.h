// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/custom_plot.h"

namespace elbo {

/// Ticks with numbers as people read them: grouped thousands, SI letters, as many decimals as the step needs.
class AxisTicker : public QCPAxisTicker {
public:
    /// The numbers that an axis of that range would show.
    [[nodiscard]] QVector<QString> labels(const QCPRange& range);

protected:
    double getTickStep(const QCPRange& range) override;
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override;

private:
    double m_step = 1.0;
};

}  // namespace elbo
