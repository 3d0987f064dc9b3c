// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/geometry/intrinsics.h"

#include <QtTest/QtTest>

#include <cmath>
#include <functional>
#include <limits>

class IntrinsicsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void presetsAreOfTheirOwnImage()
    {
        const auto nyu = elbo::intrinsicsPreset("NYU Depth V2");
        QCOMPARE(nyu.fx, 518.8579);
        QCOMPARE(nyu.cy, 253.74);
        QCOMPARE(nyu.width, 640);
        for (const auto& preset : elbo::intrinsicsPresets()) {
            elbo::check(preset);
            QVERIFY(!preset.guessed);
        }
        try {
            (void)elbo::intrinsicsPreset("NYU Depth V3");
            QFAIL("no such camera");
        } catch (const elbo::Error& error) {
            QVERIFY(QString::fromUtf8(error.what()).contains(QStringLiteral("nearest: NYU Depth V2")));
        }
    }

    void angleOfViewAndFocalLengthMeetTheirDefinitions()
    {
        // 90 degrees: half the width away at the distance of half the width.
        const auto wide = elbo::intrinsicsOfView(90, 640, 480);
        QVERIFY(std::abs(wide.fx - 320) < 1e-9);
        QCOMPARE(wide.cx, 319.5);
        QCOMPARE(wide.cy, 239.5);
        // On film of 36 x 24 itself pixels are millimetres.
        const auto film = elbo::intrinsicsOfFocalLength35(50, 3600, 2400);
        QVERIFY(std::abs(film.fx - 5000) < 1e-9);
        QVERIFY(elbo::guessedIntrinsics(640, 480).guessed);
    }

    void raysStayWhereTheyAreAfterResizingAndCropping()
    {
        const auto camera = elbo::intrinsicsPreset("NYU Depth V2");
        const auto small = elbo::resized(camera, 128, 96);
        // The middle of a block of 5 x 5 pixels is the middle of the small pixel.
        const auto ray = [](const elbo::Intrinsics& of, double u) { return (u - of.cx) / of.fx; };
        QVERIFY(std::abs(ray(camera, 5 * 7 + 2) - ray(small, 7)) < 1e-12);
        QCOMPARE(elbo::resized(small, 640, 480).width, 640);
        QVERIFY(std::abs(elbo::resized(small, 640, 480).cx - camera.cx) < 1e-9);
        const auto part = elbo::cropped(camera, 41, 45, 560, 426);
        QVERIFY(std::abs(ray(camera, 100) - ray(part, 59)) < 1e-12);
        const auto padded = elbo::cropped(camera, 0, -80, 640, 640);
        QVERIFY(std::abs(padded.cy - (camera.cy + 80)) < 1e-12);
    }

    void impossibleOnesAreRefused_data()
    {
        QTest::addColumn<elbo::Intrinsics>("camera");
        const double nan = std::numeric_limits<double>::quiet_NaN();
        QTest::newRow("zero") << elbo::Intrinsics{0, 0, 0, 0, 640, 480, false, {}};
        QTest::newRow("negative") << elbo::Intrinsics{500, -500, 320, 240, 640, 480, false, {}};
        QTest::newRow("no number") << elbo::Intrinsics{nan, 500, 320, 240, 640, 480, false, {}};
        QTest::newRow("centre") << elbo::Intrinsics{500, 500, 320, nan, 640, 480, false, {}};
        QTest::newRow("far centre") << elbo::Intrinsics{500, 500, 3000, 240, 640, 480, false, {}};
        QTest::newRow("no image") << elbo::Intrinsics{500, 500, 0, 0, 0, 480, false, {}};
    }
    void impossibleOnesAreRefused()
    {
        QFETCH(elbo::Intrinsics, camera);
        QVERIFY_EXCEPTION_THROWN(elbo::check(camera), elbo::Error);
    }

    void impossibleViewsAreRefused()
    {
        QVERIFY_EXCEPTION_THROWN((void)elbo::intrinsicsOfView(0, 640, 480), elbo::Error);
        QVERIFY_EXCEPTION_THROWN((void)elbo::intrinsicsOfView(180, 640, 480), elbo::Error);
        QVERIFY_EXCEPTION_THROWN((void)elbo::intrinsicsOfFocalLength35(-1, 640, 480), elbo::Error);
    }
};

QTEST_APPLESS_MAIN(IntrinsicsTest)
#include "tst_intrinsics.moc"
