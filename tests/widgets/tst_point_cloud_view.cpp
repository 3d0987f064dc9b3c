// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "tests/widgets/shown_clouds.h"
#include "widgets/resources.h"

#include <QtCore/QTemporaryDir>
#include <QtOpenGL/QOpenGLDebugLogger>
#include <QtTest/QtTest>
#include <QtWidgets/QVBoxLayout>

#include <memory>

using namespace elbo;
using namespace elbo::tests;

class PointCloudViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        loadResources();
        QVERIFY2(PointCloudCanvas::whyImpossible().isEmpty(), "these tests need a screen with OpenGL (Xvfb)");
    }

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("(GL|vtk|VTK)"))); }

    /// A reconstruction of fewer pixels shows the same wall without gaps.
    void pointsOfACoarserImageAreLarger()
    {
        const auto wall = [](int width, int height) {
            const auto pixels = static_cast<std::size_t>(width * height);
            const DepthImage image{width, height, std::vector<float>(pixels, 2.0F),
                                   std::vector<std::uint8_t>(3 * pixels, 255), true};
            return std::make_shared<PointCloud>(unproject(image, intrinsicsOfView(60, width, height)));
        };
        Shown shown({1000, 500});
        shown.view.setEyeDomeLighting(false);
        shown.view.setCloud(0, wall(640, 480), QStringLiteral("Input"));
        shown.view.setCloud(1, wall(160, 120), QStringLiteral("Reconstruction"));
        QVERIFY(shown.isDrawn());
        const auto picture = shown.points();
        for (const int cloud : {0, 1}) {
            const auto middle = shown.view.paneOf(cloud)->center().toPoint();
            for (int y = middle.y() - 60; y < middle.y() + 60; ++y)
                for (int x = middle.x() - 60; x < middle.x() + 60; ++x)
                    QVERIFY2(qGray(picture.pixel(x, y)) > 200,
                             qPrintable(QStringLiteral("%1, %2").arg(x).arg(y)));
        }
    }

    /// What the arithmetic of picking says is where VTK draws: in each pane, from every side.
    void pointsAreDrawnWherePicksAreSought_data()
    {
        QTest::addColumn<ViewCamera>("camera");
        QTest::addColumn<bool>("shading");
        const auto row = [](const char* name, double azimuth, double elevation, bool parallel, bool shading) {
            ViewCamera camera{exactHit(kMarkedColumn, kMarkedRow), azimuth, elevation, 2.5, 50, parallel};
            camera.target[0] += 0.2;
            camera.target[1] += 0.15;
            QTest::newRow(name) << camera << shading;
        };
        row("front", 0, 0, false, false);
        row("front, shaded", 0, 0, false, true);
        row("from the left above", 30, 25, false, false);
        row("orthographic", 0, 0, true, false);
        row("orthographic from the right below", -25, -15, true, false);
        row("orthographic from the right below, shaded", -25, -15, true, true);
    }
    void pointsAreDrawnWherePicksAreSought()
    {
        QFETCH(ViewCamera, camera);
        QFETCH(bool, shading);
        Shown shown({1000, 500});
        shown.view.setCloud(0, markedCloud(), QStringLiteral("Input"));
        shown.view.setCloud(1, markedCloud(), QStringLiteral("Reconstruction"));
        shown.view.setEyeDomeLighting(shading);
        shown.view.setPointSize(shading ? 3 : 1);  // single pixels would be shaded away
        shown.view.setCamera(camera);
        QVERIFY(shown.isDrawn());
        const auto picture = shown.points();
        QCOMPARE(picture.size(), QSize(1000, 500));
        for (const int cloud : {0, 1}) {
            const auto pane = *shown.view.paneOf(cloud);
            QCOMPARE(pane, QRectF(500 * cloud, 0, 500, 500));
            const auto seen = redMiddle(picture, pane);
            const auto wanted = shown.view.placeOf(cloud, exactHit(kMarkedColumn, kMarkedRow));
            QVERIFY(seen && wanted);
            const auto off = *seen - *wanted;
            // Large points cover their neighbours to one side.
            QVERIFY2(std::hypot(off.x(), off.y()) < (shading ? 1.6 : 1.0),
                     qPrintable(QStringLiteral("cloud %1: %2, %3").arg(cloud).arg(off.x()).arg(off.y())));
        }
    }

    void bothPanesTurnTogether()
    {
        Shown shown({1000, 500});
        shown.view.setCloud(0, markedCloud(), QStringLiteral("Input"));
        shown.view.setCloud(1, markedCloud(), QStringLiteral("Reconstruction"));
        QVERIFY(shown.isDrawn());
        const auto before = redMiddle(shown.points(), *shown.view.paneOf(1));
        shown.drag({200, 200}, {260, 230});  // in the first pane
        const auto picture = shown.points();
        const auto first = redMiddle(picture, *shown.view.paneOf(0)),
                   second = redMiddle(picture, *shown.view.paneOf(1));
        QVERIFY(before && first && second);
        QVERIFY(std::abs(first->x() + 500 - second->x()) < 0.01 && std::abs(first->y() - second->y()) < 0.01);
        QVERIFY(std::hypot(second->x() - before->x(), second->y() - before->y()) > 5);
        QVERIFY(shown.view.picks().empty());  // a drag is no click
    }

    void clippingHidesAndFreesPicks()
    {
        Shown shown;
        auto cloud = markedCloud();
        shown.view.setCloud(0, cloud, {});
        QVERIFY(shown.isDrawn());
        const auto marked = exactHit(kMarkedColumn, kMarkedRow);
        const auto depth = static_cast<float>(marked[2]);
        const auto isSeen = [&] { return redMiddle(shown.points(), shown.view.rect()).has_value(); };
        QVERIFY(isSeen());
        std::vector<CloudClip> hiding(4), showing(3);
        hiding[0].nearest = depth + 0.2F;
        hiding[1].farthest = depth - 0.2F;
        hiding[2].box = CloudClip::Box{{0, -9, 0}, {9, 9, 9}};
        hiding[3].nearest = 100.0F;  // everything
        showing[0].nearest = depth - 0.2F;
        showing[1].farthest = depth + 0.2F;
        showing[2].box = CloudClip::Box{{-9, -9, 0}, {0, 9, 9}};
        for (const auto& clip : hiding) {
            shown.view.setClip(clip);
            QVERIFY(!isSeen());
            shown.click(marked);
            const auto picks = shown.view.picks();
            QVERIFY(picks.empty() || std::abs(picks[0].position[2] - depth) > 0.1F ||
                    picks[0].position[0] > 0);
        }
        for (const auto& clip : showing) {
            shown.view.setClip(clip);
            QVERIFY(isSeen());
            shown.click(marked);
            QCOMPARE(shown.view.picks().size(), std::size_t{1});
        }
    }

    void coloursTell()
    {
        Shown shown;
        auto cloud = boxCloud();
        shown.view.setCloud(0, cloud, {});
        shown.view.setEyeDomeLighting(false);
        shown.view.setPointSize(4);
        QVERIFY(shown.isDrawn());
        const auto* overlay = shown.view.findChild<PointCloudOverlay*>(QStringLiteral("point-cloud-overlay"));
        const auto at = [&] {
            return shown.points().pixelColor(shown.view.placeOf(0, exactHit(330, 250))->toPoint());
        };
        const auto ofImage = at();
        QVERIFY(ofImage == QColor(70, 170, 90) || ofImage == QColor(70, 140, 90));
        QVERIFY(overlay->marks().scaleMap.isEmpty());

        shown.view.setColoring(CloudColoring::Depth);
        shown.view.setColorRange(ValueRange{0, 1});  // all beyond: the last entry of Turbo, a dark red
        QVERIFY(at().red() > 100 && at().green() < 30 && at().blue() < 30);
        QCOMPARE(overlay->marks().scaleTexts.last(), QStringLiteral("1 m"));
        shown.view.setColorRange({});
        const auto range = shown.view.colorRange();
        QVERIFY(range.low > 1.9F && range.low < 2.4F && range.high > 4 && range.high <= 4.5F);

        shown.view.setErrors(0, std::vector<float>(cloud->size(), 0.0F), QStringLiteral("m"));
        shown.view.setColoring(CloudColoring::Error);
        shown.view.setColorRange(ValueRange{0, 1});
        QVERIFY(at().lightness() < 10);  // Magma begins in black
        shown.view.setErrors(0, std::vector<float>(cloud->size(), std::nanf("")), QStringLiteral("m"));
        QCOMPARE(at(), QColor(128, 128, 128));

        shown.view.setColoring(CloudColoring::Single);
        QCOMPARE(at(), QColor(0x56, 0xB4, 0xE9));
        QVERIFY_EXCEPTION_THROWN(shown.view.setErrors(0, {1.0F}, {}), Error);
        QVERIFY_EXCEPTION_THROWN(shown.view.setErrors(1, {}, {}), Error);
        QVERIFY_EXCEPTION_THROWN(shown.view.setDepthMap(QStringLiteral("rainbow")), Error);
    }

    void backgroundsAndShading()
    {
        Shown shown;
        shown.view.setCloud(0, boxCloud(), {});
        shown.view.setCamera({{0, 0, 3}, 0, 0, 12, 45, false});  // far: the cloud in the middle of the pane
        shown.view.setEyeDomeLighting(false);
        QVERIFY(shown.isDrawn());
        const auto corner = [&] { return shown.points().pixelColor(3, 3); };
        QCOMPARE(corner(), QColor(Qt::black));
        shown.view.setBackgroundKind(CloudBackground::White);
        QCOMPARE(corner(), QColor(Qt::white));
        const auto plain = shown.points();
        shown.view.setEyeDomeLighting(true);
        const auto shaded = shown.points();
        QVERIFY(shaded != plain);
        QCOMPARE(shaded.pixelColor(3, 3), QColor(Qt::white));  // points alone are shaded
    }

    void overlaidAndAlone()
    {
        Shown shown({800, 400});
        auto second = markedCloud();
        shown.view.setCloud(0, boxCloud(), QStringLiteral("Input"));
        QCOMPARE(*shown.view.paneOf(0), QRectF(0, 0, 800, 400));  // nothing beside it yet
        shown.view.setCloud(1, second, QStringLiteral("Reconstruction"));
        QVERIFY(shown.isDrawn());
        QCOMPARE(*shown.view.paneOf(1), QRectF(400, 0, 400, 400));
        const auto* overlay = shown.view.findChild<PointCloudOverlay*>(QStringLiteral("point-cloud-overlay"));
        QCOMPARE(overlay->marks().labels.size(), std::size_t{2});
        shown.view.setLayoutMode(CloudLayout::Overlaid);
        QCOMPARE(*shown.view.paneOf(1), QRectF(0, 0, 800, 400));
        QCOMPARE(overlay->marks().labels[0].text, QStringLiteral("Input and Reconstruction"));
        shown.view.setLayoutMode(CloudLayout::First);
        QVERIFY(!shown.view.paneOf(1));
        QVERIFY(!redMiddle(shown.points(), shown.view.rect()));
        shown.view.setLayoutMode(CloudLayout::Second);
        QVERIFY(redMiddle(shown.points(), shown.view.rect()));
        shown.view.clearClouds();
        QVERIFY(!overlay->marks().note.isEmpty());
        QVERIFY(!redMiddle(shown.points(), shown.view.rect()));
    }

    void picturesAreDrawnAtTheirSize()
    {
        Shown shown({300, 200});
        shown.view.setCloud(0, markedCloud(), QStringLiteral("Input"));
        QVERIFY(shown.isDrawn());
        shown.click(exactHit(kMarkedColumn + 60, kMarkedRow));
        QTemporaryDir folder;
        std::array<QImage, 3> pictures;
        for (const int i : {0, 1, 2}) {
            const auto factor = 1 << i;
            const auto file = shown.view.savePicture(folder.filePath(QString::number(factor)), factor);
            pictures[static_cast<std::size_t>(i)] = QImage(file);
            QCOMPARE(QImage(file).size(), QSize(300, 200) * factor);
            const auto red = redMiddle(QImage(file), QRectF(0, 0, 300 * factor, 200 * factor));
            const auto wanted = *shown.view.placeOf(0, exactHit(kMarkedColumn, kMarkedRow));
            QVERIFY(red);
            const auto off = *red / factor - wanted;
            QVERIFY(std::hypot(off.x(), off.y()) < 1.5);
        }
        // Drawn, not magnified: the small one made larger lacks what the large one has.
        QVERIFY(pictures[0].scaled(1200, 800) != pictures[2]);
        int finer = 0;
        for (int y = 0; y < 800; y += 2) {
            for (int x = 0; x < 1200; x += 4) {
                finer += pictures[2].pixel(x, y) != pictures[2].pixel(x + 1, y) ? 1 : 0;
            }
        }
        QVERIFY(finer > 1000);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(shown.view.picture(1000)), Error);
        QCOMPARE(shown.points().size(), QSize(300, 200));  // the view itself is as it was
        QVERIFY(redMiddle(shown.points(), shown.view.rect()));
    }

    void draggingThinsAndLettingGoFills()
    {
        Shown shown;
        auto cloud = boxCloud();
        shown.view.setCloud(0, cloud, {});
        QVERIFY(shown.isDrawn());
        QTRY_COMPARE(shown.canvas->pointsDrawn(), cloud->size());
        QTest::mousePress(&shown.view, Qt::LeftButton, {}, {300, 300});
        shown.move({330, 310}, Qt::LeftButton);
        static_cast<void>(shown.points());
        if (shown.canvas->isSoftware()) {
            QVERIFY(shown.canvas->pointsDrawn() < cloud->size() / 3);
        } else {
            QCOMPARE(shown.canvas->pointsDrawn(), cloud->size());
        }
        QTest::mouseRelease(&shown.view, Qt::LeftButton, {}, {330, 310});
        QTRY_COMPARE(shown.canvas->pointsDrawn(), cloud->size());
    }

    void nothingIsDrawnUnasked()
    {
        Shown shown;
        shown.view.setCloud(0, boxCloud(), {});
        QVERIFY(shown.isDrawn());
        QSignalSpy drawn(shown.canvas, &PointCloudCanvas::drawn);
        shown.view.setPointSize(5);
        QTRY_VERIFY(!drawn.isEmpty());
        QCoreApplication::processEvents();
        drawn.clear();
        shown.view.setPointSize(5);
        shown.view.setCamera(shown.view.camera());
        for (int i = 0; i < 20; ++i) {
            QCoreApplication::processEvents();
        }
        QCOMPARE(drawn.size(), 0);
    }

    void badCloudsAreRefusedOrSurvived()
    {
        Shown shown;
        auto broken = boxCloud();
        broken->colors.pop_back();
        QVERIFY_EXCEPTION_THROWN(shown.view.setCloud(0, broken, {}), Error);
        auto holes = markedCloud();
        for (std::size_t i = 0; i < holes->positions.size(); i += 997) {
            holes->positions[i] = i % 2 == 0 ? std::nanf("") : INFINITY;
        }
        shown.view.setCloud(0, holes, {});
        QVERIFY(shown.isDrawn());
        QVERIFY(redMiddle(shown.points(), shown.view.rect()));
        auto single = std::make_shared<PointCloud>();
        single->positions = {0, 0, 2};
        shown.view.setCloud(0, single, {});
        shown.view.setCloud(1, std::make_shared<PointCloud>(), {});
        shown.view.resetCamera();
        shown.click({0, 0, 2});
        QCOMPARE(shown.view.picks().size(), std::size_t{1});
        shown.view.fit();
        static_cast<void>(shown.points());
    }

    /// Other windows and back, twice, under OpenGL's own log of errors; then closed.
    void redockingLeavesNoError()
    {
        auto format = QSurfaceFormat::defaultFormat();
        format.setOption(QSurfaceFormat::DebugContext);
        QSurfaceFormat::setDefaultFormat(format);
        QStringList errors;
        {
            QWidget first, second;
            auto* firstLayout = new QVBoxLayout(&first);
            auto* secondLayout = new QVBoxLayout(&second);
            for (auto* window : {&first, &second}) {
                window->resize(500, 400);
                window->show();
                QVERIFY(QTest::qWaitForWindowExposed(window));
            }
            auto* view = new PointCloudView;
            view->setBackgroundKind(CloudBackground::Black);
            view->setCloud(0, markedCloud(), QStringLiteral("Input"));
            view->setCloud(1, markedCloud(), QStringLiteral("Reconstruction"));
            auto* canvas = view->findChild<PointCloudCanvas*>();
            std::unique_ptr<QOpenGLDebugLogger> logger;
            int watched = 0;
            for (auto* layout : {firstLayout, secondLayout, firstLayout, secondLayout}) {
                if (logger) {
                    canvas->makeCurrent();
                    logger.reset();
                    canvas->doneCurrent();
                }
                layout->addWidget(view);
                view->show();
                QTRY_VERIFY(canvas->isValid());
                canvas->makeCurrent();
                logger = std::make_unique<QOpenGLDebugLogger>();
                if (logger->initialize()) {
                    ++watched;
                    connect(logger.get(), &QOpenGLDebugLogger::messageLogged, this,
                            [&errors](const QOpenGLDebugMessage& message) {
                                if (message.type() == QOpenGLDebugMessage::ErrorType) {
                                    errors << message.message();
                                }
                            });
                    logger->startLogging(QOpenGLDebugLogger::SynchronousLogging);
                }
                canvas->doneCurrent();
                for (const bool shading : {true, false}) {
                    view->setEyeDomeLighting(shading);
                    const auto picture = canvas->grabFramebuffer();
                    QVERIFY(redMiddle(picture, *view->paneOf(0)) && redMiddle(picture, *view->paneOf(1)));
                }
                static_cast<void>(view->picture(2));
                QCOMPARE(errors, QStringList());
                QCoreApplication::processEvents();
            }
            QCOMPARE(watched, 4);
            QVERIFY(view->parentWidget() == &second);
            second.close();
            QCoreApplication::processEvents();
            second.show();
            QVERIFY(redMiddle(canvas->grabFramebuffer(), *view->paneOf(0)));
            canvas->makeCurrent();
            logger.reset();
            canvas->doneCurrent();
            delete view;
        }
        QCOMPARE(errors, QStringList());
    }
};

QTEST_MAIN(PointCloudViewTest)
#include "tst_point_cloud_view.moc"
