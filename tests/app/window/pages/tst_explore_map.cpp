// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/explore_axes.h"
#include "app/window/pages/explore_page.h"
#include "app/window/session/dataset_view.h"
#include "app/window/session/latent_export.h"
#include "app/window/session/latent_map_session.h"
#include "app/window/session/text.h"
#include "core/io/images.h"
#include "core/training/run_folder.h"
#include "tests/app/window/window_fixture.h"
#include "widgets/latent_scatter.h"
#include "widgets/latent_sliders.h"
#include "widgets/picture.h"
#include "widgets/picture_table.h"
#include "widgets/picture_view.h"
#include "widgets/point_cloud_view.h"

#include <QtCore/QProcess>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QTabWidget>

#include <cmath>
#include <numeric>

using elbo::LatentCode;
using elbo::LatentScatter;
using elbo::MapKind;
using elbo::tests::WindowFixture;

namespace {

elbo::RunConfig digitsRun(WindowFixture& fixture)
{
    auto config = WindowFixture::smallRun(2);
    config.data = WindowFixture::smallDigits(fixture.path(QStringLiteral("digits")));
    config.model.key = "conditional-vae";
    return config;
}

elbo::ExplorePage& openTab(WindowFixture& fixture, const QString& name)
{
    fixture.window().showPage(QStringLiteral("explore"));
    auto& page = *fixture.find<elbo::ExplorePage>(QStringLiteral("explorePage"));
    if (!QTest::qWaitFor([&] { return page.session().space() != nullptr; }, 60000)) {
        qWarning("no space: %s", qPrintable(fixture.error()));
    }
    auto* tabs = fixture.find<QTabWidget>(QStringLiteral("exploreTabs"));
    for (int i = 0; i < tabs->count(); ++i) {
        if (tabs->tabText(i) == name) {
            tabs->setCurrentIndex(i);
        }
    }
    return page;
}

LatentScatter& scatter(WindowFixture& fixture)
{
    return *fixture.find<LatentScatter>(QStringLiteral("latentScatter"));
}

void choose(WindowFixture& fixture, const QString& box, int index)
{
    auto* combo = fixture.find<QComboBox>(box);
    combo->setCurrentIndex(index);
    Q_EMIT combo->activated(index);
}

}  // namespace

class ExploreMapTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void codesArePlacedAndAClickLoadsOne()
    {
        WindowFixture fixture;
        fixture.train();
        auto& page = openTab(fixture, QStringLiteral("Map"));
        auto& plane = scatter(fixture);
        ELBO_TRY_COMPARE(plane.points().size(), page.session().space()->codes.size());
        // Principal directions: uncorrelated, the first one spreads most.
        double xx = 0, yy = 0, xy = 0;
        for (const auto& point : plane.points()) {
            xx += point.x() * point.x();
            yy += point.y() * point.y();
            xy += point.x() * point.y();
        }
        QVERIFY(xx >= yy);
        QVERIFY(std::abs(xy) < 1e-2 * xx);
        const auto at = plane.toWidget(plane.points()[3]).toPoint();
        const auto point = plane.pointAt(at);
        QTest::mouseClick(&plane, Qt::LeftButton, {}, at);
        QVERIFY(page.session().code() == page.session().space()->codes[static_cast<std::size_t>(point)]);
        QTest::mouseMove(&plane, plane.toWidget(plane.points()[0]).toPoint());
        QTRY_VERIFY(!fixture.find<elbo::PictureView>(QStringLiteral("mapPreview"))->picture().isNull());
        // Two dimensions instead.
        choose(fixture, QStringLiteral("mapKind"), 1);
        ELBO_TRY_VERIFY(page.map().map() && page.map().map()->kind == MapKind::Dimensions);
        const auto& map = *page.map().map();
        QCOMPARE(map.points[2].first,
                 double(page.session().space()->codes[2][static_cast<std::size_t>(map.x)]));
        QVERIFY2(fixture.error().isEmpty(), qPrintable(fixture.error()));
    }

    void moreImagesAndTheirErrors()
    {
        WindowFixture fixture;
        fixture.train();
        auto& page = openTab(fixture, QStringLiteral("Map"));
        ELBO_TRY_COMPARE(scatter(fixture).points().size(), std::size_t{6});
        choose(fixture, QStringLiteral("mapImages"), 2);
        ELBO_TRY_COMPARE(scatter(fixture).points().size(), std::size_t{24});
        auto* coloring = fixture.find<QComboBox>(QStringLiteral("mapColoring"));
        choose(fixture, QStringLiteral("mapColoring"),
               coloring->findText(QStringLiteral("coloured by error")));
        ELBO_TRY_COMPARE(page.map().errors().size(), std::size_t{24});
        QVERIFY(fixture.find<QLabel>(QStringLiteral("mapLegend"))->text().contains(QStringLiteral("bright")));
        // The error is what Reconstruct says of the same image.
        const auto& model = *page.session().model();
        const auto image = page.session().space()->images[4];
        const auto made = elbo::reconstructImages(model, *page.session().data(), {image}, {});
        QVERIFY(std::abs(double(page.map().errors()[4]) - made.front().mse) < 1e-3 * made.front().mse);
    }

    void tsnePlacesThemToo()
    {
        WindowFixture fixture;
        fixture.train();
        auto& page = openTab(fixture, QStringLiteral("Map"));
        choose(fixture, QStringLiteral("mapImages"), 2);
        choose(fixture, QStringLiteral("mapKind"), 2);
        ELBO_TRY_VERIFY(page.map().map() && page.map().map()->kind == MapKind::Tsne);
        ELBO_TRY_COMPARE(scatter(fixture).points().size(), std::size_t{24});
        for (const auto& point : scatter(fixture).points()) {
            QVERIFY(std::isfinite(point.x()) && std::isfinite(point.y()));
        }
        QVERIFY(!elbo::placeOnMap(*page.session().space(), *page.map().map(), page.session().code()));
    }

    void aGroupShowsItsMeanAndBecomesASlider()
    {
        WindowFixture fixture;
        fixture.train();
        auto& page = openTab(fixture, QStringLiteral("Map"));
        auto& plane = scatter(fixture);
        ELBO_TRY_COMPARE(plane.points().size(), std::size_t{6});
        plane.setSelection({0, 2, 3});
        ELBO_TRY_VERIFY(page.map().group() != nullptr);
        const auto& space = *page.session().space();
        QVERIFY(!fixture.find<elbo::PictureView>(QStringLiteral("groupMean"))->picture().isNull());
        const auto expected = (space.codes[0][0] + space.codes[2][0] + space.codes[3][0]) / 3;
        QVERIFY(std::abs(page.map().group()->mean[0] - expected) < 1e-5F);
        fixture.click(QStringLiteral("groupTakeMean"));
        QVERIFY(page.session().code() == page.map().group()->mean);
        fixture.click(QStringLiteral("groupKeep"));
        plane.setSelection({1});
        ELBO_TRY_VERIFY(page.map().group() && page.map().group()->rows.size() == 1);
        fixture.click(QStringLiteral("groupKeep"));
        auto* from = fixture.find<QComboBox>(QStringLiteral("attributeFrom"));
        const auto groups = static_cast<int>(page.map().groups().size());
        from->setCurrentIndex(groups - 2);
        fixture.find<QComboBox>(QStringLiteral("attributeTo"))->setCurrentIndex(groups - 1);
        fixture.click(QStringLiteral("attributeAdd"));
        QCOMPARE(page.map().attributes().size(), std::size_t{1});
        // The sliders show it, and moving it by 1 adds the difference of the two means.
        auto* sliders = fixture.find<elbo::LatentSliders>(QStringLiteral("latentSliders"));
        QCOMPARE(sliders->axisCount(), 1);
        const auto before = page.session().code();
        const elbo::ExploreAxes axes(page.session().space(), page.map().attributes(),
                                     elbo::AxisKind::Attributes, 3);
        const auto value = axes.valuesOf(before).front();
        Q_EMIT sliders->valueChanged(0, value + 1);
        for (std::size_t k = 0; k < before.size(); ++k) {
            const auto difference =
                space.codes[1][k] - (space.codes[0][k] + space.codes[2][k] + space.codes[3][k]) / 3;
            QVERIFY(std::abs(page.session().code()[k] - before[k] - difference) < 1e-4F);
        }
        // Groups with the same mean have nothing between them.
        fixture.find<QComboBox>(QStringLiteral("attributeTo"))->setCurrentIndex(from->currentIndex());
        fixture.click(QStringLiteral("attributeAdd"));
        QVERIFY(fixture.error().contains(QStringLiteral("same mean")));
    }

    void arithmeticWithClasses()
    {
        WindowFixture fixture;
        fixture.train(digitsRun(fixture));
        auto& page = openTab(fixture, QStringLiteral("Map"));
        ELBO_TRY_COMPARE(scatter(fixture).points().size(), std::size_t{10});
        // A 2-dimensional code is shown as its own plane.
        QVERIFY(page.map().map()->kind == MapKind::Dimensions);
        QVERIFY(fixture.find<QLabel>(QStringLiteral("mapLegend"))->text().contains(QStringLiteral("7")));
        const auto present = page.session().code();
        auto* a = fixture.find<QComboBox>(QStringLiteral("arithmeticA"));
        auto* b = fixture.find<QComboBox>(QStringLiteral("arithmeticB"));
        auto* c = fixture.find<QComboBox>(QStringLiteral("arithmeticC"));
        a->setCurrentIndex(0);
        b->setCurrentIndex(b->findText(QStringLiteral("3")));
        c->setCurrentIndex(c->findText(QStringLiteral("8")));
        fixture.click(QStringLiteral("arithmeticTake"));
        const auto& groups = page.map().groups();
        const auto rowsOf = [&](const QString& name) {
            return std::ranges::find(groups, name, &elbo::NamedGroup::name)->rows;
        };
        const auto& space = *page.session().space();
        const auto minus = elbo::meanOf(space, rowsOf(QStringLiteral("3")));
        const auto plus = elbo::meanOf(space, rowsOf(QStringLiteral("8")));
        QVERIFY(std::abs(page.session().code()[1] - (present[1] - minus[1] + plus[1])) < 1e-6F);
        // A click beside all points decodes that place of the plane, as the class that is chosen.
        auto& plane = scatter(fixture);
        plane.setView(QRectF(QPointF(90, 90), QPointF(100, 100)));
        QTest::mouseClick(&plane, Qt::LeftButton, {}, plane.rect().center());
        QVERIFY(std::abs(page.session().code()[0] - 95) < 0.2F);
    }

    void samplesStandOverTheImageTheyAreMostLike()
    {
        WindowFixture fixture;
        fixture.train();
        auto& page = openTab(fixture, QStringLiteral("Samples"));
        fixture.find<QSpinBox>(QStringLiteral("sampleCount"))->setValue(10);
        auto* table = fixture.find<elbo::PictureTable>(QStringLiteral("sampleTable"));
        for (int from = 0; from < 3; ++from) {
            choose(fixture, QStringLiteral("sampleFrom"), from);
            fixture.click(QStringLiteral("sampleDraw"));
            ELBO_TRY_VERIFY(!page.map().isDrawing() && page.map().samples() != nullptr);
            QCOMPARE(table->rows(), 4);  // two rows of samples, each over its nearest images
            QCOMPARE(page.map().samples()->codes.size(), std::size_t{10});
            for (const auto distance : page.map().samples()->distances) {
                QVERIFY(distance > 0);
            }
        }
        // The second sample of the second row.
        QTest::mouseClick(table, Qt::LeftButton, {}, table->pictureRect(8 * 2 + 1).center());
        QVERIFY(page.session().code() == page.map().samples()->codes[9]);
        QVERIFY2(fixture.error().isEmpty(), qPrintable(fixture.error()));
    }

    // The command line writes what the window shows, pixel for pixel.
    void theCommandLineGivesTheSamePixels()
    {
        WindowFixture fixture;
        fixture.train();
        auto& page = openTab(fixture, QStringLiteral("Samples"));
        const auto run = elbo::toQt(fixture.workspace().runFolder());
        const auto written = [&](const QStringList& arguments) {
            const auto file = elbo::toQt(fixture.path(QStringLiteral("cli.png")));
            QProcess program;
            program.start(QStringLiteral(ELBO_PROGRAMS "/elbo-cli"),
                          arguments + QStringList{QStringLiteral("--out"), file});
            if (!program.waitForFinished(60000) || program.exitCode() != 0) {
                qWarning("%s", program.readAllStandardError().constData());
            }
            return QImage(file).convertToFormat(QImage::Format_RGB888);
        };
        const auto same = [](const QImage& a, const QImage& b) {
            return a == b.convertToFormat(QImage::Format_RGB888);
        };
        fixture.find<QSpinBox>(QStringLiteral("sampleCount"))->setValue(5);
        fixture.find<QSpinBox>(QStringLiteral("sampleSeed"))->setValue(7);
        for (const auto* from : {"prior", "gaussian"}) {
            auto* box = fixture.find<QComboBox>(QStringLiteral("sampleFrom"));
            box->setCurrentIndex(box->findData(QLatin1String(from)));
            fixture.click(QStringLiteral("sampleDraw"));
            ELBO_TRY_VERIFY(!page.map().isDrawing() && page.map().samples() != nullptr);
            QVERIFY(
                same(written({QStringLiteral("sample"), run, QStringLiteral("--count"), QStringLiteral("5"),
                              QStringLiteral("--seed"), QStringLiteral("7"), QStringLiteral("--from"),
                              QLatin1String(from), QStringLiteral("--device"), QStringLiteral("cpu")}),
                     elbo::toQImage(elbo::sampleSheet(*page.map().samples()))));
        }
        auto* tabs = fixture.find<QTabWidget>(QStringLiteral("exploreTabs"));
        tabs->setCurrentIndex(1);
        ELBO_TRY_VERIFY(page.session().grid() != nullptr);
        QVERIFY(same(
            written({QStringLiteral("traverse"), run, QStringLiteral("--device"), QStringLiteral("cpu")}),
            elbo::toQImage(elbo::gridSheet(*page.session().grid()))));
    }

    void theCloudFollowsTheCode()
    {
        WindowFixture fixture;
        fixture.train();
        auto& page = openTab(fixture, QStringLiteral("3-D"));
        auto* view = fixture.find<elbo::PointCloudView>(QStringLiteral("exploreCloudView"));
        ELBO_TRY_VERIFY(view->cloud(0) != nullptr);
        QVERIFY(view->cloud(0)->size() > 100);
        QVERIFY(!page.session().space()->intrinsics.guessed);
        const auto before = view->cloud(0)->positions;
        auto code = page.session().code();
        for (auto& value : code) {
            value += 2;
        }
        page.session().setCode(code);
        ELBO_TRY_VERIFY(view->cloud(0)->positions != before);
    }

    void aModelWithoutDepthHasNoCloud()
    {
        WindowFixture fixture;
        fixture.train(digitsRun(fixture));
        openTab(fixture, QStringLiteral("3-D"));
        ELBO_TRY_VERIFY(fixture.find<QLabel>(QStringLiteral("exploreCloudNote"))
                            ->text()
                            .contains(QStringLiteral("no depth")));
    }

    void aDroppedPictureIsWhereOneStarts()
    {
        WindowFixture fixture;
        fixture.train(digitsRun(fixture));
        auto& page = openTab(fixture, QStringLiteral("Image"));
        // A digit of the set, written as a picture: its code is that of the set's image.
        const auto file = fixture.path(QStringLiteral("digit.png"));
        elbo::writePng(file, page.session().data()->color(page.session().space()->images[4]));
        page.session().setShownClass(page.session().space()->labels[4]);
        fixture.window().openPaths({file});
        ELBO_TRY_VERIFY(fixture.log().contains(QStringLiteral("digit.png")));
        const auto& code = page.session().code();
        const auto& expected = page.session().space()->codes[4];
        for (std::size_t k = 0; k < code.size(); ++k) {
            QVERIFY(std::abs(code[k] - expected[k]) < 1e-4F);
        }
        QCOMPARE(fixture.window().currentPage()->id(), QStringLiteral("explore"));
    }

    void aPictureWithoutDepthIsRefusedByAModelWithDepth()
    {
        WindowFixture fixture;
        fixture.train();
        auto& page = openTab(fixture, QStringLiteral("Image"));
        const auto file = fixture.path(QStringLiteral("lone.png"));
        elbo::writePng(file, page.session().data()->color(0));
        const auto before = page.session().code();
        fixture.window().openPaths({file});
        ELBO_TRY_VERIFY(fixture.error().contains(QStringLiteral("depth")));
        QVERIFY(page.session().code() == before);
    }
};

QTEST_MAIN(ExploreMapTest)
#include "tst_explore_map.moc"
