// SPDX-License-Identifier: GPL-3.0-or-later
// Pans, zooms and draws a lasso over 60,000 points, and prints the frames a second and the time of the lasso.
//   bench_scatter [FRAMES]      (default 200; needs a screen, or QT_QPA_PLATFORM=offscreen)
#include "widgets/latent_scatter.h"

#include <QtCore/QElapsedTimer>
#include <QtWidgets/QApplication>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

namespace {

constexpr int kPoints = 60000;
constexpr double kFrames = 30.0;
constexpr double kAllowedMs = 100.0;

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

double slowest(const std::vector<double>& values)
{
    return *std::ranges::max_element(values);
}

}  // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    const int frames = argc > 1 ? std::atoi(argv[1]) : 200;
    std::mt19937 random(1);  // NOLINT: the same points each time
    std::normal_distribution<double> normal;
    std::vector<QPointF> points;
    std::vector<QRgb> colors;
    for (int i = 0; i < kPoints; ++i) {
        points.emplace_back(normal(random), normal(random));
        colors.push_back(qRgb(i % 256, 100, 255 - i % 256));
    }
    elbo::LatentScatter scatter;
    scatter.resize(900, 700);
    scatter.setPoints(std::move(points));
    scatter.setColors(std::move(colors));
    scatter.show();
    QApplication::processEvents();
    const auto whole = scatter.view();
    std::vector<double> times, lassos;
    QElapsedTimer clock;
    for (int frame = 0; frame < frames; ++frame) {
        const auto zoom = 0.6 + 0.4 * std::sin(frame * 0.1);
        clock.start();
        scatter.setView(QRectF(whole.center().x() - whole.width() * zoom / 2 + 0.01 * frame,
                               whole.center().y() - whole.height() * zoom / 2, whole.width() * zoom,
                               whole.height() * zoom));
        scatter.repaint();
        QApplication::processEvents();
        times.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
    }
    scatter.setView(whole);
    std::size_t selected = 0;
    for (int repeat = 0; repeat < 20; ++repeat) {
        QPolygonF lasso;
        for (int i = 0; i < 300; ++i) {
            const auto angle = i * 2 * M_PI / 300, radius = 200 + 60 * std::sin(9 * angle + repeat);
            lasso << QPointF(450 + radius * std::cos(angle), 350 + radius * std::sin(angle));
        }
        clock.start();
        scatter.setSelection(scatter.within(lasso));
        scatter.repaint();
        lassos.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
        selected = scatter.selection().size();
        scatter.setSelection({});
    }
    const auto perSecond = 1000 / median(times);
    std::printf(
        "scatter: %d points, pan and zoom %.1f ms a frame (%.0f a second, slowest %.1f ms; must %.0f), "
        "lasso around %zu points %.1f ms, slowest %.1f (must %.0f)\n",
        kPoints, median(times), perSecond, slowest(times), kFrames, selected, median(lassos), slowest(lassos),
        kAllowedMs);
    return perSecond >= kFrames && median(lassos) <= kAllowedMs ? 0 : 1;
}
