// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/picture.h"

#include "core/base/color_map.h"

#include <QtGui/QPainter>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace elbo {

QImage toQImage(const Image8& image)
{
    const auto row = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.channels);
    const bool known = image.channels == 1 || image.channels == 3;
    if (image.width <= 0 || image.height <= 0 || !known ||
        image.pixels.size() < row * static_cast<std::size_t>(image.height)) {
        return {};
    }
    QImage result(image.width, image.height,
                  image.channels == 1 ? QImage::Format_Grayscale8 : QImage::Format_RGB888);
    if (result.isNull()) {
        return {};
    }
    for (int y = 0; y < image.height; ++y) {
        std::memcpy(result.scanLine(y), image.pixels.data() + row * static_cast<std::size_t>(y), row);
    }
    return result;
}

QImage toQImage(const ImageF& values, const QString& mapKey, float low, float high)
{
    if (values.empty()) {
        return {};
    }
    return toQImage(applyColorMap(values, findColorMap(mapKey.toStdString()), low, high));
}

ValueRange2 finiteRange(const ImageF& values)
{
    auto low = std::numeric_limits<float>::infinity();
    auto high = -low;
    for (const auto value : values.values) {
        if (std::isfinite(value)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    }
    return low <= high ? ValueRange2{low, high} : ValueRange2{};
}

QRect fittedRect(const QSize& picture, const QRect& space)
{
    if (picture.isEmpty() || space.isEmpty()) {
        return {};
    }
    const auto size = picture.scaled(space.size(), Qt::KeepAspectRatio);
    return {space.left() + (space.width() - size.width()) / 2,
            space.top() + (space.height() - size.height()) / 2, size.width(), size.height()};
}

void drawPicture(QPainter& painter, const QRect& target, const QImage& image)
{
    if (image.isNull() || target.isEmpty()) {
        return;
    }
    const auto ratio = painter.device() != nullptr ? painter.device()->devicePixelRatioF() : 1.0;
    const auto magnification = target.width() * ratio / image.width();
    if (magnification < 0.5) {
        // The painter's bilinear filter skips pixels below one half: shrink by averaging first.
        auto small = image.scaled((QSizeF(target.size()) * ratio).toSize(), Qt::IgnoreAspectRatio,
                                  Qt::SmoothTransformation);
        painter.drawImage(target, small);
        return;
    }
    const bool wasSmooth = painter.testRenderHint(QPainter::SmoothPixmapTransform);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, magnification < 3.0);
    painter.drawImage(target, image);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, wasSmooth);
}

}  // namespace elbo
