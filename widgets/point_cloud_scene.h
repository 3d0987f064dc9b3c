// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/view_camera.h"

#include <QtCore/QRect>
#include <QtCore/QSize>
#include <QtGui/QColor>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace elbo {

inline constexpr int kCloudCount = 2;  ///< input and reconstruction

/// What is drawn of one cloud; arrays are shared with the owner and stay as they are.
struct DrawnCloud {
    std::shared_ptr<const std::vector<float>> positions;      ///< 3 a point
    std::shared_ptr<const std::vector<std::uint8_t>> colors;  ///< RGB, 3 a point
    std::shared_ptr<const std::vector<std::uint32_t>> all;    ///< indices
    std::shared_ptr<const std::vector<std::uint32_t>> few;    ///< indices, while the camera moves
    double pointScale = 1;  ///< of its points' size: those of a coarser image are larger
    bool operator==(const DrawnCloud&) const = default;
};

/// A pane of the picture, and the clouds in it.
struct DrawnPane {
    QRectF area;  ///< of the whole, in 0..1, y downwards
    std::array<bool, kCloudCount> clouds{};
    bool operator==(const DrawnPane&) const = default;
};

struct DrawnStyle {
    QColor background = Qt::black;
    double pointSize = 2;  ///< pixels of the picture
    bool eyeDomeLighting = true;
    double shadingReach = 2;  ///< pixels of the picture
    bool fewPoints = false;   ///< draw `few`, larger by as much as they are fewer
    bool operator==(const DrawnStyle&) const = default;
};

/// The clouds as VTK draws them, in the OpenGL context of somebody else. All its functions need that context
/// current but for set...().
class PointCloudScene {
public:
    /// @param makeCurrent  @param isCurrent  of that context
    PointCloudScene(std::function<void()> makeCurrent, std::function<bool()> isCurrent);
    ~PointCloudScene();  ///< gives back what it holds of the context
    PointCloudScene(const PointCloudScene&) = delete;
    PointCloudScene& operator=(const PointCloudScene&) = delete;

    /// Whether VTK can draw here. It cannot where its OpenGL loader knows no way in (Debian's on Wayland).
    [[nodiscard]] bool isUsable() const;

    void setCloud(int index, const DrawnCloud& cloud);

    /// Draws some of the clouds into a framebuffer of its own.
    /// @param size  in pixels  @return the OpenGL name of that framebuffer, with a colour attachment
    unsigned int draw(const std::array<bool, kCloudCount>& shown, const ViewCamera& camera, const QSize& size,
                      const DrawnStyle& style);
    [[nodiscard]] std::size_t pointsDrawn() const;  ///< by the last draw()

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace elbo
