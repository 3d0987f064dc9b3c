// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/view_camera.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace elbo {

namespace {

constexpr double kMargin = 1.04;  ///< of a fitted view
constexpr double kWidestAngle = 100;
constexpr double kNearest = 1e-4;
constexpr double kFarthest = 1e5;

double radians(double degrees)
{
    return degrees * std::numbers::pi / 180.0;
}

double dot(const Vector3& a, const Vector3& b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Vector3 along(const Vector3& start, double length, const Vector3& direction)
{
    return {start[0] + length * direction[0], start[1] + length * direction[1],
            start[2] + length * direction[2]};
}

/// For each point: its coordinates to the right, upwards and forwards.
template <typename Visit>
void eachInView(const ViewCamera& camera, ViewedPoints points, Visit visit)
{
    const auto right = camera.right();
    const auto up = camera.up();
    const auto forward = camera.forward();
    for (std::size_t i = 0; i + 2 < points.size(); i += 3) {
        const Vector3 point{points[i], points[i + 1], points[i + 2]};
        visit(dot(point, right), dot(point, up), dot(point, forward));
    }
}

}  // namespace

Vector3 ViewCamera::forward() const
{
    const double a = radians(azimuth), e = radians(elevation);
    return {std::sin(a) * std::cos(e), std::sin(e), std::cos(a) * std::cos(e)};
}

Vector3 ViewCamera::right() const
{
    const double a = radians(azimuth);
    return {std::cos(a), 0, -std::sin(a)};
}

Vector3 ViewCamera::up() const
{
    const double a = radians(azimuth), e = radians(elevation);
    return {std::sin(a) * std::sin(e), -std::cos(e), std::cos(a) * std::sin(e)};
}

Vector3 ViewCamera::position() const
{
    return along(target, -distance, forward());
}

double ViewCamera::halfHeight() const
{
    return distance * std::tan(radians(viewAngle) / 2);
}

void ViewCamera::turn(double azimuthDegrees, double elevationDegrees)
{
    azimuth = std::remainder(azimuth + azimuthDegrees, 360.0);
    elevation = std::clamp(elevation + elevationDegrees, -90.0, 90.0);
}

void ViewCamera::pan(QPointF pixels, double paneHeight)
{
    const double unit = 2 * halfHeight() / std::max(1.0, paneHeight);
    target = along(target, -unit * pixels.x(), right());
    target = along(target, unit * pixels.y(), up());
}

void ViewCamera::zoom(double factor, const Vector3& fixed)
{
    const double wanted = std::clamp(distance / factor, kNearest, kFarthest);
    const double shrink = wanted / distance;
    for (std::size_t i = 0; i < 3; ++i) {
        target[i] = fixed[i] + shrink * (target[i] - fixed[i]);
    }
    distance = wanted;
}

void ViewCamera::look(StandardView view)
{
    azimuth = 0;
    elevation = 0;
    switch (view) {
        case StandardView::Camera:
        case StandardView::Front:
            break;
        case StandardView::Back:
            azimuth = 180;
            break;
        case StandardView::Left:
            azimuth = 90;
            break;
        case StandardView::Right:
            azimuth = -90;
            break;
        case StandardView::Top:
            elevation = 90;
            break;
        case StandardView::Bottom:
            elevation = -90;
            break;
    }
}

// In perspective each side of the frustum is a plane; the planes of the outermost points meet in the one eye
// from which all points just fit, per direction: x - h z <= eye x - h eye z and x + h z >= eye x + h eye z.
ViewCamera fitted(const ViewCamera& camera, double aspect, ViewedPoints points)
{
    if (points.size() < 3) {
        return camera;
    }
    constexpr auto kInfinity = std::numeric_limits<double>::infinity();
    const double half = std::tan(radians(camera.viewAngle) / 2) / kMargin;
    const std::array<double, 2> slopes{camera.orthographic ? 0 : half * aspect,
                                       camera.orthographic ? 0 : half};
    std::array<double, 2> low{kInfinity, kInfinity}, high{-kInfinity, -kInfinity};
    double nearest = kInfinity, farthest = -kInfinity;
    eachInView(camera, points, [&](double x, double y, double z) {
        const std::array<double, 2> across{x, y};
        for (std::size_t i = 0; i < 2; ++i) {
            low[i] = std::min(low[i], across[i] + slopes[i] * z);
            high[i] = std::max(high[i], across[i] - slopes[i] * z);
        }
        nearest = std::min(nearest, z);
        farthest = std::max(farthest, z);
    });
    const double middle = (nearest + farthest) / 2;
    double distance = 0;
    if (camera.orthographic) {
        distance = std::max((high[0] - low[0]) / aspect, high[1] - low[1]) / 2 / half;
    } else {
        const double eye =
            std::min((low[0] - high[0]) / (2 * slopes[0]), (low[1] - high[1]) / (2 * slopes[1]));
        distance = middle - eye;
    }
    auto result = camera;
    result.distance = std::clamp(distance, kNearest, kFarthest);
    result.target = along(
        along(along({0, 0, 0}, (low[0] + high[0]) / 2, camera.right()), (low[1] + high[1]) / 2, camera.up()),
        middle, camera.forward());
    return result;
}

ViewCamera cameraOfImage(double aspect, ViewedPoints points)
{
    ViewCamera camera;
    std::vector<float> depths;
    double half = 0;
    for (std::size_t i = 0; i + 2 < points.size(); i += 3) {
        if (points[i + 2] > 0) {
            depths.push_back(points[i + 2]);
            const auto z = static_cast<double>(points[i + 2]);
            half = std::max({half, std::abs(points[i + 1]) / z, std::abs(points[i]) / z / aspect});
        }
    }
    if (depths.empty()) {
        return camera;
    }
    const auto middle = depths.begin() + static_cast<std::ptrdiff_t>(depths.size() / 2);
    std::nth_element(depths.begin(), middle, depths.end());
    camera.distance = std::clamp(static_cast<double>(*middle), kNearest, kFarthest);
    camera.target = {0, 0, camera.distance};
    camera.viewAngle = std::clamp(2 * std::atan(half * kMargin) * 180 / std::numbers::pi, 1.0, kWidestAngle);
    return camera;
}

ViewProjection::ViewProjection(const ViewCamera& camera, const QRectF& pane)
    : m_eye(camera.position()),
      m_forward(camera.forward()),
      m_right(camera.right()),
      m_up(camera.up()),
      m_centerX(pane.center().x()),
      m_centerY(pane.center().y()),
      m_scale(pane.height() / 2 /
              (camera.orthographic ? camera.halfHeight() : camera.halfHeight() / camera.distance)),
      m_parallel(camera.orthographic)
{
}

std::optional<QPointF> ViewProjection::position(const Vector3& point) const
{
    const auto seen = project(point[0], point[1], point[2]);
    if (!m_parallel && seen.depth <= 0) {
        return std::nullopt;
    }
    return QPointF(seen.x, seen.y);
}

Vector3 ViewProjection::pointAt(QPointF pixel, double depth) const
{
    const double unit = m_parallel ? 1 / m_scale : depth / m_scale;
    return along(along(along(m_eye, depth, m_forward), unit * (pixel.x() - m_centerX), m_right),
                 unit * (m_centerY - pixel.y()), m_up);
}

}  // namespace elbo
