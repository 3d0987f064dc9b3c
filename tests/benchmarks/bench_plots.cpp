// SPDX-License-Identifier: GPL-3.0-or-later
// Repaints the four plots of a run with 1,000,000 step values and prints the time of one repaint.
//   bench_plots [REPAINTS]      (default 100; needs a screen, or QT_QPA_PLATFORM=offscreen)
#include "widgets/custom_plot.h"
#include "widgets/plot_panel.h"
#include "widgets/resources.h"

#include <QtCore/QElapsedTimer>
#include <QtWidgets/QApplication>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

namespace {

/// Time of this thread on a processor: what remains when others use the machine, too.
double processorMs()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

constexpr int kSteps = 250000;  ///< of each of the four terms
constexpr int kStepsAnEpoch = 1250;
constexpr double kAllowedMs = 8.0;
constexpr double kWantedMs = 4.0;

void fill(elbo::PlotGrid& grid)
{
    for (int i = 1; i <= kSteps; ++i) {
        const auto x = static_cast<double>(i) / kStepsAnEpoch;
        const auto noise = std::sin(i * 12.9898) * std::cos(i * 78.233);
        const auto mse = 4200.0 + 12000.0 * std::exp(-x / 10.0) + 200.0 * noise;
        elbo::StepRecord step{i, i / kStepsAnEpoch + 1, x, 1e-3, 1.0, {}};
        step.train = {{"mse", mse}, {"kl", 400.0 + noise}, {"log_likelihood", -mse}, {"elbo", -mse - 400.0}};
        grid.appendStep(step);
        if (i % kStepsAnEpoch == 0) {
            elbo::EpochRecord epoch;
            epoch.epoch = i / kStepsAnEpoch;
            epoch.test = step.train;
            grid.appendEpoch(epoch);
        }
    }
}

/// One repaint: what a tick of the grid does, with every pixel drawn.
double repaintMs(elbo::PlotGrid& grid)
{
    QElapsedTimer clock;
    clock.start();
    grid.flush();
    QApplication::sendPostedEvents();
    QApplication::processEvents();
    return static_cast<double>(clock.nsecsElapsed()) / 1e6;
}

}  // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    elbo::loadResources();
    const int repaints = argc > 1 ? std::max(1, std::atoi(argv[1])) : 100;
    elbo::PlotGrid grid;
    grid.resize(900, 640);
    const auto unit = QStringLiteral("nats per image");
    grid.setTerms({{QStringLiteral("elbo"), QStringLiteral("ELBO"), unit, true},
                   {QStringLiteral("log_likelihood"), QStringLiteral("Log-likelihood"), unit, true},
                   {QStringLiteral("kl"), QStringLiteral("KL"), unit, false},
                   {QStringLiteral("mse"), QStringLiteral("MSE"), unit, false}});
    fill(grid);
    grid.show();
    QApplication::processEvents();
    int drawn = 0;
    QObject::connect(grid.plot(0)->canvas(), &QCustomPlot::afterReplot, [&drawn] { ++drawn; });
    std::vector<double> times;
    std::vector<double> processor;
    for (int i = 0; i < repaints + 5; ++i) {
        const auto began = processorMs();
        const auto ms = repaintMs(grid);
        if (i >= 5) {
            processor.push_back(processorMs() - began);
            times.push_back(ms);
        }
    }
    std::sort(times.begin(), times.end());
    std::sort(processor.begin(), processor.end());
    const auto median = times[times.size() / 2];
    std::printf("four plots, %d step values, %d test values, 900x640: %d repaints (%d drawn)\n", 4 * kSteps,
                4 * kSteps / kStepsAnEpoch, repaints + 5, drawn);
    std::printf(
        "median %.2f ms, 95th percentile %.2f ms, worst %.2f ms; processor %.2f ms; points drawn %d of %d a "
        "plot\n",
        median, times[times.size() * 95 / 100], times.back(), processor[processor.size() / 2],
        grid.plot(0)->pointsDrawn(), kSteps);
    std::printf("must reach %.0f ms: %s; then %.0f ms: %s\n", kAllowedMs, median <= kAllowedMs ? "yes" : "NO",
                kWantedMs, median <= kWantedMs ? "yes" : "NO");
    return median <= kAllowedMs ? 0 : 1;
}
