// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtGui/QImage>
#include <QtGui/QPalette>

class QCustomPlot;

namespace elbo {

/// Colours of axes, grid and ground of a plot by the palette, in the look of the curves of the page Train.
void stylePlot(QCustomPlot& plot, const QPalette& palette);

/// The plot as it stands, at twice the size that it has on the screen.
[[nodiscard]] QImage plotPicture(QCustomPlot& plot);
/// The plot as lines and text.
[[nodiscard]] QByteArray plotSvg(QCustomPlot& plot);
/// Kinds of files that writeDrawing() writes, as QFileDialog takes them.
[[nodiscard]] QString drawingFilter();
/// Writes FILE.svg, or any kind of picture, whole or not at all; a name without a suffix becomes a PNG. Any
/// thread. @return the file written @throws Error that says why it was not possible
QString writeDrawing(const QImage& picture, const QByteArray& svg, QString file);

}  // namespace elbo
