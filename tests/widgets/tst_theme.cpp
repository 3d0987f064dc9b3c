// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/resources.h"
#include "widgets/theme.h"

#include <QtCore/QDir>
#include <QtTest/QtTest>
#include <QtWidgets/QApplication>

#include <cmath>
#include <set>
#include <vector>

using namespace elbo;

class ThemeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { loadResources(); }

    void darknessIsReadFromThePalette()
    {
        QVERIFY(!theme::isDark(theme::lightPalette()));
        QVERIFY(theme::isDark(theme::darkPalette()));
    }

    void contrastOfBlackAndWhiteIs21()
    {
        QCOMPARE(theme::contrast(Qt::black, Qt::white), 21.0);
        QCOMPARE(theme::contrast(Qt::white, Qt::white), 1.0);
        // A pair with a published ratio: #777777 on white is 4.48.
        QVERIFY(std::abs(theme::contrast(QColor(0x77, 0x77, 0x77), Qt::white) - 4.48) < 0.01);
    }

    void textsHave4Point5_data() { bothThemes(); }
    void textsHave4Point5()
    {
        QFETCH(QPalette, palette);
        const auto grounds = {palette.color(QPalette::Window), palette.color(QPalette::Base)};
        const auto texts = {palette.color(QPalette::WindowText), theme::noteText(palette),
                            theme::errorText(palette), theme::warningText(palette), theme::goodText(palette)};
        for (const auto& ground : grounds) {
            for (const auto& text : texts) {
                QVERIFY2(theme::contrast(text, ground) >= 4.5,
                         qPrintable(text.name() + QStringLiteral(" on ") + ground.name()));
            }
        }
        const auto text = palette.color(QPalette::WindowText);
        for (const auto& ground :
             {theme::errorGround(palette), theme::warningGround(palette), theme::infoGround(palette),
              theme::pictureGround(palette), palette.color(QPalette::Button)}) {
            QVERIFY2(theme::contrast(text, ground) >= 4.5, qPrintable(ground.name()));
        }
        QVERIFY(theme::contrast(palette.color(QPalette::HighlightedText),
                                palette.color(QPalette::Highlight)) >= 4.5);
        QVERIFY(theme::contrast(palette.color(QPalette::PlaceholderText), palette.color(QPalette::Base)) >=
                4.5);
    }

    void curvesHave3_data() { bothThemes(); }
    void curvesHave3()
    {
        QFETCH(QPalette, palette);
        const auto base = palette.color(QPalette::Base);
        std::vector<QColor> curves{theme::trainCurve(palette), theme::testCurve(palette),
                                   theme::bestMarker(palette)};
        for (std::size_t i = 0; i < 8; ++i) {
            curves.push_back(theme::runPen(palette, i).color());
        }
        for (const auto& curve : curves) {
            QVERIFY2(theme::contrast(curve, base) >= 3.0, qPrintable(curve.name()));
        }
    }

    void furtherRunsDifferInColourOrDashes()
    {
        std::set<std::pair<QRgb, int>> pens;
        for (std::size_t i = 0; i < 16; ++i) {
            const auto pen = theme::runPen(theme::lightPalette(), i);
            pens.insert({pen.color().rgb(), int(pen.style())});
        }
        QCOMPARE(pens.size(), std::size_t{16});
    }

    void everyIconOfTheSetLoads()
    {
        const auto files = QDir(QStringLiteral(":/icons")).entryList({QStringLiteral("*.svg")});
        QVERIFY(files.size() > 30);
        for (const auto& file : files) {
            const auto icon = theme::icon(file.chopped(4));
            QVERIFY2(!icon.isNull(), qPrintable(file));
            QCOMPARE(icon.pixmap(QSize(32, 32), 2.0).size(), QSize(64, 64));
        }
    }

    void everyNameThatIsUsedHasAnIcon()
    {
        for (const auto* name :
             {"data",       "train",        "reconstruct",   "play",   "pause",   "stop",    "extend",
              "open",       "save",         "copy",          "reset",  "retry",   "zoom",    "search",
              "fit",        "settings",     "help",          "theme",  "close",   "warning", "error",
              "info",       "check",        "folder",        "image",  "depth",   "pair",    "grid",
              "list",       "filter",       "add",           "remove", "delete",  "export",  "import",
              "sample",     "device",       "memory",        "log",    "weights", "run",     "chevron-down",
              "chevron-up", "chevron-left", "chevron-right", "more",   "menu"}) {
            QVERIFY2(!theme::icon(QLatin1String(name)).isNull(), name);
        }
        QVERIFY(theme::icon(QStringLiteral("no-such-icon")).isNull());
    }

    void iconsFollowThePalette()
    {
        const auto icon = theme::icon(QStringLiteral("stop"));
        const auto middle = [&icon] { return icon.pixmap(QSize(32, 32), 1.0).toImage().pixelColor(16, 16); };
        theme::applyScheme(theme::Scheme::Light);
        QCOMPARE(middle(), theme::lightPalette().color(QPalette::WindowText));
        theme::applyScheme(theme::Scheme::Dark);
        QCOMPARE(middle(), theme::darkPalette().color(QPalette::WindowText));
        theme::applyScheme(theme::Scheme::System);
        QCOMPARE(middle(), QApplication::palette().color(QPalette::WindowText));
    }

    void figuresHaveOneWidth()
    {
        const QFontMetricsF metrics(theme::figureFont(QApplication::font()));
        for (char digit = '1'; digit <= '9'; ++digit) {
            QCOMPARE(metrics.horizontalAdvance(QLatin1Char(digit)),
                     metrics.horizontalAdvance(QLatin1Char('0')));
        }
    }

    void threeTextSizes()
    {
        QFont body;
        body.setPointSizeF(10.0);
        QCOMPARE(theme::titleFont(body).pointSizeF(), 14.0);
        QCOMPARE(theme::noteFont(body).pointSizeF(), 9.0);
    }

private:
    static void bothThemes()
    {
        QTest::addColumn<QPalette>("palette");
        QTest::newRow("light") << theme::lightPalette();
        QTest::newRow("dark") << theme::darkPalette();
    }
};

QTEST_MAIN(ThemeTest)
#include "tst_theme.moc"
