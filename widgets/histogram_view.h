// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtGui/QColor>
#include <QtWidgets/QWidget>

#include <vector>

namespace elbo {

/// Counts of equal bins over [low, high].
struct HistogramSeries {
    QString name;  ///< "red"; shown when there is more than one
    QColor color;  ///< invalid: the text's colour
    std::vector<double> counts;
};

/// One or a few histograms over the same axis, with its unit and a read-out of the bin under the pointer.
class HistogramView : public QWidget {
    Q_OBJECT

public:
    explicit HistogramView(QWidget* parent = nullptr);

    void setSeries(std::vector<HistogramSeries> series, double low, double high, const QString& unit);
    void clear();
    [[nodiscard]] bool empty() const { return m_series.empty(); }
    void setTitle(const QString& title);
    void setEmptyText(const QString& text);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] QRect plotRect() const;
    [[nodiscard]] QString binText(int bin) const;

    std::vector<HistogramSeries> m_series;
    double m_low = 0.0;
    double m_high = 1.0;
    QString m_unit;
    QString m_title;
    QString m_emptyText;
};

}  // namespace elbo
