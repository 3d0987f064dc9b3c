// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/color_map.h"
#include "core/base/error.h"

#include <QtTest/QtTest>

#include <limits>

using namespace elbo;

class ColorMapTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tablesAreTheirSources()
    {
        // First and last entries as their authors published them.
        QCOMPARE(findColorMap("turbo").entries.front(), (std::array<std::uint8_t, 3>{48, 18, 59}));
        QCOMPARE(findColorMap("viridis").entries.back(), (std::array<std::uint8_t, 3>{253, 231, 37}));
        QCOMPARE(findColorMap("magma").entries.front(), (std::array<std::uint8_t, 3>{0, 0, 4}));
        QCOMPARE(colorMaps().size(), std::size_t{4});
        QVERIFY_EXCEPTION_THROWN((void)findColorMap("jet"), Error);
    }

    void valuesFindTheirEntries()
    {
        const auto& map = findColorMap("viridis");
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const auto image = applyColorMap({5, 1, {1.0F, 3.0F, 0.0F, 9.0F, nan}}, map, 1.0F, 3.0F);
        const auto entry = [&image](std::size_t i) {
            return std::array<std::uint8_t, 3>{image.pixels[3 * i], image.pixels[3 * i + 1],
                                               image.pixels[3 * i + 2]};
        };
        QCOMPARE(entry(0), map.entries.front());
        QCOMPARE(entry(1), map.entries.back());
        QCOMPARE(entry(2), map.entries.front());
        QCOMPARE(entry(3), map.entries.back());
        QCOMPARE(entry(4), (std::array<std::uint8_t, 3>{128, 128, 128}));
    }

    void aRangeOfOneValueIsTheMiddle()
    {
        const auto& map = findColorMap("turbo");
        const auto image = applyColorMap({1, 1, {2.0F}}, map, 2.0F, 2.0F);
        QCOMPARE(image.pixels[0], map.entries[128][0]);
    }
};

QTEST_GUILESS_MAIN(ColorMapTest)
#include "tst_color_map.moc"
