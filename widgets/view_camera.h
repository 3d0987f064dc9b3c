// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QPointF>
#include <QtCore/QRectF>

#include <array>
#include <optional>
#include <span>
#include <string>

namespace elbo {

using Vector3 = std::array<double, 3>;  ///< in the frame of a PointCloud: x right, y down, z away

enum class StandardView { Camera, Front, Back, Left, Right, Top, Bottom };

/// How a cloud is looked at: a turntable around `target` whose axis is y. With both angles 0 it looks along
/// z, as the camera that took the image did.
struct ViewCamera {
    Vector3 target{0, 0, 1};
    double azimuth = 0;         ///< degrees, in (-180, 180]; above 0 it stands left of the target
    double elevation = 0;       ///< degrees, in [-90, 90]; above 0 it stands above the target
    double distance = 1;        ///< to the target, in the cloud's unit
    double viewAngle = 45;      ///< from bottom to top, degrees, 1 to 150
    bool orthographic = false;  ///< then lengths keep the size that they have at the target
    bool operator==(const ViewCamera&) const = default;

    [[nodiscard]] Vector3 forward() const;
    [[nodiscard]] Vector3 right() const;
    [[nodiscard]] Vector3 up() const;
    [[nodiscard]] Vector3 position() const;
    /// Half of what is seen from bottom to top at the target, in the cloud's unit.
    [[nodiscard]] double halfHeight() const;

    void turn(double azimuthDegrees, double elevationDegrees);
    /// Moves what is at the target by pixels of a pane that high.
    void pan(QPointF pixels, double paneHeight);
    /// Comes nearer by `factor` (above 1) and keeps `fixed` where it is seen.
    void zoom(double factor, const Vector3& fixed);
    /// Looks from that side at the same target; Camera as Front.
    void look(StandardView view);
};

/// The points of a cloud that decide what must be in sight, 3 values each.
using ViewedPoints = std::span<const float>;

/// The same direction, moved so that all points fill the pane with a margin.
/// @param aspect  width by height of the pane  @return the camera itself without points
[[nodiscard]] ViewCamera fitted(const ViewCamera& camera, double aspect, ViewedPoints points);
/// From where the image was taken, as wide as its points need; turning around their middle depth.
[[nodiscard]] ViewCamera cameraOfImage(double aspect, ViewedPoints points);

/// For the clipboard and for scripts: {"elbo_camera": 1, "target": [x, y, z], "azimuth": ..., ...}.
[[nodiscard]] std::string toJson(const ViewCamera& camera);
/// @throws Error(BadSetting) for text that is no such object, with values that are missing or out of range
[[nodiscard]] ViewCamera viewCameraFromJson(const std::string& text);

/// Where points of a cloud are seen in a pane: the same arithmetic for drawing marks, picking and tests.
class ViewProjection {
public:
    /// @param pane  in pixels, y downwards
    ViewProjection(const ViewCamera& camera, const QRectF& pane);

    struct Seen {
        double x = 0;  ///< pixels
        double y = 0;
        double depth = 0;  ///< along the view, from the camera; at most 0: behind it
    };
    [[nodiscard]] Seen project(double x, double y, double z) const
    {
        const double dx = x - m_eye[0], dy = y - m_eye[1], dz = z - m_eye[2];
        const double depth = dx * m_forward[0] + dy * m_forward[1] + dz * m_forward[2];
        const double scale = m_parallel ? m_scale : m_scale / depth;
        return {m_centerX + scale * (dx * m_right[0] + dy * m_right[1] + dz * m_right[2]),
                m_centerY - scale * (dx * m_up[0] + dy * m_up[1] + dz * m_up[2]), depth};
    }
    /// Nothing for a point behind a perspective camera.
    [[nodiscard]] std::optional<QPointF> position(const Vector3& point) const;
    /// The point seen at a pixel, at that depth.
    [[nodiscard]] Vector3 pointAt(QPointF pixel, double depth) const;
    [[nodiscard]] bool isParallel() const { return m_parallel; }

private:
    Vector3 m_eye, m_forward, m_right, m_up;
    double m_centerX, m_centerY, m_scale;
    bool m_parallel;
};

}  // namespace elbo
