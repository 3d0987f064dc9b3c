// SPDX-License-Identifier: GPL-3.0-or-later
// Watches the event loop of the real window while a run trains, and prints the longest time it was blocked.
//   bench_responsive [SECONDS]      (default 60; rooms of quick/rgbd-vae; needs a screen, or xvfb-run)
#include "app/window/frame/dialogs.h"
#include "app/window/main_window.h"
#include "app/window/session/workspace.h"
#include "core/base/settings.h"
#include "core/training/run_config.h"
#include "widgets/epoch_slider.h"
#include "widgets/resources.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTimer>
#include <QtWidgets/QApplication>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

namespace {

constexpr double kAllowedMs = 50.0;
constexpr int kTickMs = 5;

/// Ticks every 5 ms; what a tick comes late is time in which the event loop did something else.
class LoopWatch : public QObject {
public:
    LoopWatch()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(kTickMs);
        connect(&m_timer, &QTimer::timeout, this, [this] {
            const double elapsed = static_cast<double>(m_since.nsecsElapsed()) / 1e6;
            m_since.restart();
            m_blocks.push_back(std::max(0.0, elapsed - kTickMs));
        });
    }
    void start()
    {
        m_blocks.clear();
        m_since.start();
        m_timer.start();
    }
    [[nodiscard]] std::vector<double> stop()
    {
        m_timer.stop();
        std::sort(m_blocks.begin(), m_blocks.end());
        return m_blocks;
    }

private:
    QTimer m_timer;
    QElapsedTimer m_since;
    std::vector<double> m_blocks;
};

}  // namespace

int main(int argc, char** argv)
{
    const QTemporaryDir home;
    qputenv("XDG_CONFIG_HOME", (home.path() + QStringLiteral("/config")).toLocal8Bit());
    QApplication application(argc, argv);
    const int seconds = argc > 1 ? std::max(5, std::atoi(argv[1])) : 60;
    elbo::loadResources();
    auto settings = elbo::defaultSettings();
    settings.runsFolder = (home.path() + QStringLiteral("/runs")).toStdString();
    elbo::saveSettings(settings);
    elbo::Workspace workspace;
    elbo::MainWindow window(workspace, elbo::realDialogs());
    window.show();
    window.showPage(QStringLiteral("train"));

    LoopWatch watch;
    int status = 0;
    const auto finish = [&] {
        const auto blocks = watch.stop();
        if (blocks.empty()) {
            std::fputs("the run never began\n", stderr);
            status = 1;
        } else {
            const auto at = [&](double share) {
                return blocks[static_cast<std::size_t>(share * static_cast<double>(blocks.size() - 1))];
            };
            std::printf(
                "event loop during %d s of training: worst block %.1f ms, 99th percentile %.1f ms, median "
                "%.1f ms "
                "(%zu ticks; at most %.0f ms allowed)\n",
                seconds, blocks.back(), at(0.99), at(0.5), blocks.size(), kAllowedMs);
            status = blocks.back() > kAllowedMs ? 1 : 0;
        }
        if (auto* training = workspace.training()) {
            training->stop();
        } else {
            QApplication::exit(status);
        }
    };
    QObject::connect(&workspace, &elbo::Workspace::trainingEnded, &application,
                     [&](bool saved) { QApplication::exit(saved ? status : 1); });
    QObject::connect(&workspace, &elbo::Workspace::complaintRaised, &application,
                     [](const elbo::Complaint& complaint) {
                         std::fprintf(stderr, "%s\n", complaint.failure.sentence.c_str());
                         QApplication::exit(1);
                     });
    bool begun = false;
    QObject::connect(&workspace, &elbo::Workspace::trainingStatusChanged, &application, [&](const auto&) {
        if (!std::exchange(begun, true)) {
            watch.start();
            QTimer::singleShot(seconds * 1000, &application, finish);
        }
    });
    // Looking back through the epochs belongs to what a person does during a run.
    QTimer browse;
    QObject::connect(&browse, &QTimer::timeout, &application, [&] {
        auto* slider = window.findChild<elbo::EpochSlider*>(QStringLiteral("epochSlider"));
        if (slider != nullptr && !slider->epochs().empty()) {
            const auto& epochs = slider->epochs();
            slider->setCurrentEpoch(slider->currentEpoch() == epochs.front() ? epochs.back()
                                                                             : epochs.front());
        }
    });
    browse.start(500);
    auto run = elbo::findPreset("quick/rgbd-vae").config;
    run.training.fields.set("epochs", std::int64_t{100000});
    workspace.startTraining(run);
    const int ended = QApplication::exec();
    return ended != 0 ? ended : status;
}
