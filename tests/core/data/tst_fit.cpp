// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/fit.h"

#include <QtTest/QtTest>

using namespace elbo;

Q_DECLARE_METATYPE(elbo::FitUndo)

class FitTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesGoBothWays()
    {
        for (const auto fit : {Fit::Stretch, Fit::Crop, Fit::Pad}) {
            QVERIFY(parseFit(fitName(fit)) == fit);
        }
        QVERIFY_EXCEPTION_THROWN((void)parseFit("squeeze"), Error);
    }

    void whatIsShown_data()
    {
        QTest::addColumn<QString>("fit");
        QTest::addColumn<QSize>("given");
        QTest::addColumn<QSize>("network");
        QTest::addColumn<FitUndo>("undo");
        const QSize square(128, 128);
        const auto row = [&](const char* name, const char* fit, QSize given, QSize network, FitUndo undo) {
            QTest::newRow(name) << QString::fromLatin1(fit) << given << network << undo;
        };
        row("wide, stretched", "stretch", {640, 480}, square, {0, 0, {128, 128}, {171, 128}});
        row("tall, stretched", "stretch", {480, 640}, square, {0, 0, {128, 128}, {128, 171}});
        row("a strip has a limit", "stretch", {4000, 10}, square, {0, 0, {128, 128}, {1024, 128}});
        row("wide, cropped", "crop", {640, 480}, square, {0, 0, {128, 128}, {128, 128}});
        row("wide, padded", "pad", {640, 480}, square, {0, 16, {128, 96}, {128, 96}});
        row("tall, padded", "pad", {480, 640}, square, {16, 0, {96, 128}, {96, 128}});
        row("another network", "pad", {128, 128}, {64, 48}, {8, 0, {48, 48}, {48, 48}});
        row("the same proportions", "stretch", {640, 480}, {64, 48}, {0, 0, {64, 48}, {64, 48}});
    }
    void whatIsShown()
    {
        QFETCH(QString, fit);
        QFETCH(QSize, given);
        QFETCH(QSize, network);
        QFETCH(FitUndo, undo);
        QVERIFY(undoOf(parseFit(fit.toStdString()), {given.width(), given.height()},
                       {network.width(), network.height()}) == undo);
    }
};

QTEST_GUILESS_MAIN(FitTest)
#include "tst_fit.moc"
