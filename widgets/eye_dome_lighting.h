// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QSize>
#include <QtOpenGL/QOpenGLShaderProgram>
#include <QtOpenGL/QOpenGLVertexArrayObject>

namespace elbo {

/// Shades a picture of points by their depth alone, so that form shows without normals: a point is darkened
/// where its surroundings stand nearer. Needs the OpenGL context of its picture current, as long as it lives.
///
/// After Boucheny (2009), "Interactive scientific visualization of large datasets", with two changes.
/// Opposite neighbours are taken as pairs: their mean of 1/z is that of the middle on every plane, so floors
/// and walls that run away from the eye stay as light as others. And one ring of neighbours in one pass, in
/// place of VTK's vtkEDLShading of four passes and two scales, which takes two thirds of a frame where the
/// processor draws, and whose reach is counted in pixels and so would differ in enlarged pictures.
class EyeDomeLighting {
public:
    struct View {
        double nearest = 1;   ///< plane of depth 0
        double farthest = 2;  ///< plane of depth 1, where nothing is drawn
        double parallelDistance =
            0;             ///< of an orthographic view: that steps of depth are compared with; else 0
        double reach = 2;  ///< pixels from a point to its neighbours
    };

    /// Draws into the framebuffer that is bound, from its corner.
    /// @param color, depth  OpenGL's names of textures of that size
    /// @return whether the driver could compile it; if not, nothing was drawn
    bool draw(unsigned int color, unsigned int depth, const QSize& size, const View& view);

private:
    QOpenGLShaderProgram m_program;
    QOpenGLVertexArrayObject m_vertices;
    bool m_tried = false;
    bool m_works = false;
};

}  // namespace elbo
