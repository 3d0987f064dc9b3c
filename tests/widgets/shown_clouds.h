// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/widgets/test_box_scene.h"
#include "widgets/point_cloud_canvas.h"
#include "widgets/point_cloud_overlay.h"
#include "widgets/point_cloud_view.h"

#include <QtGui/QMouseEvent>
#include <QtTest/QtTest>
#include <QtWidgets/QApplication>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <optional>

namespace elbo::tests {

inline constexpr int kMarkedColumn = 200;
inline constexpr int kMarkedRow = 150;

/// A view in a window on the screen, drawn.
struct Shown {
    PointCloudView view;
    PointCloudCanvas* canvas = nullptr;

    explicit Shown(QSize size = {900, 700})
    {
        view.setBackgroundKind(CloudBackground::Black);
        view.resize(size);
        view.show();
        canvas = view.findChild<PointCloudCanvas*>(QStringLiteral("point-cloud-canvas"));
    }
    [[nodiscard]] bool isDrawn() const { return canvas && QTest::qWaitForWindowExposed(view.window()); }
    [[nodiscard]] QImage points() const
    {
        return canvas->grabFramebuffer().convertToFormat(QImage::Format_RGB32);
    }
    void click(const Vector3& position, int cloud = 0)
    {
        QTest::mouseClick(&view, Qt::LeftButton, {}, view.placeOf(cloud, position)->toPoint());
    }
    void drag(const QPoint& from, const QPoint& to, Qt::MouseButton button = Qt::LeftButton,
              Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mousePress(&view, button, modifiers, from);
        move(from + (to - from) / 2, button, modifiers);
        move(to, button, modifiers);
        QTest::mouseRelease(&view, button, modifiers, to);
    }
    void move(const QPoint& to, Qt::MouseButton button, Qt::KeyboardModifiers modifiers = {})
    {
        QMouseEvent event(QEvent::MouseMove, to, view.mapToGlobal(to), Qt::NoButton, button, modifiers);
        QApplication::sendEvent(&view, &event);
    }
};

/// The cloud with pixels around one painted in pure red, so that it can be found in a picture.
inline std::shared_ptr<PointCloud> markedCloud()
{
    auto cloud = boxCloud();
    for (std::size_t i = 0; i < cloud->size(); ++i) {
        const auto column = static_cast<int>(cloud->pixels[i] % 640),
                   row = static_cast<int>(cloud->pixels[i] / 640);
        const bool marked = std::abs(column - kMarkedColumn) <= 2 && std::abs(row - kMarkedRow) <= 2;
        cloud->colors[3 * i] = marked ? 255 : cloud->colors[3 * i];
        cloud->colors[3 * i + 1] = marked ? 0 : cloud->colors[3 * i + 1];
        cloud->colors[3 * i + 2] = marked ? 0 : cloud->colors[3 * i + 2];
    }
    return cloud;
}

inline bool isRed(QRgb pixel)
{
    return qRed(pixel) > 25 && qGreen(pixel) < qRed(pixel) / 5 &&
           qBlue(pixel) < qRed(pixel) / 5;  // also when shaded
}

/// Middle of the red pixels in a part of the picture; nothing without.
inline std::optional<QPointF> redMiddle(const QImage& picture, const QRectF& part)
{
    QPointF sum;
    int count = 0;
    const auto area = part.toRect() & picture.rect();
    for (int y = area.top(); y <= area.bottom(); ++y) {
        for (int x = area.left(); x <= area.right(); ++x) {
            if (isRed(picture.pixel(x, y))) {
                sum += QPointF(x + 0.5, y + 0.5);
                ++count;
            }
        }
    }
    return count > 0 ? std::optional(sum / count) : std::nullopt;
}

}  // namespace elbo::tests
