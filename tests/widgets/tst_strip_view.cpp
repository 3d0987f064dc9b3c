// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/test_pictures.h"
#include "widgets/epoch_slider.h"
#include "widgets/epoch_track.h"
#include "widgets/resources.h"
#include "widgets/strip_view.h"
#include "widgets/theme.h"

#include <QtGui/QContextMenuEvent>
#include <QtTest/QtTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QToolButton>

#include <algorithm>
#include <cmath>
#include <set>

using namespace elbo;

namespace {

KeptStrip madeStrip(int count, bool depth, int channels, int side)
{
    KeptStrip strip;
    strip.epoch = 7;
    strip.metric = depth;
    for (int i = 0; i < count; ++i) {
        strip.names.push_back("image-" + std::to_string(i));
        strip.truthColor.push_back(tests::madeColor(i, side, side, channels));
        strip.color.push_back(tests::madeColor(i + 1, side, side, channels));
        if (depth) {
            strip.truthDepth.push_back(tests::madeDepth(i, side, side));
            strip.depth.push_back(tests::madeDepth(i + 1, side, side));
        }
    }
    return strip;
}

}  // namespace

class StripViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { loadResources(); }

    // A depth network makes no colours: below those of the truth stands how wrong its depth is.
    void ofADepthNetworkTheErrorIsShown()
    {
        auto made = madeStrip(3, true, 3, 16);
        made.color.clear();
        made.depth = made.truthDepth;
        for (auto& value : made.depth[1].values)
            value += 0.5F;
        StripView strip;
        strip.resize(900, 300);
        strip.setStrip(made);
        QVERIFY(strip.errorScale().has_value());
        QVERIFY(std::abs(*strip.errorScale() - 0.5F) < 1e-5F);
        const auto shade = [&](int column) {
            return strip.picture({.row = 1, .column = column, .depth = false}).pixelColor(8, 8).lightness();
        };
        QVERIFY(shade(1) > 200 && shade(0) < 10 && shade(2) < 10);
        QVERIFY(strip.nameOf({.row = 1, .column = 1, .depth = false}).contains(QStringLiteral("error")));
        QVERIFY(strip.nameOf({.row = 1, .column = 1, .depth = true}).contains(QStringLiteral("estimate")));
        strip.setStrip(madeStrip(3, true, 3, 16));
        QVERIFY(!strip.errorScale().has_value());
    }

    void sizes_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::addColumn<bool>("depth");
        QTest::addColumn<int>("columns");
        QTest::newRow("wide") << 1800 << 400 << true << 8;
        QTest::newRow("main area at 1280") << 840 << 200 << true << 8;
        QTest::newRow("narrow shows fewer") << 500 << 200 << true << 4;
        QTest::newRow("without depth") << 840 << 300 << false << 8;
        QTest::newRow("low") << 1800 << 60 << true << 8;
    }
    void sizes()
    {
        QFETCH(int, width);
        QFETCH(int, height);
        QFETCH(bool, depth);
        QFETCH(int, columns);
        StripView strip;
        strip.resize(width, height);
        strip.setStrip(madeStrip(8, depth, 3, 128));
        QCOMPARE(strip.columnCount(), columns);
        QVERIFY(strip.pictureSide() >= theme::kPictureMinimum);
        QCOMPARE(strip.hasDepth(), depth);
        for (int column = 0; column < columns; ++column) {
            const auto truth = strip.pictureRect(0, column, depth);
            const auto reconstruction = strip.pictureRect(1, column, depth);
            QCOMPARE(reconstruction.left(), truth.left());
            QVERIFY(reconstruction.top() > truth.bottom());
            QVERIFY2(truth.right() < width, qPrintable(QString::number(truth.right())));
            QCOMPARE(truth.width(), truth.height());
        }
        if (depth) {
            // A gap that is wider than between columns.
            const auto gap =
                strip.pictureRect(0, 0, true).left() - strip.pictureRect(0, columns - 1, false).right();
            QVERIFY(gap > strip.pictureRect(0, 1, false).left() - strip.pictureRect(0, 0, false).right());
        }
    }

    void picturesUseTheWidth()
    {
        StripView strip;
        strip.resize(1200, 600);
        strip.setStrip(madeStrip(8, true, 3, 128));
        QVERIFY(strip.pictureRect(0, 7, true).right() > 1200 - 17);
        strip.setStrip(madeStrip(3, true, 3, 128));
        QCOMPARE(strip.columnCount(), 3);
        QVERIFY(strip.pictureSide() > 150);
    }

    void greySetsWork()
    {
        StripView strip;
        strip.resize(900, 220);
        strip.setStrip(madeStrip(8, false, 1, 28));
        QVERIFY(!strip.hasDepth());
        const auto sheet = strip.sheet();
        QCOMPARE(sheet.height(), 2 * 28 + 2);
        const auto image = strip.grab().toImage();
        const auto color = image.pixelColor(strip.pictureRect(0, 0, false).center());
        QCOMPARE(color.red(), color.blue());
    }

    void emptyAgain()
    {
        StripView strip;
        strip.setStrip(madeStrip(8, true, 3, 32));
        QCOMPARE(strip.epoch(), std::int64_t{7});
        strip.clear();
        QVERIFY(strip.empty());
        QVERIFY(strip.sheet().isNull());
    }

    void aClickNamesTheColumn()
    {
        StripView strip;
        strip.resize(1200, 300);
        strip.setStrip(madeStrip(8, true, 3, 32));
        QSignalSpy spy(&strip, &StripView::activated);
        QTest::mouseClick(&strip, Qt::LeftButton, {}, strip.pictureRect(1, 5, true).center());
        QCOMPARE(spy.first().first().toInt(), 5);
    }

    void metresHaveOneScaleForTheStrip()
    {
        StripView strip;
        strip.resize(1200, 300);
        auto made = madeStrip(4, true, 3, 32);
        strip.setStrip(made);
        const auto scale = strip.depthScale();
        QVERIFY(scale.has_value());
        auto low = made.truthDepth[0].values[0];
        auto high = low;
        for (const auto& truth : made.truthDepth) {
            const auto [least, most] = std::minmax_element(truth.values.begin(), truth.values.end());
            low = std::min(low, *least);
            high = std::max(high, *most);
        }
        QCOMPARE(scale->first, double(low));
        QCOMPARE(scale->second, double(high));
        // The same metres have the same colour in every column.
        made.truthDepth[1].values.front() = made.truthDepth[0].values.back();
        strip.setStrip(made);
        QCOMPARE(strip.picture({0, 1, true}).pixelColor(0, 0),
                 strip.picture({0, 0, true}).pixelColor(31, 31));
        // Below the pictures stands the colour map.
        const auto image = strip.grab().toImage();
        const auto first = strip.pictureRect(1, 0, true);
        std::set<QRgb> seen;
        for (int x = first.left(); x < image.width(); ++x) {
            seen.insert(image.pixel(x, first.bottom() + 9));
        }
        QVERIFY2(seen.size() > 50, qPrintable(QString::number(seen.size())));
        made.metric = false;
        strip.setStrip(made);
        QVERIFY(!strip.depthScale().has_value());
    }

    void theKeyboardReachesEveryColumn()
    {
        StripView strip;
        strip.resize(1200, 300);
        strip.setStrip(madeStrip(8, true, 3, 32));
        strip.show();
        QVERIFY(QTest::qWaitForWindowExposed(&strip));
        QCOMPARE(strip.focusPolicy(), Qt::StrongFocus);
        QSignalSpy activated(&strip, &StripView::activated);
        QTest::keyClick(&strip, Qt::Key_Right);
        QTest::keyClick(&strip, Qt::Key_Right);
        QTest::keyClick(&strip, Qt::Key_Return);
        QCOMPARE(activated.first().first().toInt(), 2);
        QTest::keyClick(&strip, Qt::Key_End);
        QCOMPARE(strip.currentColumn(), 7);
        // The menu key opens the menu of that column, beside its picture.
        StripView::Spot spot;
        QStringList entries;
        connect(&strip, &StripView::menuWanted, this, [&](const StripView::Spot& wanted, QMenu* menu) {
            spot = wanted;
            for (const auto* action : menu->actions()) {
                entries << action->text();
            }
            QMetaObject::invokeMethod(menu, &QMenu::close, Qt::QueuedConnection);
        });
        QContextMenuEvent event(QContextMenuEvent::Keyboard, strip.rect().center(),
                                strip.mapToGlobal(strip.rect().center()));
        QApplication::sendEvent(&strip, &event);
        QCOMPARE(spot.column, 7);
        QCOMPARE(entries.count(QStringLiteral("Copy picture")), 1);
        QCOMPARE(entries.filter(QStringLiteral("strip")).size(), 1);
        QCOMPARE(strip.nameOf(spot), QStringLiteral("image-7, reconstruction"));
    }

    // The slider over the epochs.
    void theSliderFollowsTheNewest()
    {
        EpochSlider slider;
        QSignalSpy spy(&slider, &EpochSlider::epochChanged);
        slider.addEpoch(1);
        slider.addEpoch(2);
        slider.addEpoch(5);
        QCOMPARE(slider.currentEpoch(), std::optional<std::int64_t>(5));
        QCOMPARE(spy.size(), 3);
        QVERIFY(slider.follows());
    }

    void theSliderStaysWhereTheUserPutIt()
    {
        EpochSlider slider;
        slider.setEpochs({1, 2, 5});
        slider.setCurrentEpoch(2);
        QVERIFY(!slider.follows());
        slider.addEpoch(10);
        QCOMPARE(slider.currentEpoch(), std::optional<std::int64_t>(2));
        slider.setCurrentEpoch(9);
        QCOMPARE(slider.currentEpoch(), std::optional<std::int64_t>(10));
        QVERIFY(slider.follows());
        slider.addEpoch(15);
        QCOMPARE(slider.currentEpoch(), std::optional<std::int64_t>(15));
    }

    void theSliderRestsOnMarks()
    {
        EpochSlider slider;
        slider.resize(600, 30);
        slider.setEpochs({1, 2, 50, 100});
        slider.setPlannedEpochs(200);
        slider.setBest(50);
        slider.show();
        QVERIFY(QTest::qWaitForWindowExposed(&slider));
        auto* track = slider.findChild<EpochTrack*>(QStringLiteral("epoch-track"));
        QSignalSpy spy(&slider, &EpochSlider::epochChanged);
        QTest::mouseClick(track, Qt::LeftButton, {}, QPoint(static_cast<int>(track->position(50)) + 6, 10));
        QCOMPARE(slider.currentEpoch(), std::optional<std::int64_t>(50));
        QCOMPARE(spy.size(), 1);
        QTest::keyClick(track, Qt::Key_Left);
        QCOMPARE(slider.currentEpoch(), std::optional<std::int64_t>(2));
        QTest::keyClick(track, Qt::Key_End);
        QCOMPARE(slider.currentEpoch(), std::optional<std::int64_t>(100));
        QTest::keyClick(track, Qt::Key_B);
        QCOMPARE(slider.currentEpoch(), std::optional<std::int64_t>(50));
        QCOMPARE(slider.findChild<QLabel*>(QStringLiteral("epoch-label"))->text(),
                 QStringLiteral("epoch 50"));
        // The planned end, not the newest mark, is at the right.
        QVERIFY(track->position(100) < track->width() * 0.6);
    }

    void theBestHasAMarkOfItsColour()
    {
        EpochTrack track;
        track.resize(400, 24);
        track.setEpochs({1, 40, 80});
        const auto greens = [&track] {
            const auto image = track.grab().toImage();
            int count = 0;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x) {
                    count += image.pixelColor(x, y) == theme::bestMarker(track.palette()) ? 1 : 0;
                }
            }
            return count;
        };
        QCOMPARE(greens(), 0);
        track.setBest(40, false);
        QVERIFY(greens() > 5);
    }

    void playingGoesThroughAllAndStops()
    {
        EpochSlider slider;
        slider.setEpochs({1, 2, 3});
        slider.setPlayInterval(1);
        QSignalSpy spy(&slider, &EpochSlider::epochChanged);
        slider.findChild<QToolButton*>(QStringLiteral("epoch-play"))->click();
        QVERIFY(slider.isPlaying());
        QTRY_VERIFY(!slider.isPlaying());
        QCOMPARE(spy.size(), 3);
        QCOMPARE(spy.last().first().toLongLong(), 3);
        QVERIFY(slider.follows());
    }

    void withoutEpochsThereIsNothingToPlay()
    {
        EpochSlider slider;
        slider.setEpochs({});
        QVERIFY(!slider.findChild<QToolButton*>(QStringLiteral("epoch-play"))->isEnabled());
        QVERIFY(!slider.currentEpoch().has_value());
        slider.setPlaying(true);
        QVERIFY(!slider.isPlaying());
    }
};

QTEST_MAIN(StripViewTest)
#include "tst_strip_view.moc"
