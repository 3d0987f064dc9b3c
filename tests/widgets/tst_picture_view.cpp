// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/color_map.h"
#include "tests/widgets/test_pictures.h"
#include "widgets/color_bar.h"
#include "widgets/histogram_view.h"
#include "widgets/picture.h"
#include "widgets/picture_view.h"
#include "widgets/resources.h"

#include <QtCore/QTemporaryDir>
#include <QtGui/QClipboard>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtTest/QtTest>
#include <QtWidgets/QApplication>

#include <cstdlib>
#include <limits>
#include <set>

using namespace elbo;

class PictureViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { loadResources(); }

    void picturesBecomeImages()
    {
        const Image8 color{2, 1, 3, {255, 0, 0, 0, 0, 255}};
        const auto image = toQImage(color);
        QCOMPARE(image.size(), QSize(2, 1));
        QCOMPARE(image.pixelColor(0, 0), QColor(255, 0, 0));
        QCOMPARE(image.pixelColor(1, 0), QColor(0, 0, 255));
        QCOMPARE(toQImage(Image8{1, 1, 1, {77}}).pixelColor(0, 0), QColor(77, 77, 77));
        QVERIFY(toQImage(Image8{}).isNull());
        QVERIFY(toQImage(Image8{4, 4, 3, {1, 2, 3}}).isNull());
    }

    void valuesGoThroughTheMap()
    {
        const ImageF values{3, 1, {0.0F, 1.0F, std::numeric_limits<float>::quiet_NaN()}};
        const auto image = toQImage(values, QStringLiteral("viridis"), 0.0F, 1.0F);
        const auto& last = findColorMap("viridis").entries[255];
        QCOMPARE(image.pixelColor(1, 0), QColor(last[0], last[1], last[2]));
        QCOMPARE(image.pixelColor(2, 0), QColor(128, 128, 128));
        const auto range = finiteRange(values);
        QCOMPARE(range.low, 0.0F);
        QCOMPARE(range.high, 1.0F);
    }

    void largePixelsStaySharp()
    {
        QImage source(2, 1, QImage::Format_RGB32);
        source.setPixel(0, 0, qRgb(0, 0, 0));
        source.setPixel(1, 0, qRgb(255, 255, 255));
        const auto colors = [&source](int width) {
            QImage target(width, 20, QImage::Format_RGB32);
            QPainter painter(&target);
            drawPicture(painter, target.rect(), source);
            painter.end();
            std::set<QRgb> seen;
            for (int x = 0; x < width; ++x) {
                seen.insert(target.pixel(x, 10));
            }
            return seen.size();
        };
        QCOMPARE(colors(40), std::size_t{2});
        QVERIFY(colors(5) > 2);
    }

    void pixelsAreFoundUnderThePointer()
    {
        PictureView view;
        view.resize(200, 100);
        view.setValues(ImageF{2, 2, {0.5F, 1.5F, 2.5F, 3.5F}}, QStringLiteral("turbo"), 0.0F, 4.0F);
        QCOMPARE(view.pictureRect(), QRect(50, 0, 100, 100));
        QCOMPARE(view.pixelAt(QPoint(120, 80)), std::optional(QPoint(1, 1)));
        QVERIFY(!view.pixelAt(QPoint(10, 10)).has_value());
        QSignalSpy spy(&view, &PictureView::hovered);
        QMouseEvent move(QEvent::MouseMove, QPointF(120, 20), view.mapToGlobal(QPointF(120, 20)),
                         Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QApplication::sendEvent(&view, &move);
        QCOMPARE(spy.last().at(1).toString(), QStringLiteral("1.5"));
    }

    void copyAndSave()
    {
        const QTemporaryDir folder;
        PictureView view;
        view.setImage(tests::madeColor(3, 20, 10));
        view.copyToClipboard();
        QCOMPARE(QApplication::clipboard()->image().size(), QSize(20, 10));
        view.setSaveQuestion(
            [&folder](QWidget*, const QString&) { return folder.filePath(QStringLiteral("a")); });
        QSignalSpy failed(&view, &PictureView::failed);
        view.saveAs();
        const QImage saved(folder.filePath(QStringLiteral("a.png")));
        QCOMPARE(saved, view.picture().convertToFormat(saved.format()));
        QCOMPARE(failed.size(), 0);
        view.setSaveQuestion(
            [&folder](QWidget*, const QString&) { return folder.filePath(QStringLiteral("no/such/b.png")); });
        view.saveAs();
        QCOMPARE(failed.size(), 1);
        view.setSaveQuestion(
            [&folder](QWidget*, const QString&) { return folder.filePath(QStringLiteral("c.unknown")); });
        view.saveAs();
        QCOMPARE(failed.size(), 2);
        QVERIFY(!QFile::exists(folder.filePath(QStringLiteral("c.unknown"))));
    }

    void theColourBarShowsItsMap()
    {
        ColorBar bar;
        bar.resize(256, 40);
        bar.setMap(QStringLiteral("magma"));
        bar.setScale(0.5, 9.5, QStringLiteral("m"));
        const auto image = bar.grab().toImage();
        const auto& map = findColorMap("magma");
        const auto high = image.pixelColor(image.width() - 1, 4);
        QVERIFY(std::abs(high.red() - map.entries[255][0]) < 4);
        QVERIFY(bar.accessibleName().contains(QStringLiteral("9.5 m")));
        bar.setScale(0.0, 1.0, {});
        QVERIFY(bar.accessibleName().contains(QStringLiteral("relative")));
    }

    void histogramsDrawTheirTallestBinHighest()
    {
        HistogramView view;
        view.resize(100, 100);
        QVERIFY(view.empty());
        view.setSeries({{QString(), QColor(255, 0, 0), {1.0, 0.0, 4.0, 0.0}}, {QString(), {}, {}}}, 0.0, 1.0,
                       QStringLiteral("m"));
        QVERIFY(!view.empty());
        const auto image = view.grab().toImage();
        const auto filled = [&](int x) {
            int count = 0;
            for (int y = 0; y < image.height(); ++y) {
                const auto color = image.pixelColor(x, y);
                count += color.red() > color.blue() + 60 ? 1 : 0;
            }
            return count;
        };
        QVERIFY(filled(62) > 3 * filled(12));
        QVERIFY(filled(12) > 0);
        QCOMPARE(filled(37), 0);
        view.clear();
        QVERIFY(view.empty());
    }
};

QTEST_MAIN(PictureViewTest)
#include "tst_picture_view.moc"
