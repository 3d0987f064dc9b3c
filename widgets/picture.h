// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/image8.h"

#include <QtCore/QRect>
#include <QtCore/QString>
#include <QtGui/QImage>

class QPainter;

namespace elbo {

/// A copy of the picture as Qt draws it: grey or RGB. Empty gives a null image.
[[nodiscard]] QImage toQImage(const Image8& image);
/// Values through the colour map of that key in [low, high].
[[nodiscard]] QImage toQImage(const ImageF& values, const QString& mapKey, float low, float high);
/// Smallest and largest finite value; {0, 1} without any.
struct ValueRange2 {
    float low = 0.0F;
    float high = 1.0F;
};
[[nodiscard]] ValueRange2 finiteRange(const ImageF& values);

/// The largest rectangle of the picture's aspect centred in `space`.
[[nodiscard]] QRect fittedRect(const QSize& picture, const QRect& space);
/// Draws the picture into `target`: nearest-neighbour when one pixel covers 3 device pixels or more, else
/// smooth.
void drawPicture(QPainter& painter, const QRect& target, const QImage& image);

}  // namespace elbo
