// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/latent_scatter.h"

#include <QtGui/QWheelEvent>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <cmath>
#include <memory>

using elbo::LatentScatter;

namespace {

/// The corners of a square and its middle.
std::unique_ptr<LatentScatter> fivePoints()
{
    auto scatter = std::make_unique<LatentScatter>();
    scatter->resize(400, 300);
    scatter->setPoints({{-1, -1}, {1, -1}, {1, 1}, {-1, 1}, {0, 0}});
    scatter->show();
    return scatter;
}

QPoint placeOf(const LatentScatter& scatter, int point)
{
    return scatter.toWidget(scatter.points()[static_cast<std::size_t>(point)]).toPoint();
}

void wheel(LatentScatter& scatter, const QPointF& at, int turns)
{
    QWheelEvent event(at, scatter.mapToGlobal(at), {}, {0, 120 * turns}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&scatter, &event);
}

void drag(LatentScatter& scatter, const QList<QPoint>& way, Qt::KeyboardModifiers modifiers = {})
{
    QTest::mousePress(&scatter, Qt::LeftButton, modifiers, way.first());
    for (const auto& at : way.mid(1)) {
        QMouseEvent move(QEvent::MouseMove, at, scatter.mapToGlobal(at), Qt::NoButton, Qt::LeftButton,
                         modifiers);
        QCoreApplication::sendEvent(&scatter, &move);
    }
    QTest::mouseRelease(&scatter, Qt::LeftButton, modifiers, way.last());
}

}  // namespace

class LatentScatterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void yGrowsUpwardsAndAllIsSeen()
    {
        const auto scatter = fivePoints();
        for (int i = 0; i < 5; ++i) {
            QVERIFY(scatter->rect().contains(placeOf(*scatter, i)));
        }
        QVERIFY(placeOf(*scatter, 3).y() < placeOf(*scatter, 0).y());
        QVERIFY(placeOf(*scatter, 0).x() < placeOf(*scatter, 1).x());
        const auto back = scatter->toPlane(scatter->toWidget({0.3, -0.7}));
        QVERIFY(std::abs(back.x() - 0.3) < 1e-9 && std::abs(back.y() + 0.7) < 1e-9);
    }

    void pointsAreDrawnInTheirColours()
    {
        const auto scatter = fivePoints();
        scatter->setColors(std::vector<QRgb>(5, qRgb(255, 0, 0)));
        const auto picture = scatter->grab().toImage();
        const auto at = placeOf(*scatter, 4) * picture.devicePixelRatio();
        QCOMPARE(picture.pixel(at), qRgb(255, 0, 0));
        QVERIFY(picture.pixel(at + QPoint(20, 20)) != qRgb(255, 0, 0));
    }

    void theWheelZoomsAtThePointer()
    {
        const auto scatter = fivePoints();
        const auto corner = scatter->toWidget({1, 1});
        const auto before = scatter->view().width();
        wheel(*scatter, corner, 2);
        QVERIFY(scatter->view().width() < before);
        const auto after = scatter->toWidget({1, 1});
        QVERIFY((after - corner).manhattanLength() < 1e-6);
        wheel(*scatter, corner, -2);
        QVERIFY(std::abs(scatter->view().width() - before) < 1e-9);
    }

    void draggingMovesAndADoubleClickShowsAll()
    {
        const auto scatter = fivePoints();
        QSignalSpy clicked(scatter.get(), &LatentScatter::clicked);
        const auto whole = scatter->view();
        const auto middle = placeOf(*scatter, 4);
        drag(*scatter, {middle, middle + QPoint(30, 0), middle + QPoint(50, 20)});
        QVERIFY((placeOf(*scatter, 4) - (middle + QPoint(50, 20))).manhattanLength() <= 2);
        QVERIFY(clicked.isEmpty());  // a drag is no click
        QTest::mouseDClick(scatter.get(), Qt::LeftButton, {}, {10, 10});
        QCOMPARE(scatter->view(), whole);
    }

    void aClickTakesThePointUnderItOrThePlace()
    {
        const auto scatter = fivePoints();
        QSignalSpy clicked(scatter.get(), &LatentScatter::clicked);
        QSignalSpy place(scatter.get(), &LatentScatter::placeClicked);
        QTest::mouseClick(scatter.get(), Qt::LeftButton, {}, placeOf(*scatter, 2) + QPoint(2, 1));
        QCOMPARE(clicked.size(), 1);
        QCOMPARE(clicked.first().first().toInt(), 2);
        QTest::mouseClick(scatter.get(), Qt::LeftButton, {}, scatter->toWidget({0.5, 0.1}).toPoint());
        QCOMPARE(clicked.size(), 1);
        QCOMPARE(place.size(), 1);
        QVERIFY(std::abs(place.first().first().toPointF().x() - 0.5) < 0.02);
    }

    void hoveringTellsThePoint()
    {
        const auto scatter = fivePoints();
        QSignalSpy hovered(scatter.get(), &LatentScatter::hovered);
        QTest::mouseMove(scatter.get(), placeOf(*scatter, 1));
        QTRY_VERIFY(!hovered.isEmpty());
        QCOMPARE(hovered.last().first().toInt(), 1);
        QTest::mouseMove(scatter.get(), scatter->toWidget({0.5, 0.3}).toPoint());
        QTRY_COMPARE(hovered.last().first().toInt(), -1);
    }

    void aLassoSelectsWhatItSurrounds()
    {
        const auto scatter = fivePoints();
        QSignalSpy changed(scatter.get(), &LatentScatter::selectionChanged);
        const auto view = scatter->view();
        const auto around = [&](double x, double y) { return scatter->toWidget({x, y}).toPoint(); };
        // The two right corners, not the middle.
        drag(*scatter, {around(0.5, 1.05), around(1.05, 1.05), around(1.05, -1.05), around(0.5, -1.05)},
             Qt::ShiftModifier);
        QVERIFY(scatter->selection() == std::vector<int>({1, 2}));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(scatter->view(), view);
        QTest::keyClick(scatter.get(), Qt::Key_Escape);
        QVERIFY(scatter->selection().empty());
        scatter->setLasso(true);  // without Shift
        drag(*scatter, {around(-0.5, -0.5), around(0.5, -0.5), around(0.5, 0.5), around(-0.5, 0.5)});
        QVERIFY(scatter->selection() == std::vector<int>{4});
        scatter->setPoints({{0, 0}, {1, 1}});
        QVERIFY(scatter->selection().empty());
    }

    // A point on the edge of the lasso's picture counts as the even-odd rule of the polygon says.
    void theLassoAgreesWithThePolygon()
    {
        LatentScatter scatter;
        scatter.resize(500, 400);
        std::vector<QPointF> points;
        for (int i = 0; i < 2000; ++i) {
            points.emplace_back(std::sin(i * 12.9898) * 3, std::cos(i * 78.233) * 2);
        }
        scatter.setPoints(points);
        QPolygonF star;
        for (int i = 0; i < 10; ++i) {
            const auto radius = i % 2 == 0 ? 180.0 : 70.0;
            star << QPointF(250 + radius * std::cos(i * M_PI / 5), 200 + radius * std::sin(i * M_PI / 5));
        }
        const auto found = scatter.within(star);
        int wrong = 0;
        for (int i = 0; i < 2000; ++i) {
            const bool inside =
                star.containsPoint(scatter.toWidget(points[static_cast<std::size_t>(i)]), Qt::OddEvenFill);
            wrong += inside != std::binary_search(found.begin(), found.end(), i) ? 1 : 0;
        }
        QVERIFY2(wrong <= 20, qPrintable(QString::number(wrong)));  // those within a pixel of an edge
        QVERIFY(found.size() > 100);
    }

    void withoutPointsItSaysWhy()
    {
        LatentScatter scatter;
        scatter.resize(300, 200);
        scatter.setEmptyText(QStringLiteral("nothing here"));
        scatter.show();
        QTest::mouseClick(&scatter, Qt::LeftButton, {}, {50, 50});
        QCOMPARE(scatter.pointAt({50, 50}), -1);
        QVERIFY(!scatter.grab().isNull());
    }
};

QTEST_MAIN(LatentScatterTest)
#include "tst_latent_scatter.moc"
