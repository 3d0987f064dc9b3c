// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/report/report.h"

#include <QtCore/QByteArray>
#include <QtGui/QImage>

namespace elbo {

/// A figure's panels below each other, dark on white, without title and caption: 1120 device-independent
/// pixels wide. In the GUI thread.
/// @return at twice that size; null for a figure without panels
[[nodiscard]] QImage figurePicture(const ReportFigure& figure);
/// The same as lines, text and embedded pictures; empty for a figure without panels.
[[nodiscard]] QByteArray figureSvg(const ReportFigure& figure);

}  // namespace elbo
