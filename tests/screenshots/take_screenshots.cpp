// SPDX-License-Identifier: GPL-3.0-or-later
// Drives the real window on a folder of colour and depth pairs and saves a picture of each page while a run
// trains.
//   take_screenshots PAIRS HOME OUT THEME EPOCHS
// HOME keeps settings, cache and the run, so that a second call goes on with the same run. make.sh calls it.
#include "app/window/frame/dialogs.h"
#include "app/window/main_window.h"
#include "app/window/pages/depth_page.h"
#include "app/window/pages/explore_page.h"
#include "app/window/pages/page.h"
#include "app/window/pages/reconstruct_page.h"
#include "app/window/session/depth_session.h"
#include "app/window/session/latent_map_session.h"
#include "app/window/session/latent_session.h"
#include "app/window/session/text.h"
#include "app/window/session/workspace.h"
#include "core/base/settings.h"
#include "core/training/run_config.h"
#include "widgets/comparison_table.h"
#include "widgets/latent_scatter.h"
#include "widgets/picture_strip.h"
#include "widgets/point_cloud_view.h"
#include "widgets/resources.h"
#include "widgets/strip_view.h"

#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QTabWidget>

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace {

constexpr int kPatienceMs = 1800000;

class Photographer {
public:
    Photographer(elbo::MainWindow& window, elbo::Workspace& workspace, QString out, QString theme)
        : m_window(window), m_workspace(workspace), m_out(std::move(out)), m_theme(std::move(theme))
    {
    }

    [[nodiscard]] bool loadPairs(const QString& folder)
    {
        m_window.showPage(QStringLiteral("data"));
        m_window.openPaths({elbo::toPath(folder)});
        return wait([this] { return m_workspace.data().has_value(); }, "the pairs could not be loaded");
    }

    /// Goes on with the last run, or begins one; comes back while it trains, with `epochs` behind it.
    [[nodiscard]] bool train(std::int64_t epochs)
    {
        auto config = elbo::findPreset("paper/rgbd-vae-nyu").config;
        config.data = m_workspace.data()->summary.config;
        config.training.fields.set("precision", std::string("auto"));
        const auto& run = m_workspace.run();
        if (run && run->config.model == config.model && run->config.data == config.data) {
            m_workspace.resumeTraining(std::nullopt);
        } else {
            m_workspace.startTraining(config);
        }
        return wait(
                   [&] {
                       return m_workspace.isViewingTraining() && run && run->epochsDone >= epochs &&
                              m_workspace.training()->status().imagesPerSecond > 0;
                   },
                   "the run did not get that far") &&
               wait(
                   [this] { return !m_window.findChild<elbo::StripView*>(QStringLiteral("strip"))->empty(); },
                   "no strip came");
    }

    [[nodiscard]] bool reconstruct()
    {
        auto* page = m_window.findChild<elbo::ReconstructPage*>();
        page->openModel(m_workspace.runFolder());
        if (!wait([page] { return page->hasModel(); }, "the run has no weights yet")) {
            return false;
        }
        m_window.showPage(page->id());
        m_window.findChild<QAbstractButton*>(QStringLiteral("addTestImages"))->click();
        return wait(
            [this] {
                return m_window.findChild<QAbstractButton*>(QStringLiteral("saveResults"))->isEnabled();
            },
            "nothing was reconstructed");
    }

    /// A way from one test image to another, and a code on it.
    [[nodiscard]] bool explore()
    {
        auto* page = m_window.findChild<elbo::ExplorePage*>();
        m_window.showPage(page->id());
        if (!wait([page] { return page->session().space() && page->session().decoded(); },
                  "the page Explore has no model")) {
            return false;
        }
        const auto& codes = page->session().space()->codes;
        page->session().setWayPoints({codes.front(), codes[codes.size() / 2]});
        page->session().setCode(page->session().codeOnWay(0.6));
        auto* strip = m_window.findChild<elbo::PictureStrip*>(QStringLiteral("wayStrip"));
        strip->setPlace(0.6);
        return wait([strip] { return strip->count() > 0; }, "no way was decoded");
    }

    /// Where the codes lie, with a group of them in a lasso.
    [[nodiscard]] bool map()
    {
        auto* page = m_window.findChild<elbo::ExplorePage*>();
        auto* tabs = m_window.findChild<QTabWidget*>(QStringLiteral("exploreTabs"));
        tabs->setCurrentWidget(m_window.findChild<QWidget*>(QStringLiteral("exploreMap")));
        auto* scatter = m_window.findChild<elbo::LatentScatter*>(QStringLiteral("latentScatter"));
        if (!wait([scatter] { return !scatter->points().empty(); }, "no map was made")) {
            return false;
        }
        const auto middle = scatter->rect().center();
        scatter->setSelection(scatter->within(QPolygonF(QRectF(middle, scatter->rect().bottomRight()))));
        return wait([page] { return page->map().group() != nullptr && !page->map().errors().empty(); },
                    "the group has no mean image");
    }

    /// The runs so far beside each other.
    [[nodiscard]] bool compare()
    {
        m_window.findChild<QTabWidget*>(QStringLiteral("exploreTabs"))->setCurrentIndex(0);
        m_window.showPage(QStringLiteral("compare"));
        const auto* table = m_window.findChild<elbo::ComparisonTable*>();
        return wait([table] { return !table->chosen().isEmpty(); }, "no run is listed");
    }

    /// A picture of the pairs with its estimated depth, and what the run makes of both.
    [[nodiscard]] bool estimate(const QString& folder)
    {
        auto* page = m_window.findChild<elbo::DepthPage*>();
        m_window.showPage(page->id());
        if (!wait([page] { return page->hasModel(); }, "the page Depth 3-D has no model")) {
            return false;
        }
        page->openFiles({elbo::toPath(folder) / "pairs" / "00010.jpg"});
        return wait([page] { return page->session().scene() && page->session().scene()->reconstruction; },
                    "no depth was estimated");
    }

    /// Two points of the input are picked, which measures their distance.
    void measure()
    {
        auto* clouds = m_window.findChild<elbo::PointCloudView*>(QStringLiteral("clouds"));
        const auto pane = clouds->paneOf(0).value_or(QRectF());
        for (const double part : {0.35, 0.65}) {
            QTest::mouseClick(
                clouds, Qt::LeftButton, Qt::NoModifier,
                (pane.topLeft() + QPointF(part * pane.width(), 0.55 * pane.height())).toPoint());
        }
    }

    void color(elbo::CloudColoring coloring)
    {
        auto* box = m_window.findChild<QComboBox*>(QStringLiteral("cloudColoring"));
        box->setCurrentIndex(box->findData(static_cast<int>(coloring)));
        Q_EMIT box->activated(box->currentIndex());
    }

    /// @param suffix  of the file's name, where a page is shown more than once
    void shoot(const QString& page, const QString& suffix = {})
    {
        m_window.showPage(page);
        QTest::qWait(1500);  // pictures and curves settle
        const auto picture = m_window.grab();
        const auto scale = static_cast<int>(std::lround(picture.devicePixelRatio()));
        const auto file = QStringLiteral("%1/%2-%3-%4x.png").arg(m_out, page + suffix, m_theme).arg(scale);
        picture.save(file);
        std::puts(qPrintable(file));
    }

private:
    template <typename Condition>
    bool wait(Condition condition, const char* otherwise)
    {
        if (QTest::qWaitFor(condition, kPatienceMs)) {
            return true;
        }
        std::fprintf(stderr, "%s\n", otherwise);
        return false;
    }

    elbo::MainWindow& m_window;
    elbo::Workspace& m_workspace;
    QString m_out;
    QString m_theme;
};

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 6) {
        std::fputs("take_screenshots PAIRS HOME OUT THEME EPOCHS\n", stderr);
        return 2;
    }
    const auto home = QString::fromLocal8Bit(argv[2]);
    qputenv("XDG_CONFIG_HOME", (home + QStringLiteral("/config")).toLocal8Bit());
    qputenv("XDG_CACHE_HOME", (home + QStringLiteral("/cache")).toLocal8Bit());
    QApplication application(argc, argv);
    elbo::loadResources();
    auto settings = elbo::defaultSettings();
    settings.runsFolder = elbo::toPath(home) / "runs";
    elbo::saveSettings(settings);
    elbo::StartOptions options;
    options.scheme = QString::fromLocal8Bit(argv[4]);
    elbo::Workspace workspace;
    elbo::MainWindow window(workspace, elbo::realDialogs(), options);
    QObject::connect(&workspace, &elbo::Workspace::complaintRaised, [](const elbo::Complaint& complaint) {
        std::fprintf(stderr, "%s\n", complaint.failure.sentence.c_str());
    });
    window.resize(1280, 800);
    window.show();
    Photographer photographer(window, workspace, QString::fromLocal8Bit(argv[3]), options.scheme);
    if (!photographer.loadPairs(QString::fromLocal8Bit(argv[1])) || !photographer.train(std::atoi(argv[5])) ||
        !photographer.reconstruct()) {
        return 1;
    }
    for (const auto& page : {"data", "train", "reconstruct"}) {
        photographer.shoot(QString::fromLatin1(page));
    }
    if (!photographer.explore()) {
        return 1;
    }
    photographer.shoot(QStringLiteral("explore"));
    if (!photographer.map()) {
        return 1;
    }
    photographer.shoot(QStringLiteral("explore"), QStringLiteral("-map"));
    if (!photographer.compare()) {
        return 1;
    }
    photographer.shoot(QStringLiteral("compare"));
    if (!photographer.estimate(QString::fromLocal8Bit(argv[1]))) {
        return 1;
    }
    photographer.measure();
    photographer.shoot(QStringLiteral("depth"));
    photographer.color(elbo::CloudColoring::Error);
    photographer.shoot(QStringLiteral("depth"), QStringLiteral("-error"));
    workspace.training()->stop();
    if (!QTest::qWaitFor([&] { return !workspace.isTraining(); }, kPatienceMs)) {
        return 1;
    }
    window.close();
    return 0;
}
