// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/axis_ticker.h"

#include "widgets/number_text.h"

namespace elbo {

QVector<QString> AxisTicker::labels(const QCPRange& range)
{
    QVector<double> ticks;
    QVector<QString> texts;
    generate(range, QLocale::c(), QLatin1Char('g'), 6, ticks, nullptr, &texts);
    return texts;
}

double AxisTicker::getTickStep(const QCPRange& range)
{
    m_step = QCPAxisTicker::getTickStep(range);
    return m_step;
}

QString AxisTicker::getTickLabel(double tick, const QLocale& /*locale*/, QChar /*format*/, int /*precision*/)
{
    return axisNumberText(tick, m_step);
}

}  // namespace elbo
