// SPDX-License-Identifier: GPL-3.0-or-later
// A platform without OpenGL (Qt's offscreen): a sentence in place of the clouds, and nothing else missing.
#include "core/base/error.h"
#include "tests/widgets/test_box_scene.h"
#include "widgets/point_cloud_view.h"
#include "widgets/resources.h"

#include <QtTest/QtTest>
#include <QtWidgets/QLabel>

using namespace elbo;

class PointCloudMessageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        loadResources();
        QTest::failOnWarning(QRegularExpression(QStringLiteral("OpenGL")));
    }

    void aSentenceStandsThere()
    {
        PointCloudView view;
        view.resize(640, 480);
        view.setCloud(0, tests::boxCloud(), QStringLiteral("Input"));
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        QVERIFY(!view.canDraw());
        const auto* page = view.findChild<QWidget*>(QStringLiteral("point-cloud-message"));
        QVERIFY(page && page->isVisible());
        QVERIFY(page->findChild<QLabel*>(QStringLiteral("empty-sentence"))
                    ->text()
                    .contains(QStringLiteral("OpenGL")));
        QVERIFY(!view.findChild<QWidget*>(QStringLiteral("point-cloud-canvas")));
    }

    void theRestWorks()
    {
        PointCloudView view;
        view.resize(640, 480);
        view.setCloud(0, tests::boxCloud(), QStringLiteral("Input"));
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        const auto place = view.placeOf(0, tests::exactHit(320, 240));
        QVERIFY(place);
        QTest::mouseClick(&view, Qt::LeftButton, {}, place->toPoint());
        QCOMPARE(view.picks().size(), std::size_t{1});
        view.setCameraJson(view.cameraJson());
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(view.picture()), Error);
    }
};

QTEST_MAIN(PointCloudMessageTest)
#include "tst_point_cloud_message.moc"
