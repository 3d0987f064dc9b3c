// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/point_cloud_scene.h"

#include <QtGui/QImage>
#include <QtOpenGLWidgets/QOpenGLWidget>

#include <array>
#include <functional>
#include <memory>
#include <vector>

namespace elbo {

/// Everything that a picture of the clouds is made of.
struct CloudPicture {
    std::array<DrawnCloud, kCloudCount> clouds;
    std::vector<DrawnPane> panes;
    ViewCamera camera;
    DrawnStyle style;  ///< its point size in device-independent pixels
    bool operator==(const CloudPicture&) const = default;
};

/// The OpenGL part of a PointCloudView: draws what it is given when asked, and nothing else.
class PointCloudCanvas : public QOpenGLWidget {
    Q_OBJECT

public:
    /// Why there can be no canvas here, as a sentence for the user; empty where there can. Tries it once.
    [[nodiscard]] static QString whyImpossible();

    explicit PointCloudCanvas(QWidget* parent = nullptr);
    ~PointCloudCanvas() override;

    void setPicture(const CloudPicture& picture);
    [[nodiscard]] const CloudPicture& picture() const { return m_picture; }
    /// The clouds at `factor` times the widget's device pixels, drawn anew at that size.
    /// @throws Error(Unsupported) when the graphics driver allows no such size or could not draw
    [[nodiscard]] QImage render(int factor);
    /// Whether the processor draws, in place of a graphics card. Known after the first picture.
    [[nodiscard]] bool isSoftware() const { return m_software; }
    [[nodiscard]] std::size_t pointsDrawn() const { return m_pointsDrawn; }  ///< in the last picture

Q_SIGNALS:
    /// It turned out that nothing can be drawn here.
    void unusable(const QString& sentence);
    void drawn();

protected:
    void initializeGL() override;
    void paintGL() override;

private:
    void release();
    /// Draws pane after pane; `take` gets the framebuffer with it and its place, counted from the bottom
    /// left.
    void drawPanes(const QSize& size, double scale,
                   const std::function<void(unsigned int, const QRect&)>& take);

    CloudPicture m_picture;
    std::unique_ptr<PointCloudScene> m_scene;
    std::size_t m_pointsDrawn = 0;
    bool m_software = false;
};

}  // namespace elbo
