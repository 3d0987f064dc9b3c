// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/progress.h"
#include "core/data/dataset.h"
#include "core/data/preparation.h"
#include "core/data/resize.h"
#include "core/data/rooms.h"
#include "core/io/depth_filling.h"
#include "core/io/images.h"
#include "core/io/readers.h"
#include "core/nn/initialisation.h"
#include "tests/support/shared_folder.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

using namespace elbo;
namespace fs = std::filesystem;

namespace {

/// Ellipses of 3 to 18 pixels' half side and one strip at the border, the same in every run: bool [H,W].
at::Tensor punchedHoles(std::int64_t height, std::int64_t width, const std::string& seed)
{
    constexpr std::int64_t kHoles = 12;
    const auto numbers = ((goldenUniform(seed, 4 * kHoles) + 1) / 2).view({kHoles, 4});
    const auto y = at::arange(height, at::kFloat).view({-1, 1});
    const auto x = at::arange(width, at::kFloat);
    auto holes = (x < 4).expand({height, width}).clone();
    for (std::int64_t i = 0; i < kHoles; ++i) {
        const auto down = (y - numbers[i][0] * static_cast<double>(height)) / (numbers[i][2] * 15 + 3);
        const auto right = (x - numbers[i][1] * static_cast<double>(width)) / (numbers[i][3] * 15 + 3);
        holes.logical_or_(down.square() + right.square() < 1);
    }
    return holes;
}

double rmseAt(const at::Tensor& holes, const at::Tensor& filled, const at::Tensor& truth)
{
    return std::sqrt((filled - truth).masked_select(holes).to(at::kDouble).square().mean().item<double>());
}

void addRowForEachFiller()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("colourise") << QStringLiteral("colourise");
    QTest::newRow("bilateral") << QStringLiteral("bilateral");
}

DepthFiller fillerOf(const QString& name)
{
    DataReaders readers;
    addIoReaders(readers);
    return readers.fillers.at(name.toStdString());
}

std::string sentenceOf(const std::function<void()>& work)
{
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

/// A set of two images that are the same.
class HoleSource : public ImageSource {
public:
    explicit HoleSource(SourceImage image) : m_image(std::move(image)) {}
    [[nodiscard]] const std::vector<SourceItem>& items() const override { return m_items; }
    [[nodiscard]] SourceImage read(std::int64_t /*index*/) override { return m_image; }
    [[nodiscard]] bool hasDepth() const override { return true; }
    [[nodiscard]] bool metricDepth() const override { return true; }
    [[nodiscard]] int colorChannels() const override { return 3; }

private:
    SourceImage m_image;
    std::vector<SourceItem> m_items{{"first", "", {}, {}}, {"second", "", {}, {}}};
};

}  // namespace

class DepthFillingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Truth is known where holes are punched into whole depth images.
    void nearerToTheTruthThanTheNearestPixel_data() { addRowForEachFiller(); }
    void nearerToTheTruthThanTheNearestPixel()
    {
        QFETCH(QString, name);
        const auto fill = fillerOf(name);
        double ours = 0.0;
        double nearest = 0.0;
        int count = 0;
        for (const auto& room : renderRooms(3, 0, 6, 160, 120)) {
            const auto holes = punchedHoles(120, 160, "room " + std::to_string(count++));
            const auto given = room.depth.masked_fill(holes, 0.0);
            const auto filled = fill(given, room.color, {});
            QVERIFY(validDepth(filled).all().item<bool>());
            QVERIFY(at::equal(filled.masked_select(~holes), room.depth.masked_select(~holes)));
            QVERIFY(filled.min().item<float>() >= given.masked_select(~holes).min().item<float>());
            QVERIFY(filled.max().item<float>() <= given.masked_select(~holes).max().item<float>());
            ours += rmseAt(holes, filled, room.depth);
            nearest += rmseAt(holes, fillNearest(given), room.depth);
        }
        QVERIFY2(ours < 0.8 * nearest, qPrintable(QString::number(ours / nearest)));
    }

    void nearerToTheTruthOnRealImages_data() { addRowForEachFiller(); }
    void nearerToTheTruthOnRealImages()
    {
        QFETCH(QString, name);
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        DataReaders readers = computeReaders();
        addIoReaders(readers);
        DataConfig config{"rgbd-folder", {}};
        config.fields.set("path", (shared / "data/nyu_labeled_8bit/pairs").string());
        const auto source = readers.readers.at("rgbd-folder").open(config, {});
        double ours = 0.0;
        double nearest = 0.0;
        constexpr std::int64_t kStep = 100;
        for (std::int64_t i = 0; i < static_cast<std::int64_t>(source->items().size()); i += kStep) {
            const auto image = source->read(i);
            const auto truth = image.depth.slice(0, 0, {}, 2).slice(1, 0, {}, 2).contiguous();
            const auto color = image.color.slice(1, 0, {}, 2).slice(2, 0, {}, 2).contiguous();
            const auto holes = punchedHoles(truth.size(0), truth.size(1), std::to_string(i));
            const auto given = truth.masked_fill(holes, 0.0);
            const auto filled = fillerOf(name)(given, color, {});
            QVERIFY(at::equal(filled.masked_select(~holes), given.masked_select(~holes)));
            ours += rmseAt(holes, filled, truth);
            nearest += rmseAt(holes, fillNearest(given), truth);
        }
        QVERIFY2(nearest > 0.0 && ours < 0.9 * nearest, qPrintable(QString::number(ours / nearest)));
    }

    // Where the colour says nothing every neighbour counts alike, and a plane is its own mean: exact inside
    // any hole away from the border. The second is larger than what is solved directly.
    void colourisationContinuesAPlane_data()
    {
        QTest::addColumn<int>("side");
        QTest::newRow("by factors") << 60;
        QTest::newRow("by conjugate gradients") << 460;
    }
    void colourisationContinuesAPlane()
    {
        QFETCH(int, side);
        const auto plane =
            (2.0 + 0.01 * at::arange(side, at::kFloat).view({-1, 1}) + 0.005 * at::arange(side, at::kFloat))
                .contiguous();
        auto given = plane.clone();
        given.slice(0, 4, side - 4).slice(1, 5, side - 3).fill_(0.0);
        const auto filled = fillColourise(given, at::full({1, side, side}, 90, at::kByte), {});
        const auto error = (filled - plane).abs().max().item<double>();
        QVERIFY2(error < 1e-4, qPrintable(QString::number(error)));
    }

    // Two flat halves of two colours: a hole across the edge gets each side's depth.
    void edgesOfTheColourAreEdgesOfTheDepth_data() { addRowForEachFiller(); }
    void edgesOfTheColourAreEdgesOfTheDepth()
    {
        QFETCH(QString, name);
        auto truth = at::full({40, 40}, 1.0F);
        truth.slice(1, 23).fill_(3.0);
        auto color = at::full({3, 40, 40}, 30, at::kByte);
        color.slice(2, 23).fill_(220);
        auto given = truth.clone();
        given.slice(0, 5, 35).slice(1, 12, 28).fill_(std::numeric_limits<float>::quiet_NaN());
        QVERIFY((fillNearest(given) - truth).abs().max().item<double>() > 1.9);
        const auto filled = fillerOf(name)(given, color, {});
        const auto error = (filled - truth).abs().max().item<double>();
        QVERIFY2(error < 0.02, qPrintable(QString::number(error)));
    }

    void aConstantStaysConstant_data() { addRowForEachFiller(); }
    void aConstantStaysConstant()
    {
        QFETCH(QString, name);
        const auto room = renderRooms(1, 0, 1, 64, 48).front();
        const auto truth = at::full({48, 64}, 2.3F);
        auto given = truth.clone();
        given.slice(0, 5, 40).slice(1, 0, 50).fill_(0.0);
        given[45][60] = -1.0;
        given[46][61] = std::numeric_limits<float>::infinity();
        QVERIFY(at::equal(fillerOf(name)(given, room.color, {}), truth));
    }

    void oneValidPixelFillsAll_data() { addRowForEachFiller(); }
    void oneValidPixelFillsAll()
    {
        QFETCH(QString, name);
        const auto room = renderRooms(1, 0, 1, 33, 17).front();
        auto given = at::zeros({17, 33});
        given[3][30] = 1.5;
        QVERIFY(at::equal(fillerOf(name)(given, room.color, {}), at::full({17, 33}, 1.5F)));
        const auto whole = fillerOf(name)(room.depth, room.color, {});
        QVERIFY(at::equal(whole, room.depth));
    }

    void nothingValidIsRefused_data() { addRowForEachFiller(); }
    void nothingValidIsRefused()
    {
        QFETCH(QString, name);
        const auto color = at::zeros({3, 8, 9}, at::kByte);
        QCOMPARE(sentenceOf([&] { (void)fillerOf(name)(at::zeros({8, 9}), color, {}); }),
                 std::string("its depth image has no valid value"));
    }

    void sameInputSameBits_data() { addRowForEachFiller(); }
    void sameInputSameBits()
    {
        QFETCH(QString, name);
        const auto room = renderRooms(2, 0, 1, 96, 64).front();
        const auto given = room.depth.masked_fill(punchedHoles(64, 96, "bits"), 0.0);
        QVERIFY(at::equal(fillerOf(name)(given, room.color, {}), fillerOf(name)(given, room.color, {})));
    }

    void canBeStopped_data() { addRowForEachFiller(); }
    void canBeStopped()
    {
        QFETCH(QString, name);
        const auto room = renderRooms(2, 0, 1, 96, 64).front();
        const auto given = room.depth.masked_fill(punchedHoles(64, 96, "stop"), 0.0);
        std::stop_source source;
        source.request_stop();
        QVERIFY_EXCEPTION_THROWN((void)fillerOf(name)(given, room.color, source.get_token()), Cancelled);
    }

    // The whole way of a set: filled before resizing, each image told, nothing left of the holes.
    void aSetIsPreparedWithIt_data() { addRowForEachFiller(); }
    void aSetIsPreparedWithIt()
    {
        QFETCH(QString, name);
        auto room = renderRooms(2, 0, 1, 96, 64).front();
        const auto truth = room.depth.clone();
        room.depth = truth.masked_fill(punchedHoles(64, 96, "set"), 0.0);
        DataReaders readers;
        addIoReaders(readers);
        readers["rooms"] = {[](const DataConfig&) { return std::vector<fs::path>{}; },
                            [&room](const DataConfig&, const ProgressFunction&) {
                                return std::make_unique<HoleSource>(room);
                            }};
        DataConfig config;
        config.fields.set("size", std::string("native"));
        config.fields.set("fill", name.toStdString());
        const QTemporaryDir folder;
        const auto file = fs::path(folder.path().toStdString()) / "set.safetensors";
        std::vector<std::int64_t> told;
        PreparationHooks hooks;
        hooks.progress = [&told](const Progress& progress) { told.push_back(progress.done); };
        prepareDataset(config, readers, file, hooks);
        QCOMPARE(told, (std::vector<std::int64_t>{1, 2, 2}));
        const auto data = readPrepared(file);
        QVERIFY(!data.holes);
        const auto range = data.ranges[0][3];
        const auto depth = imageValues(data, {0})[0][3] * (range[1] - range[0]) + range[0];
        const auto expected = fillerOf(name)(room.depth, room.color, {});
        QVERIFY(at::allclose(depth, expected, 0.0, 1e-3));
        // At half the size of the colour: the colour is shrunk to guide it.
        room.depth = room.depth.slice(0, 0, {}, 2).slice(1, 0, {}, 2).contiguous();
        prepareDataset(config, readers, file, {});
        QVERIFY(!readPrepared(file).holes);
    }

    void aBuildWithoutItSaysSo()
    {
        DataConfig config;
        config.fields.set("fill", std::string("colourise"));
        const QTemporaryDir folder;
        const auto file = fs::path(folder.path().toStdString()) / "set.safetensors";
        QCOMPARE(
            sentenceOf([&] { prepareDataset(config, computeReaders(), file, {}); }),
            std::string("This build cannot fill depth with fill=colourise: use fill=nearest, or prepare the "
                        "set elsewhere with elbo-cli prepare, and give prepared:FILE."));
        QVERIFY(!fs::exists(file));
    }
};

QTEST_GUILESS_MAIN(DepthFillingTest)
#include "tst_depth_filling.moc"
