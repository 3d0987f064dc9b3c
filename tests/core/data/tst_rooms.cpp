// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/data/rooms.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <set>
#include <string_view>

using namespace elbo;

namespace {

std::uint64_t hashOf(const std::vector<SourceImage>& images)
{
    std::uint64_t hash = 0;
    for (const auto& image : images) {
        for (const auto& tensor : {image.color, image.depth}) {
            const auto bytes = tensor.contiguous();
            hash = splitmix64(hash ^
                              fnv1a64({static_cast<const char*>(bytes.const_data_ptr()), bytes.nbytes()}));
        }
    }
    return hash;
}

}  // namespace

class RoomsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // The promise "the same on every machine": this number changes only together with the rooms themselves.
    void tenImagesHaveTheirHash()
    {
        QCOMPARE(QString::number(hashOf(renderRooms(1, 0, 10, 64, 64)), 16),
                 QStringLiteral("adc21e44b7939f23"));
    }

    void anImageDependsOnSeedAndNumberAlone()
    {
        const auto several = renderRooms(3, 5, 4, 40, 30);
        const auto alone = renderRooms(3, 7, 1, 40, 30);
        QVERIFY(at::equal(several[2].color, alone[0].color));
        QVERIFY(at::equal(several[2].depth, alone[0].depth));
        QVERIFY(!at::equal(renderRooms(4, 7, 1, 40, 30)[0].color, alone[0].color));
        QCOMPARE(alone[0].color.sizes(), at::IntArrayRef({3, 30, 40}));
    }

    void depthIsMetricAndClosed()
    {
        std::set<std::string> labels;
        for (const auto& room : renderRooms(1, 0, 60, 32, 32)) {
            QVERIFY(room.depth.min().item<float>() > 0.05F);
            QVERIFY(room.depth.max().item<float>() < 10.0F);
            QVERIFY(room.depth.isfinite().all().item<bool>());
            QVERIFY(room.color.to(at::kFloat).std().item<float>() > 10.0F);  // a picture, not a flat colour
            labels.insert(room.label.value());
        }
        QCOMPARE(labels, std::set<std::string>(roomLabels().begin(), roomLabels().end()));
        QVERIFY(labels.size() >= 4);
    }

    // The wall behind everything is a plane: along a row its depth, inverted, is a straight line.
    void depthIsAlongTheOpticalAxis()
    {
        const auto k = *renderRooms(1, 0, 1, 128, 128)[0].intrinsics;
        QVERIFY(std::abs(k[0] - 518.8579 * 128 / 640) < 1e-9 && std::abs(k[1] - 519.4696 * 128 / 480) < 1e-9);
        // Floor points, unprojected, lie in one plane: the lowest rows of a room, fitted by least squares.
        const auto room = renderRooms(1, 2, 1, 128, 128)[0];
        std::vector<double> rows;
        std::vector<double> ones;
        for (int y = 124; y < 128; ++y) {
            for (int x = 0; x < 6; ++x) {
                const double z = room.depth[y][x].item<double>();
                rows.insert(rows.end(), {(x - k[2]) / k[0] * z, (y - k[3]) / k[1] * z, z});
                ones.push_back(1.0);
            }
        }
        const auto points = at::tensor(rows).view({-1, 3});
        const auto target = at::tensor(ones).view({-1, 1});
        const auto normal = points.t().mm(points).inverse().mm(points.t().mm(target));
        QVERIFY((points.mm(normal) - target).abs().max().item<double>() < 1e-3);
    }

    void theSetNamesItsImages()
    {
        DataConfig config;
        config.fields.set("count", std::int64_t{3});
        config.fields.set("size", std::string("24x16"));
        const auto source = openRooms(config);
        QCOMPARE(source->items().size(), std::size_t{3});
        QCOMPARE(source->items()[2].name, std::string("000002"));
        QVERIFY(source->metricDepth());
        QCOMPARE(source->read(1).color.sizes(), at::IntArrayRef({3, 16, 24}));
        QCOMPARE(source->labelNames(), roomLabels());
    }
};

QTEST_GUILESS_MAIN(RoomsTest)
#include "tst_rooms.moc"
