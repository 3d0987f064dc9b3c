// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/point_cloud_canvas.h"

#include "core/base/error.h"

#include <QtCore/QTimer>
#include <QtGui/QGuiApplication>
#include <QtGui/QOffscreenSurface>
#include <QtGui/QOpenGLContext>
#include <QtGui/QOpenGLExtraFunctions>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>

namespace elbo {

namespace {

QSurfaceFormat wantedFormat()
{
    auto format = QSurfaceFormat::defaultFormat();
    format.setRenderableType(QSurfaceFormat::OpenGL);
    format.setVersion(3, 2);
    format.setProfile(QSurfaceFormat::CoreProfile);
    format.setSamples(0);
    return format;
}

QString noOpenGl()
{
    return PointCloudCanvas::tr(
        "Point clouds need OpenGL 3.2, which this screen does not offer: check the graphics driver.");
}

/// Makes a context as the canvas will, and throws it away.
QString tryContext()
{
    // These have no place to show what OpenGL draws, though some can make a context.
    for (const auto* platform : {"offscreen", "minimal", "vnc", "linuxfb"}) {
        if (QGuiApplication::platformName() == QLatin1String(platform)) {
            return PointCloudCanvas::tr("Point clouds need a screen with OpenGL, and there is none.");
        }
    }
    QOpenGLContext context;
    context.setFormat(wantedFormat());
    QOffscreenSurface surface;
    surface.setFormat(wantedFormat());
    surface.create();
    if (!context.create() || !context.makeCurrent(&surface)) {
        return noOpenGl();
    }
    const auto version = context.format().version();
    context.doneCurrent();
    return context.isOpenGLES() || version < qMakePair(3, 2) ? noOpenGl() : QString();
}

}  // namespace

QString PointCloudCanvas::whyImpossible()
{
    static const auto answer = tryContext();
    return answer;
}

PointCloudCanvas::PointCloudCanvas(QWidget* parent) : QOpenGLWidget(parent)
{
    setFormat(wantedFormat());
}

PointCloudCanvas::~PointCloudCanvas()
{
    release();
}

void PointCloudCanvas::setPicture(const CloudPicture& picture)
{
    if (!(m_picture == picture)) {
        m_picture = picture;
        update();
    }
}

void PointCloudCanvas::initializeGL()
{
    // Another window brings another context: what was made in the old one goes with it.
    connect(context(), &QOpenGLContext::aboutToBeDestroyed, this, &PointCloudCanvas::release,
            Qt::UniqueConnection);
    m_scene = std::make_unique<PointCloudScene>(
        [this] { makeCurrent(); }, [this] { return QOpenGLContext::currentContext() == context(); });
    if (!m_scene->isUsable()) {
        m_scene.reset();
        const auto sentence =
            QGuiApplication::platformName() == QLatin1String("wayland")
                ? tr("Point clouds cannot be drawn on Wayland: start the program with QT_QPA_PLATFORM=xcb.")
                : noOpenGl();
        // The page is changed when Qt is done with this widget.
        QTimer::singleShot(0, this, [this, sentence] { Q_EMIT unusable(sentence); });
        return;
    }
    const auto* name = reinterpret_cast<const char*>(context()->functions()->glGetString(GL_RENDERER));
    m_software = false;
    for (const auto* software : {"llvmpipe", "softpipe", "SWR", "SwiftShader", "Software Rasterizer"}) {
        m_software = m_software || (name && std::strstr(name, software));
    }
}

void PointCloudCanvas::release()
{
    if (m_scene) {
        makeCurrent();
        m_scene.reset();
        if (const auto error = context()->functions()->glGetError(); error != GL_NO_ERROR) {
            qWarning("OpenGL reported the error 0x%x when point clouds were closed", error);
        }
        doneCurrent();
    }
}

void PointCloudCanvas::drawPanes(const QSize& size, double scale,
                                 const std::function<void(unsigned int, const QRect&)>& take)
{
    for (int i = 0; i < kCloudCount; ++i) {
        m_scene->setCloud(i, m_picture.clouds[static_cast<std::size_t>(i)]);
    }
    auto style = m_picture.style;
    style.shadingReach = (1 + style.pointSize / 2) * scale;  // beyond the point itself, which is flat
    style.pointSize *= scale;
    m_pointsDrawn = 0;
    for (const auto& pane : m_picture.panes) {
        // Rounded up, so that all panes are of one size and VTK keeps its framebuffers.
        const QSize part(static_cast<int>(std::ceil(pane.area.width() * size.width())),
                         static_cast<int>(std::ceil(pane.area.height() * size.height())));
        const QPoint corner(
            std::min(qRound(pane.area.left() * size.width()), size.width() - part.width()),
            std::min(qRound((1 - pane.area.bottom()) * size.height()), size.height() - part.height()));
        take(m_scene->draw(pane.clouds, m_picture.camera, part, style), QRect(corner, part));
        m_pointsDrawn += m_scene->pointsDrawn();
    }
}

void PointCloudCanvas::paintGL()
{
    if (!m_scene) {
        return;
    }
    // While the camera moves and the processor draws, a quarter of the pixels is enough.
    const int coarse = m_picture.style.fewPoints ? 2 : 1;
    const auto scale = devicePixelRatioF() / coarse;
    auto* gl = context()->extraFunctions();
    drawPanes({qRound(width() * scale), qRound(height() * scale)}, scale,
              [&](unsigned int source, const QRect& pane) {
                  gl->glDisable(GL_SCISSOR_TEST);
                  gl->glBindFramebuffer(GL_READ_FRAMEBUFFER, source);
                  gl->glBindFramebuffer(GL_DRAW_FRAMEBUFFER, defaultFramebufferObject());
                  gl->glBlitFramebuffer(0, 0, pane.width(), pane.height(), coarse * pane.left(),
                                        coarse * pane.top(), coarse * (pane.left() + pane.width()),
                                        coarse * (pane.top() + pane.height()), GL_COLOR_BUFFER_BIT,
                                        coarse > 1 ? GL_LINEAR : GL_NEAREST);
              });
    gl->glBindFramebuffer(GL_FRAMEBUFFER, defaultFramebufferObject());
    Q_EMIT drawn();
}

QImage PointCloudCanvas::render(int factor)
{
    if (!isValid() || !m_scene) {
        throw Error(ErrorCode::Unsupported, "The picture could not be made: the clouds are not on a screen.");
    }
    const auto scale = devicePixelRatioF() * factor;
    const QSize size(qRound(width() * scale), qRound(height() * scale));
    makeCurrent();
    auto* gl = context()->extraFunctions();
    GLint largest = 0;
    gl->glGetIntegerv(GL_MAX_TEXTURE_SIZE, &largest);
    if (size.isEmpty() || size.width() > largest || size.height() > largest) {
        doneCurrent();
        throw Error(ErrorCode::Unsupported, "A picture of " + std::to_string(size.width()) + "x" +
                                                std::to_string(size.height()) +
                                                " is larger than the graphics driver allows (" +
                                                std::to_string(largest) + "): choose a smaller one.");
    }
    QImage image(size, QImage::Format_RGBX8888);
    const bool few = std::exchange(m_picture.style.fewPoints, false);
    drawPanes(size, scale, [&](unsigned int source, const QRect& pane) {
        gl->glBindFramebuffer(GL_READ_FRAMEBUFFER, source);
        gl->glPixelStorei(GL_PACK_ALIGNMENT, 4);
        gl->glPixelStorei(GL_PACK_ROW_LENGTH, size.width());
        auto* corner =
            image.bits() + pane.top() * image.bytesPerLine() + 4 * static_cast<qsizetype>(pane.left());
        gl->glReadPixels(0, 0, pane.width(), pane.height(), GL_RGBA, GL_UNSIGNED_BYTE, corner);
        gl->glPixelStorei(GL_PACK_ROW_LENGTH, 0);
    });
    m_picture.style.fewPoints = few;
    const bool failed = gl->glGetError() != GL_NO_ERROR;
    gl->glBindFramebuffer(GL_FRAMEBUFFER, defaultFramebufferObject());
    doneCurrent();
    if (failed) {
        throw Error(ErrorCode::Unsupported,
                    "The graphics driver could not draw a picture of that size: choose a smaller one.");
    }
    return image.mirrored();
}

}  // namespace elbo
