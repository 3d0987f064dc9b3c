// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "widgets/custom_plot.h"
#include "widgets/plot_export.h"
#include "widgets/rate_distortion_plot.h"
#include "widgets/run_curves.h"
#include "widgets/theme.h"
#include "widgets/wipe_view.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtSvg/QSvgRenderer>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>

using elbo::CurveAxis;
using elbo::RunCurves;

namespace {

/// Three epochs of two steps, the second epoch twice as long; a step of the fourth has been made.
std::shared_ptr<const elbo::History> history(double shift = 0)
{
    elbo::History made;
    for (int epoch = 1; epoch <= 3; ++epoch) {
        elbo::EpochRecord record;
        record.epoch = epoch;
        record.step = 2 * epoch;
        record.seconds = epoch == 2 ? 20 : 10;
        record.test = {{"mse", 100.0 / epoch + shift}, {"kl", 1.0 * epoch}, {"zeta", 5.0}};
        made.epochs.push_back(record);
    }
    for (int step = 1; step <= 7; ++step) {
        elbo::StepRecord record;
        record.step = step;
        record.epochFraction = step / 2.0;
        record.train = {{"mse", 90.0 / step}};
        made.steps.push_back(record);
    }
    return std::make_shared<const elbo::History>(std::move(made));
}

std::vector<elbo::CurveRun> twoRuns()
{
    return {{QStringLiteral("a"), QStringLiteral("run a"), history()},
            {QStringLiteral("b"), QStringLiteral("run b"), history(5)}};
}

}  // namespace

class RunCurvesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void placesOfEpochsAndSteps()
    {
        using Places = std::vector<double>;
        const auto run = history();
        QVERIFY(elbo::epochPlaces(*run, CurveAxis::Epoch) == Places({1, 2, 3}));
        QVERIFY(elbo::epochPlaces(*run, CurveAxis::Step) == Places({2, 4, 6}));
        QVERIFY(elbo::epochPlaces(*run, CurveAxis::Time) == Places({10, 30, 40}));
        QVERIFY(elbo::stepPlaces(*run, CurveAxis::Step) == Places({1, 2, 3, 4, 5, 6, 7}));
        // Half of an epoch's time after half of its steps; the epoch that has not ended has no time.
        QVERIFY(elbo::stepPlaces(*run, CurveAxis::Time) == Places({5, 10, 20, 30, 35, 40}));
    }

    void theKnownTermsComeFirst()
    {
        RunCurves curves;
        curves.setRuns(twoRuns());
        QCOMPARE(curves.terms(),
                 QStringList({QStringLiteral("kl"), QStringLiteral("mse"), QStringLiteral("zeta")}));
        curves.setTerm(QStringLiteral("mse"));
        QCOMPARE(curves.term(), QStringLiteral("mse"));
        curves.setRuns({twoRuns().front()});  // the choice stays
        QCOMPARE(curves.term(), QStringLiteral("mse"));
        curves.setRuns({});
        QVERIFY(curves.terms().isEmpty());
    }

    void eachRunHasItsCurve()
    {
        RunCurves curves;
        curves.setRuns(twoRuns());
        QCOMPARE(curves.plot()->graphCount(), 2);
        QCOMPARE(curves.pointsOf(0), 3);
        QCOMPARE(curves.plot()->graph(1)->name(), QStringLiteral("run b"));
        QCOMPARE(curves.plot()->graph(1)->pen().color(), elbo::theme::runPen(curves.palette(), 1).color());
        curves.findChild<QComboBox*>(QStringLiteral("curveAxis"))->setCurrentIndex(2);
        QCOMPARE(curves.plot()->graph(0)->data()->at(1)->key, 30.0);
        curves.setTerm(QStringLiteral("mse"));
        curves.findChild<QCheckBox*>(QStringLiteral("curveTrain"))->setChecked(true);
        QCOMPARE(curves.plot()->graphCount(), 4);
        QCOMPARE(curves.pointsOf(2), 6);
    }

    void plotsAreWrittenAsDrawingAndAsPicture()
    {
        const QTemporaryDir folder;
        RunCurves curves;
        curves.resize(500, 300);
        curves.setRuns(twoRuns());
        const auto svg = elbo::writeDrawing(elbo::plotPicture(*curves.plot()), elbo::plotSvg(*curves.plot()),
                                            folder.filePath(QStringLiteral("plot.svg")));
        QFile file(svg);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto text = file.readAll();
        QVERIFY(QSvgRenderer(text).isValid());
        QVERIFY(text.contains("run b"));  // text stays text
        const QImage png(elbo::writeDrawing(elbo::plotPicture(*curves.plot()), elbo::plotSvg(*curves.plot()),
                                            folder.filePath(QStringLiteral("plot"))));
        QCOMPARE(png.width(), 2 * curves.plot()->width());
        QVERIFY_THROWS_EXCEPTION(
            elbo::Error,
            (void)elbo::writeDrawing(elbo::plotPicture(*curves.plot()), elbo::plotSvg(*curves.plot()),
                                     QStringLiteral("/proc/nowhere/plot.svg")));
    }

    void rateAndDistortion()
    {
        elbo::RateDistortionPlot plot;
        plot.setPoints(
            {{.name = QStringLiteral("a"),
              .pen = QPen(Qt::red),
              .rate = 10,
              .distortion = 100,
              .way = {{1, 300}, {10, 100}}},
             {.name = QStringLiteral("pca"), .pen = QPen(Qt::gray), .rate = 20, .distortion = 80}});
        QCOMPARE(plot.plot()->graphCount(), 2);
        QCOMPARE(plot.plot()->graph(1)->data()->at(0)->key, 20.0);
        // All points stand within the axes, with room for the names.
        QVERIFY(plot.plot()->xAxis->range().contains(10) && plot.plot()->xAxis->range().upper > 22);
        QVERIFY(plot.plot()->yAxis->range().contains(80) && plot.plot()->yAxis->range().contains(100));
        plot.setPoints({});
        QCOMPARE(plot.plot()->graphCount(), 0);
    }

    void theEdgeOfTheWipeFollowsThePointer()
    {
        elbo::WipeView wipe;
        QImage red(40, 40, QImage::Format_RGB32), blue(40, 40, QImage::Format_RGB32);
        red.fill(Qt::red);
        blue.fill(Qt::blue);
        wipe.setPictures(red, blue);
        wipe.resize(200, 240);
        wipe.show();
        QSignalSpy moved(&wipe, &elbo::WipeView::placeChanged);
        const auto area = wipe.pictureRect();
        QTest::mouseClick(&wipe, Qt::LeftButton, {}, {area.left() + area.width() / 4, area.center().y()});
        QVERIFY(std::abs(wipe.place() - 0.25) < 0.01);
        QCOMPARE(moved.size(), 1);
        const auto seen = wipe.grab().toImage();
        const auto ratio = seen.devicePixelRatio();
        const auto color = [&](double share) {
            return seen.pixelColor(static_cast<int>((area.left() + share * area.width()) * ratio),
                                   static_cast<int>(area.center().y() * ratio));
        };
        QCOMPARE(color(0.1), QColor(Qt::red));
        QCOMPARE(color(0.5), QColor(Qt::blue));
        QTest::keyClick(&wipe, Qt::Key_Right);
        QVERIFY(std::abs(wipe.place() - 0.3) < 0.01);
        wipe.setPlace(7);
        QCOMPARE(wipe.place(), 1.0);
    }
};

QTEST_MAIN(RunCurvesTest)
#include "tst_run_curves.moc"
