// SPDX-License-Identifier: GPL-3.0-or-later
// Scrolls through 70,000 pictures of 28x28 and prints the time from a scroll event to the paint, and the
// memory.
//   bench_scroll [EVENTS]      (default 1000; needs a screen, or QT_QPA_PLATFORM=offscreen)
#include "tests/widgets/test_pictures.h"
#include "widgets/image_grid.h"
#include "widgets/resources.h"

#include <QtCore/QElapsedTimer>
#include <QtWidgets/QApplication>
#include <QtWidgets/QScrollBar>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <vector>

#include <unistd.h>

namespace {

/// Time of this thread on a processor: what remains when others use the machine, too.
double processorMs()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

constexpr std::int64_t kImages = 70000;
constexpr double kAllowedMs = 16.0;
constexpr double kAllowedMegabytes = 100.0;

double residentMegabytes()
{
    std::ifstream file("/proc/self/statm");
    double total = 0.0;
    double resident = 0.0;
    file >> total >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

struct Times {
    std::vector<double> ms;
    std::vector<double> processor;
    [[nodiscard]] static double share(std::vector<double> sorted, double part)
    {
        std::sort(sorted.begin(), sorted.end());
        return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
    }
};

/// @param step  pixels that one event scrolls by
Times scroll(elbo::ImageGrid& grid, int events, int step)
{
    Times times;
    auto* bar = grid.verticalScrollBar();
    QElapsedTimer clock;
    for (int i = 0; i < events; ++i) {
        const auto next = bar->value() + step;
        clock.start();
        const auto began = processorMs();
        bar->setValue(next > bar->maximum() ? 0 : next);
        // What a frame does: everything the scroll posted, up to the paint.
        QApplication::sendPostedEvents();
        QApplication::processEvents();
        times.processor.push_back(processorMs() - began);
        times.ms.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
    }
    return times;
}

}  // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    elbo::loadResources();
    const int events = argc > 1 ? std::max(1, std::atoi(argv[1])) : 1000;
    // Prepared files are mapped and their pictures copied: the making of the pictures is not timed.
    std::vector<elbo::Image8> made;
    for (std::int64_t i = 0; i < 101; ++i) {
        made.push_back(elbo::tests::madeColor(i, 28, 28, 1));
    }
    elbo::ImageGrid grid;
    grid.resize(1000, 700);
    grid.setSide(64);
    grid.show();
    QApplication::processEvents();
    const auto before = residentMegabytes();
    grid.setSource(
        kImages,
        [&made](std::int64_t index) {
            return elbo::GridPicture{made[static_cast<std::size_t>(index % 101)], {}, 0.0F, 1.0F};
        },
        [](std::int64_t index) { return elbo::GridCaption{{}, QString::number(index % 10), {}}; });
    QApplication::processEvents();

    std::printf("70,000 pictures of 28x28 at 64 px in 1000x700, %d scroll events each\n", events);
    bool good = true;
    struct Case {
        const char* name;
        int step;
    };
    for (const auto& [name, step] :
         {Case{"wheel (a third of a row)", 30}, Case{"page", 650}, Case{"dragging the bar", 40000}}) {
        const auto times = scroll(grid, events, step);
        std::printf(
            "%-26s median %6.2f ms, 95th percentile %6.2f ms, worst %6.2f ms; processor %6.2f, %6.2f ms\n",
            name, Times::share(times.ms, 0.5), Times::share(times.ms, 0.95), Times::share(times.ms, 1.0),
            Times::share(times.processor, 0.5), Times::share(times.processor, 0.95));
        good = good && Times::share(times.ms, 0.95) < kAllowedMs;
    }
    const auto more = residentMegabytes() - before;
    std::printf("memory added %.1f MB (cache %.1f MB)\n", more,
                static_cast<double>(grid.cachedBytes()) / 1e6);
    good = good && more < kAllowedMegabytes;
    std::printf("must reach: %.0f ms at the 95th percentile, %.0f MB: %s\n", kAllowedMs, kAllowedMegabytes,
                good ? "yes" : "NO");
    return good ? 0 : 1;
}
