// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtWidgets/QWidget>

namespace elbo {

/// A colour map with its scale: numbers in a unit, or the word "relative" between 0 and 1.
class ColorBar : public QWidget {
    Q_OBJECT

public:
    explicit ColorBar(Qt::Orientation orientation = Qt::Horizontal, QWidget* parent = nullptr);

    void setMap(const QString& key);
    [[nodiscard]] QString map() const { return m_map; }
    /// @param unit  "m"; empty: the scale reads "relative"
    void setScale(double low, double high, const QString& unit);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] QStringList texts() const;  ///< low, middle, high
    Qt::Orientation m_orientation;
    QString m_map;
    double m_low = 0.0;
    double m_high = 1.0;
    QString m_unit;
};

}  // namespace elbo
