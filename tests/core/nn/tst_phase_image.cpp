// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/phase_image.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

class PhaseImageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyPixelIsThatOfItsPhase_data()
    {
        QTest::addColumn<int>("format");
        QTest::addColumn<int>("type");
        QTest::newRow("channels last")
            << static_cast<int>(at::MemoryFormat::ChannelsLast) << static_cast<int>(at::kFloat);
        QTest::newRow("in bf16") << static_cast<int>(at::MemoryFormat::ChannelsLast)
                                 << static_cast<int>(at::kBFloat16);
        QTest::newRow("channels first")
            << static_cast<int>(at::MemoryFormat::Contiguous) << static_cast<int>(at::kFloat);
    }
    void everyPixelIsThatOfItsPhase()
    {
        QFETCH(int, format);
        QFETCH(int, type);
        constexpr std::int64_t kBatch = 2, kChannels = 3, kHeight = 4, kWidth = 5;
        const auto phases = at::arange(kBatch * 4 * kChannels * (kHeight + 1) * (kWidth + 1))
                                .remainder(251)  // exact in bf16 too
                                .view({kBatch, 4 * kChannels, kHeight + 1, kWidth + 1})
                                .to(static_cast<at::ScalarType>(type))
                                .contiguous(static_cast<at::MemoryFormat>(format));
        const auto image = elbo::imageOfPhases(phases);
        QCOMPARE(image.sizes().vec(),
                 (std::vector<std::int64_t>{kBatch, kChannels, 2 * kHeight, 2 * kWidth}));
        QVERIFY(image.is_contiguous(at::MemoryFormat::ChannelsLast));
        for (std::int64_t n = 0; n < kBatch; ++n) {
            for (std::int64_t y = 0; y < 2 * kHeight; ++y) {
                for (std::int64_t x = 0; x < 2 * kWidth; ++x) {
                    const auto a = y % 2, b = x % 2;
                    const auto expected = phases[n]
                                              .narrow(0, (2 * a + b) * kChannels, kChannels)
                                              .select(1, y / 2 + a)
                                              .select(1, x / 2 + b);
                    QVERIFY(at::equal(image[n].select(1, y).select(1, x), expected));
                }
            }
        }
    }
};

QTEST_APPLESS_MAIN(PhaseImageTest)
#include "tst_phase_image.moc"
