// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "tests/widgets/shown_clouds.h"
#include "widgets/resources.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtTest/QtTest>

#include <cmath>
#include <functional>

using namespace elbo;
using namespace elbo::tests;

namespace {

double length(const Vector3& a, const Vector3& b)
{
    return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

}  // namespace

class PointCloudInputTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        loadResources();
        QVERIFY2(PointCloudCanvas::whyImpossible().isEmpty(), "these tests need a screen with OpenGL (Xvfb)");
    }

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("(GL|vtk|VTK)"))); }

    void twoClicksMeasureABox_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("orthographic");
        QTest::newRow("as large as the image") << QSize(640, 480) << false;
        QTest::newRow("larger") << QSize(1100, 800) << false;
        QTest::newRow("smaller") << QSize(420, 400) << false;
        QTest::newRow("orthographic") << QSize(900, 700) << true;
    }
    void twoClicksMeasureABox()
    {
        QFETCH(QSize, size);
        QFETCH(bool, orthographic);
        Shown shown(size);
        shown.view.setCloud(0, boxCloud(), QStringLiteral("Input"));
        shown.view.setOrthographic(orthographic);
        QVERIFY(shown.isDrawn());
        const auto camera = nyuCamera();
        // The upper edge, then the diagonal of the face.
        for (const auto& [right, down] : {std::pair(1, -1), std::pair(1, 1)}) {
            const std::array corners{faceCorner(-1, -1), faceCorner(right, down)};
            std::array<Vector3, 2> exact;
            std::array<QPoint, 2> pixels;
            for (std::size_t i = 0; i < 2; ++i) {
                const int inwardsX = i == 0 ? 1 : -right, inwardsY = i == 0 ? 1 : -down;
                pixels[i] = {qRound(camera.fx * corners[i][0] / corners[i][2] + camera.cx) + 5 * inwardsX,
                             qRound(camera.fy * corners[i][1] / corners[i][2] + camera.cy) + 5 * inwardsY};
                bool onBox = false;
                static_cast<void>(exactDepth(pixels[i].x(), pixels[i].y(), &onBox));
                QVERIFY(onBox);
                exact[i] = exactHit(pixels[i].x(), pixels[i].y());
                QVERIFY(exact[i][2] > 2 && exact[i][2] < 3);
            }
            QSignalSpy picked(&shown.view, &PointCloudView::picked);
            QSignalSpy measured(&shown.view, &PointCloudView::measured);
            shown.click(exact[0]);
            shown.click(exact[1]);
            QCOMPARE(picked.size(), 2);
            QCOMPARE(measured.size(), 1);
            for (std::size_t i = 0; i < 2; ++i) {
                const auto& pick = shown.view.picks()[i];
                QVERIFY2(
                    std::abs(pick.column - pixels[i].x()) <= 2 && std::abs(pick.row - pixels[i].y()) <= 2,
                    qPrintable(QStringLiteral("%1, %2").arg(pick.column).arg(pick.row)));
                QCOMPARE(pick.color, QColor(pick.color.rgb()));
                QVERIFY(pick.metric);
            }
            const auto wanted = length(exact[0], exact[1]);
            QVERIFY2(std::abs(measured[0][0].toDouble() - wanted) < 0.01 * wanted,
                     qPrintable(QStringLiteral("%1 m, not %2").arg(measured[0][0].toDouble()).arg(wanted)));
        }
    }

    /// Clicking on the corners themselves: the edge of the box.
    void cornersGiveTheEdge()
    {
        Shown shown;
        shown.view.setCloud(0, boxCloud(), {});
        QVERIFY(shown.isDrawn());
        for (const auto& [right, down] : {std::pair(1, -1), std::pair(-1, 1)}) {
            shown.click(faceCorner(-1, -1));
            shown.click(faceCorner(right, down));
            const auto distance = shown.view.pickedDistance();
            QVERIFY(distance);
            QVERIFY2(std::abs(*distance - kBoxEdge) < 0.02 * kBoxEdge,
                     qPrintable(QString::number(*distance)));
        }
    }

    void movingWithTheMouse()
    {
        Shown shown;
        shown.view.setCloud(0, boxCloud(), {});
        QVERIFY(shown.isDrawn());
        for (const auto& [button, modifiers] :
             {std::pair(Qt::MiddleButton, Qt::NoModifier), std::pair(Qt::LeftButton, Qt::ShiftModifier)}) {
            shown.view.resetCamera();
            const auto target = shown.view.camera().target;
            const auto before = *shown.view.placeOf(0, target);
            shown.drag({400, 300}, {460, 280}, button, modifiers);
            const auto way = *shown.view.placeOf(0, target) - before;
            QVERIFY(std::abs(way.x() - 60) < 0.1 && std::abs(way.y() + 20) < 0.1);
            QCOMPARE(shown.view.camera().azimuth, 0.0);
        }
    }

    void theWheelKeepsWhatIsUnderThePointer()
    {
        Shown shown;
        shown.view.setCloud(0, boxCloud(), {});
        QVERIFY(shown.isDrawn());
        const auto hit = exactHit(250, 180);
        const auto place = shown.view.placeOf(0, hit)->toPoint();
        const auto distance = shown.view.camera().distance;
        QWheelEvent wheel(place, shown.view.mapToGlobal(place), {}, {0, 240}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(&shown.view, &wheel);
        QVERIFY(shown.view.camera().distance < distance * 0.8);
        const auto off = *shown.view.placeOf(0, hit) - place;
        QVERIFY2(std::hypot(off.x(), off.y()) < 2, qPrintable(QString::number(std::hypot(off.x(), off.y()))));
        const auto near = shown.view.camera().distance;
        QNativeGestureEvent pinch(Qt::ZoomNativeGesture, QPointingDevice::primaryPointingDevice(), 2, place,
                                  place, shown.view.mapToGlobal(place), -0.25, {});
        QApplication::sendEvent(&shown.view, &pinch);
        QVERIFY(std::abs(shown.view.camera().distance - near / 0.75) < 1e-9);
    }

    void keysMoveTheCamera()
    {
        Shown shown;
        shown.view.setCloud(0, boxCloud(), {});
        QVERIFY(shown.isDrawn());
        const auto home = shown.view.camera();
        QVERIFY(home.position()[2] < 1e-9 && home.azimuth == 0.0);
        const auto press = [&](Qt::Key key) { QTest::keyClick(&shown.view, key); };
        press(Qt::Key_Right);
        press(Qt::Key_Down);
        QCOMPARE(shown.view.camera().azimuth, 5.0);
        QCOMPARE(shown.view.camera().elevation, 5.0);
        press(Qt::Key_Plus);
        QVERIFY(shown.view.camera().distance < home.distance);
        press(Qt::Key_O);
        QVERIFY(shown.view.camera().orthographic);
        press(Qt::Key_R);
        QCOMPARE(shown.view.camera(), home);
        const std::array<std::array<double, 2>, 6> sides{
            {{0, 0}, {180, 0}, {90, 0}, {-90, 0}, {0, 90}, {0, -90}}};  // front back left right top bottom
        for (int i = 0; i < 6; ++i) {
            press(static_cast<Qt::Key>(Qt::Key_1 + i));
            QCOMPARE(shown.view.camera().azimuth, sides[static_cast<std::size_t>(i)][0]);
            QCOMPARE(shown.view.camera().elevation, sides[static_cast<std::size_t>(i)][1]);
            // Every corner of the face is in sight.
            for (const int right : {-1, 1}) {
                for (const int down : {-1, 1}) {
                    const auto place = shown.view.placeOf(0, faceCorner(right, down));
                    QVERIFY(place && QRectF(shown.view.rect()).contains(*place));
                }
            }
        }
        press(Qt::Key_Minus);
        press(Qt::Key_F);
        QCOMPARE(shown.view.camera().elevation, -90.0);
        press(Qt::Key_0);
        QCOMPARE(shown.view.camera(), home);
    }

    void fitFillsThePane_data()
    {
        QTest::addColumn<bool>("orthographic");
        QTest::newRow("perspective") << false;
        QTest::newRow("orthographic") << true;
    }
    void fitFillsThePane()
    {
        QFETCH(bool, orthographic);
        Shown shown({800, 400});
        shown.view.setCloud(0, boxCloud(), {});
        QVERIFY(shown.isDrawn());
        shown.view.setOrthographic(orthographic);
        shown.drag({100, 100}, {220, 160});
        shown.view.fit();
        QRectF seen;
        const auto cloud = shown.view.cloud(0);
        for (std::size_t i = 0; i < cloud->size(); ++i) {
            const auto* p = &cloud->positions[3 * i];
            const auto place = shown.view.placeOf(0, {p[0], p[1], p[2]});
            QVERIFY(place);
            seen = seen.isNull() ? QRectF(*place, QSizeF(1e-9, 1e-9))
                                 : seen.united(QRectF(*place, QSizeF(1e-9, 1e-9)));
        }
        QVERIFY(QRectF(shown.view.rect()).contains(seen));
        QVERIFY(seen.width() > 0.85 * 800 || seen.height() > 0.85 * 400);
    }

    void theCameraTravelsAsJson()
    {
        Shown shown;
        shown.view.setCloud(0, boxCloud(), {});
        shown.drag({300, 300}, {377, 351});
        shown.view.setOrthographic(true);
        const auto camera = shown.view.camera();
        shown.view.setFocus();
        QTest::keyClick(&shown.view, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), shown.view.cameraJson());
        shown.view.resetCamera();
        QVERIFY(!(shown.view.camera() == camera));
        QTest::keyClick(&shown.view, Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(shown.view.camera(), camera);
        QGuiApplication::clipboard()->setText(QStringLiteral("Meet at five?"));
        QSignalSpy failed(&shown.view, &PointCloudView::failed);
        shown.view.pasteCamera();
        QCOMPARE(failed.size(), 1);
        QCOMPARE(shown.view.camera(), camera);
    }

    void foreignCamerasAreRefused_data()
    {
        QTest::addColumn<QString>("text");
        const auto good = QString::fromStdString(toJson(ViewCamera{}));
        const auto row = [&](const char* name, const char* from, const char* to) {
            QVERIFY(good.contains(QLatin1String(from)));
            QTest::newRow(name) << QString(good).replace(QLatin1String(from), QLatin1String(to));
        };
        QTest::newRow("empty") << QString();
        QTest::newRow("no JSON") << QStringLiteral("{\"elbo_camera\": 1,");
        QTest::newRow("an array") << QStringLiteral("[1, 2]");
        QTest::newRow("another object") << QStringLiteral("{\"target\": [0, 0, 1]}");
        QTest::newRow("long") << good + QString(10000, QLatin1Char(' '));
        QTest::newRow("deep") << QString(4000, QLatin1Char('['));
        row("newer", "\"elbo_camera\": 1", "\"elbo_camera\": 2");
        row("no target", "\"target\"", "\"tarmac\"");
        row("infinite distance", "\"distance\": 1.0", "\"distance\": 1e999");
        row("negative distance", "\"distance\": 1.0", "\"distance\": -1.0");
        row("no distance", "\"distance\": 1.0", "\"distance\": null");
        row("angle in words", "\"view_angle\": 45.0", "\"view_angle\": \"wide\"");
        row("flat angle", "\"view_angle\": 45.0", "\"view_angle\": 180");
        row("over the pole", "\"elevation\": 0.0", "\"elevation\": 91");
        row("projection", "perspective", "fisheye");
    }
    void foreignCamerasAreRefused()
    {
        QFETCH(QString, text);
        PointCloudView view;
        const auto before = view.camera();
        try {
            view.setCameraJson(text);
            QFAIL("it was taken");
        } catch (const Error& error) {
            QVERIFY(error.code() == ErrorCode::BadSetting);
            QVERIFY(QByteArray(error.what()).endsWith('.'));
        }
        QCOMPARE(view.camera(), before);
    }

    void escapeClearsThePicks()
    {
        Shown shown;
        shown.view.setCloud(0, boxCloud(), {});
        QVERIFY(shown.isDrawn());
        const auto* overlay = shown.view.findChild<PointCloudOverlay*>(QStringLiteral("point-cloud-overlay"));
        QSignalSpy cleared(&shown.view, &PointCloudView::picksCleared);
        shown.click(exactHit(300, 200));
        shown.click(exactHit(340, 260));
        QCOMPARE(overlay->marks().marks.size(), std::size_t{2});
        QCOMPARE(overlay->marks().measures.size(), std::size_t{1});
        QCOMPARE(overlay->marks().measures[0].text,
                 QStringLiteral("%1 m").arg(*shown.view.pickedDistance(), 0, 'f', 3));
        QVERIFY(
            overlay->marks().readOut.join(QLatin1Char(' ')).contains(QStringLiteral("Row 260, column 340")));
        QTest::keyClick(&shown.view, Qt::Key_Escape);
        QVERIFY(shown.view.picks().empty());
        QCOMPARE(cleared.size(), 1);
        QVERIFY(overlay->marks().marks.empty() && overlay->marks().readOut.isEmpty());
        // A third click begins anew, one beside all points changes nothing.
        for (const int column : {300, 320, 340}) {
            shown.click(exactHit(column, 200));
        }
        QCOMPARE(shown.view.picks().size(), std::size_t{1});
        shown.view.setCamera({{0, 0, 3}, 0, 0, 200, 45, false});
        QTest::mouseClick(&shown.view, Qt::LeftButton, {}, {5, 5});
        QCOMPARE(shown.view.picks().size(), std::size_t{1});
    }

    void theFrontIsPicked()
    {
        PointCloud cloud;  // a wall with a small plate before it
        for (int i = 0; i < 21 * 21; ++i) {
            const auto x = static_cast<float>(i % 21 - 10), y = static_cast<float>(i / 21 - 10);
            cloud.positions.insert(cloud.positions.end(), {x / 10, y / 10, 3});
            if (std::abs(x) <= 2 && std::abs(y) <= 2) {
                cloud.positions.insert(cloud.positions.end(), {x / 40, y / 40, 1.5F});
            }
        }
        Shown shown;
        shown.view.setCloud(0, std::make_shared<PointCloud>(cloud), {});
        QVERIFY(shown.isDrawn());
        shown.click({0, 0, 3});
        QCOMPARE(shown.view.picks().size(), std::size_t{1});
        QCOMPARE(shown.view.picks()[0].position[2], 1.5F);
        QCOMPARE(shown.view.picks()[0].row, -1);
        QVERIFY(!shown.view.picks()[0].color.isValid());
        shown.click({0.9, 0.9, 3});
        QCOMPARE(shown.view.picks()[1].position, (std::array<float, 3>{0.9F, 0.9F, 3.0F}));
    }

    void lengthsWithoutMetres()
    {
        Shown shown;
        auto cloud = boxCloud();
        cloud->metric = false;
        shown.view.setCloud(0, cloud, {});
        QVERIFY(shown.isDrawn());
        shown.click(faceCorner(-1, -1));
        shown.click(faceCorner(1, -1));
        const auto relative = *shown.view.pickedDistance();
        QVERIFY(shown.view.lengthText(relative).endsWith(QStringLiteral("relative")));
        shown.view.setRelativeScale(2.0);
        QCOMPARE(*shown.view.pickedDistance(), 2 * relative);
        QVERIFY(shown.view.lengthText(2 * relative).endsWith(QStringLiteral(" m")));
        QVERIFY_EXCEPTION_THROWN(shown.view.setRelativeScale(0.0), Error);
    }

    void theTourEndsAtAnyInput()
    {
        Shown shown;
        shown.view.setCloud(0, boxCloud(), {});
        QVERIFY(shown.isDrawn());
        const std::array<std::function<void()>, 3> inputs{
            [&] { QTest::keyClick(&shown.view, Qt::Key_Shift); },
            [&] { QTest::mousePress(&shown.view, Qt::RightButton, {}, {10, 10}); },
            [&] {
                QWheelEvent wheel({10, 10}, shown.view.mapToGlobal(QPoint(10, 10)), {}, {0, 120},
                                  Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
                QApplication::sendEvent(&shown.view, &wheel);
            }};
        for (const auto& input : inputs) {
            QSignalSpy ended(&shown.view, &PointCloudView::tourEnded);
            const auto before = shown.view.camera();
            shown.view.startTour();
            QTRY_VERIFY(!(shown.view.camera() == before));
            QVERIFY(shown.view.isTouring());
            input();
            QVERIFY(!shown.view.isTouring());
            QCOMPARE(ended.size(), 1);
        }
    }
};

QTEST_MAIN(PointCloudInputTest)
#include "tst_point_cloud_input.moc"
