// SPDX-License-Identifier: GPL-3.0-or-later
// Camera, mouse, touchpad, keys and picking of a PointCloudView.
#include "core/base/error.h"
#include "widgets/point_cloud_canvas.h"
#include "widgets/point_cloud_view.h"
#include "widgets/point_picker.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QNativeGestureEvent>
#include <QtGui/QWheelEvent>
#include <QtWidgets/QGestureEvent>

#include <cmath>
#include <numbers>

namespace elbo {

namespace {

constexpr double kDegreesAPixel = 0.35;
constexpr double kDegreesAKey = 5;
constexpr double kZoomAStep = 1.2;
constexpr double kPickRadius = 8;  ///< pixels
constexpr double kDragStart = 4;   ///< pixels: less is a click by a hand that is not still
constexpr double kTourSeconds = 8;
constexpr double kTourDegrees = 25;
constexpr std::size_t kViewedPoints = 40000;

bool isCameraKey(int key)
{
    switch (key) {
        case Qt::Key_Left:
        case Qt::Key_Right:
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_Plus:
        case Qt::Key_Equal:
        case Qt::Key_Minus:
        case Qt::Key_F:
        case Qt::Key_R:
        case Qt::Key_O:
            return true;
        default:
            return key >= Qt::Key_0 && key <= Qt::Key_6;
    }
}

}  // namespace

std::vector<float> PointCloudView::viewedPoints() const
{
    std::vector<float> points;
    for (int i = 0; i < kCloudCount; ++i) {
        const auto& shown = m_clouds[static_cast<std::size_t>(i)];
        if (shown && paneOf(i)) {
            const auto more = shown->sample(kViewedPoints);
            points.insert(points.end(), more.begin(), more.end());
        }
    }
    return points;
}

void PointCloudView::setCamera(const ViewCamera& camera)
{
    m_atHome = false;
    if (!(camera == m_camera)) {
        m_camera = camera;
        Q_EMIT cameraChanged();
    }
    refresh();
}

void PointCloudView::moveTo(const ViewCamera& camera)
{
    m_still.start();
    setCamera(camera);
}

QString PointCloudView::cameraJson() const
{
    return QString::fromStdString(toJson(m_camera));
}

void PointCloudView::setCameraJson(const QString& text)
{
    stopTour();
    setCamera(viewCameraFromJson(text.toStdString()));
}

void PointCloudView::copyCamera()
{
    QGuiApplication::clipboard()->setText(cameraJson());
}

void PointCloudView::pasteCamera()
{
    try {
        setCameraJson(QGuiApplication::clipboard()->text());
    } catch (const Error& error) {
        Q_EMIT failed(QString::fromUtf8(error.what()));
    }
}

void PointCloudView::fit()
{
    setCamera(fitted(m_camera, aspect(), viewedPoints()));
}

void PointCloudView::resetCamera()
{
    setCamera(cameraOfImage(aspect(), viewedPoints()));
    m_atHome = true;
    m_homeAspect = aspect();
}

void PointCloudView::look(StandardView view)
{
    if (view == StandardView::Camera) {
        resetCamera();
        return;
    }
    auto camera = m_camera;
    camera.look(view);
    setCamera(fitted(camera, aspect(), viewedPoints()));
}

void PointCloudView::setOrthographic(bool on)
{
    auto camera = m_camera;
    camera.orthographic = on;
    setCamera(camera);
}

void PointCloudView::startTour()
{
    m_tourStart = m_camera;
    m_tourTime.start();
    m_tour.start();
}

void PointCloudView::stopTour()
{
    if (m_tour.isActive()) {
        m_tour.stop();
        refresh();
        Q_EMIT tourEnded();
    }
}

void PointCloudView::tourStep()
{
    const double turn = static_cast<double>(m_tourTime.elapsed()) / (1000 * kTourSeconds);
    auto camera = m_tourStart;
    if (turn < 1) {
        const double angle = 2 * std::numbers::pi * turn;
        camera.turn(kTourDegrees * std::sin(angle), kTourDegrees / 3 * std::sin(2 * angle));
    }
    setCamera(camera);
    if (turn >= 1) {
        stopTour();
    }
}

std::optional<PickedPoint> PointCloudView::pickAt(const QPointF& place) const
{
    std::optional<PickHit> best;
    std::shared_ptr<const PointCloud> picked;
    PickedPoint found;
    for (int i = 0; i < kCloudCount; ++i) {
        const auto& shown = m_clouds[static_cast<std::size_t>(i)];
        const auto pane = paneOf(i);
        if (!shown || !pane || !pane->contains(place)) {
            continue;
        }
        const auto hit =
            pickPoint(shown->cloud().positions, *shown->visible(), ViewProjection(m_camera, *pane), place,
                      {m_style.pointSize * m_drawn[static_cast<std::size_t>(i)].pointScale, kPickRadius});
        if (hit && (!best || hit->depth < best->depth)) {
            best = hit;
            picked = shown->shared();
            found.cloud = i;
        }
    }
    if (!best || !picked) {
        return std::nullopt;
    }
    const auto& cloud = *picked;
    const auto point = best->point;
    found.point = point;
    found.metric = cloud.metric;
    found.position = {cloud.positions[3 * point], cloud.positions[3 * point + 1],
                      cloud.positions[3 * point + 2]};
    if (!cloud.pixels.empty()) {
        found.row = static_cast<int>(cloud.pixels[point] / static_cast<std::uint32_t>(cloud.width));
        found.column = static_cast<int>(cloud.pixels[point] % static_cast<std::uint32_t>(cloud.width));
    }
    if (!cloud.colors.empty()) {
        found.color =
            QColor(cloud.colors[3 * point], cloud.colors[3 * point + 1], cloud.colors[3 * point + 2]);
    }
    return found;
}

void PointCloudView::pick(const QPointF& place)
{
    const auto found = pickAt(place);
    if (!found) {
        return;
    }
    if (m_picks.size() >= 2) {
        m_picks.clear();  // the third begins a new measurement
    }
    m_picks.push_back(*found);
    refresh();
    Q_EMIT picked(*found);
    if (const auto distance = pickedDistance()) {
        Q_EMIT measured(*distance);
    }
}

void PointCloudView::clearPicks()
{
    if (!m_picks.empty()) {
        m_picks.clear();
        refresh();
        Q_EMIT picksCleared();
    }
}

void PointCloudView::zoomAt(const QPointF& place, double factor)
{
    if (!(factor > 0.05 && factor < 20)) {
        return;  // a touchpad's event without a meaning
    }
    auto pane = QRectF(rect());
    for (const auto& candidate : panes()) {
        if (pixels(candidate).contains(place)) {
            pane = pixels(candidate);
        }
    }
    const auto under = pickAt(place);
    const auto fixed = under ? Vector3{under->position[0], under->position[1], under->position[2]}
                             : ViewProjection(m_camera, pane).pointAt(place, m_camera.distance);
    auto camera = m_camera;
    camera.zoom(factor, fixed);
    moveTo(camera);
}

void PointCloudView::mousePressEvent(QMouseEvent* event)
{
    stopTour();
    if (m_button != Qt::NoButton ||
        (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton)) {
        QWidget::mousePressEvent(event);
        return;
    }
    m_button = event->button();
    m_pressed = event->position();
    m_last = m_pressed;
    m_dragging = false;
}

void PointCloudView::mouseMoveEvent(QMouseEvent* event)
{
    if (m_button == Qt::NoButton) {
        QWidget::mouseMoveEvent(event);
        return;
    }
    const auto way = event->position() - m_pressed;
    if (!m_dragging && std::hypot(way.x(), way.y()) < kDragStart) {
        return;
    }
    m_dragging = true;
    const auto step = event->position() - m_last;
    m_last = event->position();
    auto camera = m_camera;
    if (m_button == Qt::MiddleButton || event->modifiers().testFlag(Qt::ShiftModifier)) {
        camera.pan(step, height());
    } else {
        camera.turn(kDegreesAPixel * step.x(), kDegreesAPixel * step.y());
    }
    setCamera(camera);
}

void PointCloudView::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != m_button || m_button == Qt::NoButton) {
        QWidget::mouseReleaseEvent(event);
        return;
    }
    const bool clicked = !m_dragging && m_button == Qt::LeftButton;
    m_button = Qt::NoButton;
    m_dragging = false;
    refresh();  // all points again
    if (clicked) {
        pick(event->position());
    }
}

