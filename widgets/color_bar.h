// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QRect>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtGui/QImage>
#include <QtWidgets/QWidget>

class QPainter;

namespace elbo {

/// The map as a picture of 256 pixels, low end left or at the bottom.
[[nodiscard]] QImage colorMapPicture(const QString& key, Qt::Orientation orientation = Qt::Horizontal);
/// What stands at the low end, in the middle and at the high end of a scale.
/// @param unit  "m"; empty: the middle reads "relative"
[[nodiscard]] QStringList scaleTexts(double low, double high, const QString& unit);
/// A bar of that thickness at the top of `area`, its texts below it, in the painter's font and colour.
void paintColorScale(QPainter& painter, const QRect& area, int thickness, const QString& mapKey,
                     const QStringList& texts);

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
