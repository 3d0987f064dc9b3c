// SPDX-License-Identifier: GPL-3.0-or-later
// Drags a point cloud of 307,200 points around and prints frames a second, and the time from letting go to
// the picture with all points.
//   bench_cloud [FRAMES] [WIDTH HEIGHT]      (default 120, 1000x700; needs a screen with OpenGL, for example
//   Xvfb)
#include "core/geometry/point_cloud.h"
#include "widgets/point_cloud_canvas.h"
#include "widgets/point_cloud_view.h"
#include "widgets/resources.h"

#include <QtCore/QElapsedTimer>
#include <QtGui/QMouseEvent>
#include <QtGui/QOpenGLFunctions>
#include <QtWidgets/QApplication>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <vector>

namespace {

constexpr double kAllowedFps = 30;
constexpr double kAllowedFullMs = 150;

/// A wavy wall with a ball before it, 640x480.
std::shared_ptr<elbo::PointCloud> madeCloud(double shift)
{
    elbo::DepthImage image;
    image.width = 640;
    image.height = 480;
    for (int row = 0; row < image.height; ++row) {
        for (int column = 0; column < image.width; ++column) {
            const double u = column / 640.0 - 0.5, v = row / 480.0 - 0.5;
            const auto r = std::hypot(u - shift, v);
            const auto depth =
                r < 0.2 ? 2.2 - std::sqrt(0.04 - r * r) : 3.2 + 0.15 * std::sin(20 * u) * std::cos(16 * v);
            image.depth.push_back(static_cast<float>(depth));
            for (const double tone : {u + 0.5, v + 0.5, r < 0.2 ? 0.9 : 0.3}) {
                image.color.push_back(static_cast<std::uint8_t>(255 * tone));
            }
        }
    }
    return std::make_shared<elbo::PointCloud>(
        elbo::unproject(image, {518.8579, 519.4696, 325.58, 253.74, 640, 480, false, "NYU Depth V2"}));
}

/// Time of all threads on the processor: what remains when others use the machine, too.
double processorMs()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

void send(elbo::PointCloudView& view, QEvent::Type type, const QPointF& place)
{
    const auto buttons = type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton;
    QMouseEvent event(type, place, view.mapToGlobal(place),
                      type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton, buttons, Qt::NoModifier);
    QApplication::sendEvent(&view, &event);
}

/// Until the frame that shows the change is on the screen.
void waitForFrame(const int& frames)
{
    const int before = frames;
    while (frames == before) {
        QApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
}

struct Figures {
    double fps = 0;
    double slowestMs = 0;
    double fullMs = 0;
    double processorMs = 0;
    std::size_t dragged = 0;
    std::size_t full = 0;
};

Figures measure(elbo::PointCloudView& view, elbo::PointCloudCanvas& canvas, const int& frames, int count)
{
    Figures figures;
    const QPointF middle(view.width() / 2.0, view.height() / 2.0);
    send(view, QEvent::MouseButtonPress, middle);
    std::vector<double> times;
    QElapsedTimer clock;
    const auto began = processorMs();
    for (int i = 1; i <= count + 5; ++i) {
        clock.start();
        send(view, QEvent::MouseMove,
             middle + QPointF(80 * std::sin(i * 0.1) + 10, 40 * std::sin(i * 0.07) + 10));
        waitForFrame(frames);
        if (i > 5) {
            times.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
        }
        figures.dragged = canvas.pointsDrawn();
    }
    figures.processorMs = (processorMs() - began) / (count + 5);
    clock.start();
    send(view, QEvent::MouseButtonRelease, middle);
    waitForFrame(frames);
    figures.fullMs = static_cast<double>(clock.nsecsElapsed()) / 1e6;
    figures.full = canvas.pointsDrawn();
    std::sort(times.begin(), times.end());
    figures.fps = 1000 / times[times.size() / 2];
    figures.slowestMs = times[times.size() * 95 / 100];
    return figures;
}

}  // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    elbo::loadResources();
    const int count = argc > 1 ? std::max(10, std::atoi(argv[1])) : 120;
    elbo::PointCloudView view;
    view.resize(argc > 3 ? std::atoi(argv[2]) : 1000, argc > 3 ? std::atoi(argv[3]) : 700);
    view.show();
    auto* canvas = view.findChild<elbo::PointCloudCanvas*>(QStringLiteral("point-cloud-canvas"));
    if (!canvas) {
        std::fprintf(stderr, "bench_cloud: no OpenGL on this screen: start it with xvfb-run.\n");
        return 1;
    }
    int frames = 0;
    QObject::connect(canvas, &QOpenGLWidget::frameSwapped, &view, [&frames] { ++frames; });
    bool reached = true;
    for (const int clouds : {1, 2}) {
        for (const bool shading : {false, true}) {
            view.clearClouds();
            for (int i = 0; i < clouds; ++i) {
                view.setCloud(i, madeCloud(0.1 * i),
                              i == 0 ? QStringLiteral("Input") : QStringLiteral("Reconstruction"));
            }
            view.setEyeDomeLighting(shading);
            waitForFrame(frames);
            const auto figures = measure(view, *canvas, frames, count);
            std::printf(
                "%d x 307,200 points, %dx%d, eye-dome lighting %s, drawn by the %s: %.1f frames a second "
                "while dragging (95 %% within %.1f ms, %.1f ms of processor, %zu points), all %zu points "
                "%.1f ms after letting go\n",
                clouds, view.width(), view.height(), shading ? "on" : "off",
                canvas->isSoftware() ? "processor" : "graphics card", figures.fps, figures.slowestMs,
                figures.processorMs, figures.dragged, figures.full, figures.fullMs);
            if (clouds == 1) {
                reached = reached && figures.fps >= kAllowedFps && figures.fullMs <= kAllowedFullMs;
            }
        }
    }
    std::printf("one cloud must reach %.0f frames a second and %.0f ms: %s\n", kAllowedFps, kAllowedFullMs,
                reached ? "yes" : "NO");
    return reached ? 0 : 1;
}