void PointCloudView::wheelEvent(QWheelEvent* event)
{
    stopTour();
    zoomAt(event->position(), std::pow(kZoomAStep, event->angleDelta().y() / 120.0));
    event->accept();
}

bool PointCloudView::event(QEvent* event)
{
    if (event->type() == QEvent::NativeGesture) {
        auto* gesture = static_cast<QNativeGestureEvent*>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            stopTour();
            zoomAt(gesture->position(), 1 + gesture->value());
            return true;
        }
    } else if (event->type() == QEvent::Gesture) {
        if (auto* pinch =
                static_cast<QPinchGesture*>(static_cast<QGestureEvent*>(event)->gesture(Qt::PinchGesture))) {
            stopTour();
            m_button = Qt::NoButton;  // the first finger also came as a mouse button
            m_dragging = false;
            zoomAt(mapFromGlobal(pinch->centerPoint()), pinch->scaleFactor());
            return true;
        }
    } else if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool plain = (key->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) == Qt::NoModifier;
        if (key->matches(QKeySequence::Copy) || key->matches(QKeySequence::Paste) ||
            (plain && isCameraKey(key->key()))) {
            event->accept();
            return true;
        }
    }
    return QWidget::event(event);
}

void PointCloudView::keyPressEvent(QKeyEvent* event)
{
    stopTour();
    if (event->matches(QKeySequence::Copy)) {
        copyCamera();
    } else if (event->matches(QKeySequence::Paste)) {
        pasteCamera();
    } else if (event->key() == Qt::Key_Escape && !m_picks.empty()) {
        clearPicks();
    } else if ((event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) != Qt::NoModifier ||
               !cameraKey(event->key())) {
        QWidget::keyPressEvent(event);
    }
}

bool PointCloudView::cameraKey(int key)
{
    if (key >= Qt::Key_0 && key <= Qt::Key_6) {
        look(static_cast<StandardView>(key - Qt::Key_0));
        return true;
    }
    auto camera = m_camera;
    switch (key) {
        case Qt::Key_Left:
            camera.turn(-kDegreesAKey, 0);
            break;
        case Qt::Key_Right:
            camera.turn(kDegreesAKey, 0);
            break;
        case Qt::Key_Up:
            camera.turn(0, -kDegreesAKey);
            break;
        case Qt::Key_Down:
            camera.turn(0, kDegreesAKey);
            break;
        case Qt::Key_Plus:
        case Qt::Key_Equal:
            camera.zoom(kZoomAStep, camera.target);
            break;
        case Qt::Key_Minus:
            camera.zoom(1 / kZoomAStep, camera.target);
            break;
        case Qt::Key_F:
            fit();
            return true;
        case Qt::Key_R:
            resetCamera();
            return true;
        case Qt::Key_O:
            setOrthographic(!camera.orthographic);
            return true;
        default:
            return false;
    }
    moveTo(camera);
    return true;
}

}  // namespace elbo
