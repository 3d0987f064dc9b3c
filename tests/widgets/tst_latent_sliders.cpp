// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/test_pictures.h"
#include "widgets/latent_sliders.h"
#include "widgets/picture_strip.h"
#include "widgets/resources.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>
#include <QtWidgets/QDoubleSpinBox>
#include <QtWidgets/QSlider>
#include <QtWidgets/QToolButton>

#include <cmath>

using namespace elbo;

namespace {

std::vector<LatentAxis> axes(int count, int collapsed)
{
    std::vector<LatentAxis> made;
    for (int i = 0; i < count; ++i) {
        LatentAxis axis;
        axis.name = QStringLiteral("z%1").arg(i);
        axis.share = 1.0 / (i + 1);
        axis.collapsed = i >= count - collapsed;
        made.push_back(axis);
    }
    return made;
}

template <class Widget>
Widget* named(LatentSliders& sliders, const char* name, int axis)
{
    return sliders.findChild<Widget*>(QStringLiteral("%1-%2").arg(QString::fromLatin1(name)).arg(axis));
}

}  // namespace

/// Sliders of a code, and the strip of a way.
class LatentSlidersTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { loadResources(); }

    void manyAreShownByAndByAndCollapsedOnesLast()
    {
        LatentSliders sliders;
        sliders.setAxes(axes(100, 30));
        QCOMPARE(sliders.shownCount(), 16);
        auto* more = sliders.findChild<QToolButton*>(QStringLiteral("moreAxes"));
        more->click();
        QCOMPARE(sliders.shownCount(), 64);
        more->click();
        QCOMPARE(sliders.shownCount(), 70);  // all that tell something
        QVERIFY(more->text().contains(QStringLiteral("30")));
        more->click();
        QCOMPARE(sliders.shownCount(), 100);
        QVERIFY(more->isHidden());
        sliders.setAxes(axes(3, 0));
        QCOMPARE(sliders.shownCount(), 3);
    }

    void allCollapsedStillShowsOne()
    {
        LatentSliders sliders;
        sliders.setAxes(axes(5, 5));
        QCOMPARE(sliders.shownCount(), 1);
    }

    void valuesThatAreSetAreShownAndNotEmitted()
    {
        LatentSliders sliders;
        sliders.setAxes(axes(4, 0));
        QSignalSpy changed(&sliders, &LatentSliders::valueChanged);
        QSignalSpy begun(&sliders, &LatentSliders::editBegun);
        sliders.setValues({1.5, -3, 9, 0});
        QCOMPARE(named<QSlider>(sliders, "axisSlider", 0)->value(), 500);
        QCOMPARE(named<QSlider>(sliders, "axisSlider", 1)->value(), -1000);
        QCOMPARE(named<QSlider>(sliders, "axisSlider", 2)->value(), 1000);  // beyond its end
        QCOMPARE(named<QDoubleSpinBox>(sliders, "axisNumber", 2)->value(), 9.0);
        sliders.setRange(6);
        QCOMPARE(named<QSlider>(sliders, "axisSlider", 0)->value(), 250);
        QCOMPARE(changed.count() + begun.count(), 0);
    }

    void aDragBeginsOnceAndAKeyEachTime()
    {
        LatentSliders sliders;
        sliders.setAxes(axes(2, 0));
        QSignalSpy changed(&sliders, &LatentSliders::valueChanged);
        QSignalSpy begun(&sliders, &LatentSliders::editBegun);
        auto* slider = named<QSlider>(sliders, "axisSlider", 1);
        slider->setSliderDown(true);
        slider->setValue(100);
        slider->setValue(200);
        slider->setSliderDown(false);
        QCOMPARE(begun.count(), 1);
        QCOMPARE(changed.count(), 2);
        QCOMPARE(changed.last().at(0).toInt(), 1);
        QVERIFY(std::abs(changed.last().at(1).toDouble() - 0.6) < 1e-9);
        QTest::keyClick(slider, Qt::Key_Right);
        QTest::keyClick(slider, Qt::Key_Right);
        QCOMPARE(begun.count(), 3);
        named<QDoubleSpinBox>(sliders, "axisNumber", 0)->setValue(0.5);
        QCOMPARE(begun.count(), 4);
        QCOMPARE(named<QSlider>(sliders, "axisSlider", 0)->value(), 167);
        QSignalSpy reset(&sliders, &LatentSliders::resetWanted);
        named<QToolButton>(sliders, "axisReset", 0)->click();
        QCOMPARE(reset.last().at(0).toInt(), 0);
    }

    void theStripGivesThePlace()
    {
        PictureStrip strip;
        strip.resize(700, 160);
        std::vector<Image8> colors;
        std::vector<ImageF> depths;
        for (int i = 0; i < 5; ++i) {
            colors.push_back(tests::madeColor(i, 16, 16, 3));
            depths.push_back(tests::madeDepth(i, 16, 16));
        }
        strip.setPictures(colors, depths, QStringLiteral("turbo"));
        QCOMPARE(strip.count(), 5);
        QCOMPARE(strip.sheet().size(), QSize(5 * 18 - 2, 2 * 18 - 2));
        QSignalSpy chosen(&strip, &PictureStrip::placeChosen);
        QTest::mouseClick(&strip, Qt::LeftButton, {}, strip.pictureRect(0, false).center());
        QCOMPARE(chosen.last().at(0).toDouble(), 0.0);
        QTest::mouseClick(&strip, Qt::LeftButton, {}, strip.pictureRect(4, true).center());
        QCOMPARE(chosen.last().at(0).toDouble(), 1.0);
        QTest::mouseClick(&strip, Qt::LeftButton, {}, strip.pictureRect(2, true).center());
        QVERIFY(std::abs(chosen.last().at(0).toDouble() - 0.5) < 0.01);
        QTest::keyClick(&strip, Qt::Key_Right);
        QVERIFY(std::abs(strip.place() - 0.51) < 0.01);
        for (int i = 0; i < 5; ++i) {
            QVERIFY(strip.rect().contains(strip.pictureRect(i, true)));
        }
        strip.setPictures({}, {}, QStringLiteral("turbo"));
        QVERIFY(strip.sheet().isNull());
        QTest::mouseClick(&strip, Qt::LeftButton);
        QCOMPARE(chosen.count(), 4);
    }
};

QTEST_MAIN(LatentSlidersTest)
#include "tst_latent_sliders.moc"
