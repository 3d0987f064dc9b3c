// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/test_pictures.h"
#include "widgets/custom_plot.h"
#include "widgets/plot_panel.h"
#include "widgets/resources.h"
#include "widgets/theme.h"

#include <QtGui/QWheelEvent>
#include <QtTest/QtTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QTabBar>
#include <QtWidgets/QToolButton>

#include <cmath>
#include <limits>
#include <memory>

using namespace elbo;

class PlotPanelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { loadResources(); }

    void init()
    {
        m_grid = std::make_unique<PlotGrid>();
        m_grid->resize(900, 640);
        const auto nats = QStringLiteral("nats per image");
        m_grid->setTerms(
            {{QStringLiteral("elbo"), QStringLiteral("ELBO"), nats, true},
             {QStringLiteral("log_likelihood"), QStringLiteral("Log-likelihood"), nats, true},
             {QStringLiteral("kl"), QStringLiteral("KL"), nats, false},
             {QStringLiteral("mse"), QStringLiteral("MSE"), QStringLiteral("sum of squares"), false}});
        m_grid->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_grid.get()));
    }
    void cleanup() { m_grid.reset(); }

    void titlesSayUnitAndDirection()
    {
        QCOMPARE(plot("elbo")->fullTitle(), QStringLiteral("ELBO, nats per image, higher is better"));
        QCOMPARE(plot("mse")->fullTitle(), QStringLiteral("MSE, sum of squares, lower is better"));
    }

    void recordsReachTheirPlots()
    {
        m_grid->appendHistory(tests::madeHistory(3, 5));
        QCOMPARE(m_grid->plotCount(), 4);
        for (int i = 0; i < 4; ++i) {
            QCOMPARE(m_grid->plot(i)->train().size(), std::size_t{15});
            QCOMPARE(m_grid->plot(i)->test().size(), std::size_t{3});
        }
        QCOMPARE(plot("mse")->train().point(4).x, 1.0);
        QCOMPARE(m_grid->bestEpoch(), std::optional<std::int64_t>(3));
    }

    void runsWithoutStepLinesShowTheMeansOfTheirEpochs()
    {
        m_grid->appendHistory(tests::madeHistory(4, 0));
        QCOMPARE(plot("kl")->train().size(), std::size_t{4});
    }

    void manyAppendsDrawAtTheTicksOnly()
    {
        int drawn = 0;
        connect(plot("elbo")->canvas(), &QCustomPlot::afterReplot, this, [&drawn] { ++drawn; });
        const auto history = tests::madeHistory(20, 50);
        m_grid->flush();
        drawn = 0;
        m_grid->appendHistory(history);
        QCOMPARE(drawn, 0);
        QTRY_COMPARE(drawn, 1);
    }

    void theWholeRunIsFollowed()
    {
        m_grid->appendHistory(tests::madeHistory(10, 4));
        m_grid->flush();
        auto range = plot("elbo")->xRange();
        QCOMPARE(range.first, 0.0);
        QVERIFY(range.second >= 10.0 && range.second < 10.5);
        m_grid->appendStep(step(20.0));
        m_grid->flush();
        QVERIFY(plot("elbo")->xRange().second >= 20.0);
    }

    void zoomStaysWhilePointsArrive()
    {
        m_grid->appendHistory(tests::madeHistory(10, 4));
        m_grid->flush();
        wheel(plot("elbo"), 0.3, 3, Qt::NoModifier);
        m_grid->flush();
        const auto zoomed = plot("elbo")->xRange();
        QVERIFY(zoomed.second < 10.0);
        QVERIFY(!m_grid->follows());
        m_grid->appendStep(step(11.0));
        m_grid->flush();
        // All four share the axis.
        for (int i = 0; i < 4; ++i) {
            QCOMPARE(m_grid->plot(i)->xRange(), zoomed);
        }
        auto* reset = m_grid->findChild<QToolButton*>(QStringLiteral("plots-reset"));
        QVERIFY(reset->isVisible());
        reset->click();
        m_grid->flush();
        QVERIFY(m_grid->follows());
        QVERIFY(plot("kl")->xRange().second >= 11.0);
        QVERIFY(!reset->isVisible());
    }

    void theRightEdgeIsFollowedWithItsWidth()
    {
        m_grid->appendHistory(tests::madeHistory(10, 4));
        m_grid->flush();
        wheel(plot("elbo"), 1.0, 3, Qt::NoModifier);
        m_grid->flush();
        QVERIFY(m_grid->follows());
        const auto before = plot("elbo")->xRange();
        QVERIFY(before.first > 1.0);
        m_grid->appendStep(step(30.0));
        m_grid->flush();
        const auto after = plot("elbo")->xRange();
        QVERIFY(after.second >= 30.0);
        QVERIFY(std::abs((after.second - after.first) - (before.second - before.first)) < 1e-9);
    }

    void shiftWheelZoomsTheValuesOfOnePlot()
    {
        m_grid->appendHistory(tests::madeHistory(10, 4));
        m_grid->flush();
        const auto before = plot("elbo")->yRange();
        wheel(plot("elbo"), 0.5, 2, Qt::ShiftModifier);
        m_grid->flush();
        const auto after = plot("elbo")->yRange();
        QVERIFY(after.second - after.first < before.second - before.first);
        QVERIFY(!plot("elbo")->fitsY());
        QVERIFY(plot("mse")->fitsY());
        // Points that arrive leave it alone.
        m_grid->appendStep(step(11.0));
        m_grid->flush();
        QCOMPARE(plot("elbo")->yRange(), after);
        // A double click on the numbers at the left fits it again.
        const auto rect = plot("elbo")->curveRect();
        QTest::mouseDClick(plot("elbo")->canvas(), Qt::LeftButton, {},
                           QPoint(rect.left() - 5, rect.center().y()));
        QVERIFY(plot("elbo")->fitsY());
    }

    void draggingMovesTheEpochs()
    {
        m_grid->appendHistory(tests::madeHistory(10, 4));
        m_grid->flush();
        wheel(plot("elbo"), 0.3, 4, Qt::NoModifier);
        m_grid->flush();
        const auto before = plot("elbo")->xRange();
        const auto rect = plot("elbo")->curveRect();
        auto* canvas = plot("elbo")->canvas();
        QTest::mousePress(canvas, Qt::LeftButton, {}, rect.center());
        QTest::mouseMove(canvas, rect.center() + QPoint(rect.width() / 10, 0));
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, rect.center() + QPoint(rect.width() / 10, 0));
        m_grid->flush();
        const auto after = plot("elbo")->xRange();
        const auto width = before.second - before.first;
        QVERIFY(std::abs((before.first - after.first) - width / 10.0) < width / 50.0);
        QVERIFY(plot("elbo")->fitsY());
    }

    void escapeEndsADragWhereItBegan()
    {
        m_grid->appendHistory(tests::madeHistory(10, 4));
        m_grid->flush();
        wheel(plot("elbo"), 0.3, 4, Qt::NoModifier);
        m_grid->flush();
        const auto x = plot("elbo")->xRange();
        const auto y = plot("elbo")->yRange();
        const auto rect = plot("elbo")->curveRect();
        auto* canvas = plot("elbo")->canvas();
        const auto away = rect.center() + QPoint(rect.width() / 10, rect.height() / 4);
        QTest::mousePress(canvas, Qt::LeftButton, Qt::ShiftModifier, rect.center());
        QTest::mouseMove(canvas, away);
        QVERIFY(plot("elbo")->xRange() != x);
        QVERIFY(plot("elbo")->yRange() != y);
        QTest::keyClick(m_grid.get(), Qt::Key_Escape);
        m_grid->flush();
        QCOMPARE(plot("elbo")->xRange(), x);
        QCOMPARE(plot("elbo")->yRange(), y);
        QVERIFY(plot("elbo")->fitsY());
        // The button is still down: nothing more moves.
        QTest::mouseMove(canvas, rect.center());
        QCOMPARE(plot("elbo")->xRange(), x);
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, rect.center());
    }

    void aLoneTrainingValueIsSeen()
    {
        m_grid->appendStep(step(1.0));
        m_grid->flush();
        plot("elbo")->canvas()->replot();
        const auto image = plot("elbo")->canvas()->toPixmap().toImage();
        const auto rect = plot("elbo")->curveRect();
        const auto x = static_cast<int>(plot("elbo")->canvas()->xAxis->coordToPixel(1.0));
        const auto y = static_cast<int>(plot("elbo")->canvas()->yAxis->coordToPixel(-2.0));
        QVERIFY(rect.contains(x, y));
        QCOMPARE(image.pixelColor(x, y), theme::trainCurve(plot("elbo")->palette()));
    }

    void theTestValuesOfTheFirstEpochsAreInRange()
    {
        // KL rises from nearly nothing: what the first epochs reached is no outlier.
        const double test[] = {20.0, 180.0, 240.0, 260.0, 270.0, 275.0};
        for (int epoch = 1; epoch <= 6; ++epoch) {
            for (int i = 1; i <= 50; ++i) {
                const auto x = epoch - 1 + i / 50.0;
                plot("kl")->appendTrain(x, 280.0 * (1.0 - std::exp(-4.0 * x)));
            }
            plot("kl")->appendTest(epoch, test[epoch - 1]);
        }
        const auto range = plot("kl")->robustRange(0.0, 6.2);
        QVERIFY(range.has_value());
        QVERIFY2(range->first < 20.0, qPrintable(QString::number(range->first)));
    }

    void theCrossHairReadsBothValuesInAllFour()
    {
        const auto history = tests::madeHistory(10, 4);
        m_grid->appendHistory(history);
        m_grid->flush();
        const auto rect = plot("elbo")->curveRect();
        const auto range = plot("elbo")->xRange();
        const auto x =
            rect.left() + static_cast<int>(rect.width() * (5.0 - range.first) / (range.second - range.first));
        QTest::mouseMove(plot("elbo")->canvas(), QPoint(x, rect.center().y()));
        QTRY_VERIFY(!plot("mse")->readOut().isEmpty());
        for (int i = 0; i < 4; ++i) {
            const auto* plot = m_grid->plot(i);
            const auto key = plot->term().key.toStdString();
            QVERIFY(plot->readOut().contains(QStringLiteral("epoch ")));
            const auto test = plot->test().point(plot->test().nearest(5.0)).y;
            QCOMPARE(test, history.epochs[4].test.at(key));
            QVERIFY(plot->readOut().contains(QStringLiteral("test ")));
        }
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(plot("elbo")->canvas(), &leave);
        QVERIFY(plot("mse")->readOut().isEmpty());
    }

    void valuesThatAreNotFiniteAreSkipped()
    {
        m_grid->appendStep(step(1.0));
        auto bad = step(2.0);
        bad.train["elbo"] = std::numeric_limits<double>::quiet_NaN();
        bad.train["mse"] = std::numeric_limits<double>::infinity();
        m_grid->appendStep(bad);
        m_grid->appendStep(step(3.0));
        m_grid->flush();
        QCOMPARE(plot("elbo")->train().size(), std::size_t{2});
        QCOMPARE(plot("mse")->train().size(), std::size_t{2});
        QCOMPARE(plot("kl")->train().size(), std::size_t{3});
        QVERIFY(std::isfinite(plot("elbo")->yRange().first));
    }

    void outliersOfTheFirstStepsDoNotSquashTheCurve()
    {
        for (int i = 0; i < 400; ++i) {
            plot("mse")->appendTrain(i / 40.0, i < 4 ? 1e6 : 4000.0 + 100.0 * std::sin(i));
        }
        const auto range = plot("mse")->robustRange(0.0, 10.0);
        QVERIFY(range.has_value());
        QVERIFY(range->second < 5000.0);
        QVERIFY(range->first < 3900.0 && range->first > 3500.0);
    }

    void theLastValueIsAlwaysInRange()
    {
        for (int i = 0; i < 400; ++i) {
            plot("mse")->appendTrain(i / 40.0, 4000.0 + i % 7);
        }
        plot("mse")->appendTrain(10.0, 9000.0);
        QVERIFY(plot("mse")->robustRange(0.0, 10.0)->second > 9000.0);
    }

    void constantCurvesHaveARange()
    {
        plot("kl")->appendTrain(1.0, 7.0);
        plot("kl")->appendTrain(2.0, 7.0);
        const auto range = plot("kl")->robustRange(0.0, 3.0);
        QVERIFY(range->first < 7.0 && range->second > 7.0);
        QVERIFY(!plot("kl")->robustRange(5.0, 6.0).has_value());
    }

    void fewPointsAreGivenToTheCanvasHoweverLongTheRun()
    {
        for (int i = 0; i < 200000; ++i) {
            plot("elbo")->appendTrain(i / 1000.0, std::sin(i));
        }
        m_grid->flush();
        const auto columns = plot("elbo")->canvas()->width() * plot("elbo")->devicePixelRatioF();
        QVERIFY(plot("elbo")->pointsDrawn() <= 4 * columns + 4);
        QVERIFY(plot("elbo")->pointsDrawn() > 100);
    }

    void leftMarginsAreAligned()
    {
        m_grid->appendHistory(tests::madeHistory(10, 4));
        m_grid->flush();
        QTRY_COMPARE(plot("kl")->curveRect().left(), plot("elbo")->curveRect().left());
        QCOMPARE(plot("mse")->curveRect().left(), plot("elbo")->curveRect().left());
    }

    void lowRoomMakesTabs()
    {
        auto* tabs = m_grid->findChild<QTabBar*>(QStringLiteral("plot-tabs"));
        QVERIFY(!m_grid->tabbed());
        QVERIFY(!tabs->isVisible());
        m_grid->resize(900, 500);
        QTRY_VERIFY(m_grid->tabbed());
        QVERIFY(tabs->isVisible());
        QCOMPARE(tabs->count(), 4);
        tabs->setCurrentIndex(2);
        QVERIFY(plot("kl")->isVisible());
        QVERIFY(!plot("elbo")->isVisible());
        m_grid->setTabbed(false);
        QVERIFY(plot("elbo")->isVisible());
    }

    void aDoubleClickEnlargesAndEscapeShrinks()
    {
        m_grid->appendHistory(tests::madeHistory(3, 4));
        m_grid->flush();
        QTRY_VERIFY(plot("kl")->curveRect().width() > 10);
        QTest::mouseDClick(plot("kl")->canvas(), Qt::LeftButton, {}, plot("kl")->curveRect().center());
        QCOMPARE(m_grid->enlarged(), 2);
        QVERIFY(!plot("elbo")->isVisible());
        QTest::keyClick(m_grid.get(), Qt::Key_Escape);
        QCOMPARE(m_grid->enlarged(), -1);
        QVERIFY(plot("elbo")->isVisible());
    }

    void theKeyboardMovesTheCrossHair()
    {
        m_grid->appendHistory(tests::madeHistory(10, 4));
        QTest::keyClick(m_grid.get(), Qt::Key_Left);
        QVERIFY(plot("elbo")->readOut().startsWith(QStringLiteral("epoch 10")));
        QTest::keyClick(m_grid.get(), Qt::Key_Left);
        QVERIFY(plot("elbo")->readOut().startsWith(QStringLiteral("epoch 9")));
    }

    void theLegendLeavesTheCurvesFree_data()
    {
        QTest::addColumn<double>("start");
        QTest::addColumn<double>("middle");
        QTest::addColumn<double>("end");
        QTest::newRow("rises early") << 0.0 << 0.95 << 1.0;
        QTest::newRow("rises late") << 0.0 << 0.05 << 1.0;
        QTest::newRow("falls early") << 1.0 << 0.05 << 0.0;
        QTest::newRow("falls late") << 1.0 << 0.95 << 0.0;
    }
    void theLegendLeavesTheCurvesFree()
    {
        QFETCH(double, start);
        QFETCH(double, middle);
        QFETCH(double, end);
        auto* curve = plot("elbo");
        // Few points and long lines between them, as in the first epochs of a run.
        const double epochs[] = {0.0, 2.0, 10.0};
        const double values[] = {start, middle, end};
        for (int i = 0; i < 3; ++i) {
            curve->appendTrain(epochs[i], values[i]);
            curve->appendTest(epochs[i], values[i]);
        }
        curve->setXRange(0.0, 10.0);
        curve->fitY();
        curve->replot();
        auto* canvas = curve->canvas();
        canvas->replot();
        const auto legend = canvas->legend->outerRect();
        QVERIFY(canvas->legend->visible());
        for (int i = 0; i < 2; ++i) {
            for (double t = 0.0; t <= 1.0; t += 0.01) {
                const auto epoch = epochs[i] + (epochs[i + 1] - epochs[i]) * t;
                const auto value = values[i] + (values[i + 1] - values[i]) * t;
                const QPointF place(canvas->xAxis->coordToPixel(epoch), canvas->yAxis->coordToPixel(value));
                QVERIFY2(!legend.contains(place.toPoint()), qPrintable(QString::number(epoch)));
            }
        }
    }

    void clearForgetsTheCurves()
    {
        m_grid->appendHistory(tests::madeHistory(10, 4));
        wheel(plot("elbo"), 0.3, 3, Qt::NoModifier);
        m_grid->clear();
        QVERIFY(m_grid->follows());
        QVERIFY(!m_grid->bestEpoch().has_value());
        QVERIFY(plot("mse")->train().empty());
    }

private:
    TermPlot* plot(const char* key) const { return m_grid->plot(QLatin1String(key)); }
    static StepRecord step(double epoch)
    {
        return {1,    1,   epoch,
                1e-3, 1.0, {{"elbo", -1.0 - epoch}, {"kl", epoch}, {"mse", 5.0}, {"log_likelihood", -2.0}}};
    }
    static void wheel(TermPlot* plot, double share, int notches, Qt::KeyboardModifiers modifiers)
    {
        const auto rect = plot->curveRect();
        const QPointF at(rect.left() + share * (rect.width() - 1), rect.center().y());
        QWheelEvent event(at, plot->canvas()->mapToGlobal(at), {}, QPoint(0, 120 * notches), Qt::NoButton,
                          modifiers, Qt::NoScrollPhase, false);
        QApplication::sendEvent(plot->canvas(), &event);
    }

    std::unique_ptr<PlotGrid> m_grid;
};

QTEST_MAIN(PlotPanelTest)
#include "tst_plot_panel.moc"
