// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/evaluation/contact_sheet.h"
#include "core/evaluation/reconstruct.h"
#include "core/latent/decoding.h"
#include "core/latent/encoding.h"
#include "core/latent/nearest_images.h"
#include "core/models/registry.h"
#include "core/nn/initialisation.h"
#include "tests/core/evaluation/made_dataset.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <cmath>
#include <numeric>

using namespace elbo;

namespace {

std::shared_ptr<Vae> vae(const Dataset& data, const char* key = "fc-vae")
{
    auto model = makeVae({key, {}}, data.shape());
    initialise(*model, 3);
    return model;
}

}  // namespace

/// From images to codes and back.
class DecodingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Decoding the posterior mean is what Reconstruct shows of the same image, pixel for pixel.
    void aDecodedMeanIsTheReconstruction()
    {
        const auto data = tests::madeDataset(6, true, true);
        const auto model = vae(data);
        const auto codes = encodeImages(*model, data, {4});
        QCOMPARE(codes.size(), std::int64_t{1});
        const auto expected = reconstruct(*model, data, {4}, {}).front();
        const auto shown = shownCodes(*model, codes.mean, std::nullopt,
                                      {.ranges = data.ranges[4], .hasDepth = true, .metric = true});
        QVERIFY(shown.front().color == expected.color);
        QVERIFY(shown.front().depth == expected.depth);
    }

    void batchesChangeNothing()
    {
        const auto data = tests::madeDataset(120, true, true);
        const auto model = vae(data);
        std::vector<std::int64_t> all(120);
        std::iota(all.begin(), all.end(), 0);
        const auto together = encodeImages(*model, data, all);
        const auto alone = encodeImages(*model, data, {77});
        QVERIFY(together.mean[77].allclose(alone.mean[0], 1e-5, 1e-6));
        QVERIFY(together.std.gt(0).all().item<bool>());
        const auto images = decodeCodes(*model, together.mean, std::nullopt);
        QVERIFY(images.sizes() == at::IntArrayRef({120, 4, 12, 16}));
        QVERIFY(images[77].allclose(decodeCodes(*model, alone.mean, std::nullopt)[0], 1e-4, 1e-5));
    }

    void codesOfAnotherLengthAndClassesAreRefused()
    {
        auto data = tests::madeDataset(6, false, false);
        const auto model = vae(data);
        try {
            static_cast<void>(decodeCodes(*model, at::zeros({1, 3}), std::nullopt));
            QFAIL("a code of another length was decoded");
        } catch (const Error& error) {
            QVERIFY(std::string(error.what()).find("not 3") != std::string::npos);
        }
        data.labels = at::arange(6).remainder(2);
        data.labelNames = {"a", "b"};
        const auto conditional = vae(data, "conditional-vae");
        const auto z = at::zeros({1, conditional->latentSize()});
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(decodeCodes(*conditional, z, std::nullopt)), Error);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(decodeCodes(*conditional, z, 2)), Error);
        QVERIFY(!decodeCodes(*conditional, z, 0).equal(decodeCodes(*conditional, z, 1)));
    }

    void aGroupHasItsMeanAndItsSpread()
    {
        const auto data = tests::madeDataset(150, true, true);
        std::vector<std::int64_t> group;
        for (std::int64_t i = 0; i < 140; ++i)
            group.push_back(i);
        const auto values = imageValues(data, group);
        const auto images = groupImages(data, group);
        QVERIFY(images.mean.allclose(values.mean(0), 1e-4, 1e-5));
        QVERIFY(images.std.allclose(values.std(0, /*unbiased=*/false), 1e-3, 1e-4));
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(groupImages(data, {})), Error);
    }

    void anImageIsNearestToItself()
    {
        const auto data = tests::madeDataset(300, true, true);
        std::vector<std::int64_t> train;
        for (std::int64_t i = 20; i < 300; ++i)
            train.push_back(i);
        const auto wanted = imageValues(data, {5, 257});
        const auto nearest = nearestImages(wanted, data, train);
        QCOMPARE(nearest[1].index, std::int64_t{257});
        QCOMPARE(nearest[1].distance, 0.0);
        const auto others = imageValues(data, train);
        const auto squares = (others - wanted[0]).square().sum({1, 2, 3});
        QCOMPARE(nearest[0].index, train[static_cast<std::size_t>(squares.argmin().item<std::int64_t>())]);
        QVERIFY(std::abs(nearest[0].distance - std::sqrt(squares.min().item<double>())) < 1e-3);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(nearestImages(wanted, data, {})), Error);
        QVERIFY_EXCEPTION_THROWN(
            static_cast<void>(nearestImages(wanted.narrow(2, 0, 8).contiguous(), data, train)), Error);
    }

    void aSheetHoldsColourLeftAndDepthRight()
    {
        std::vector<ShownImage> images(3);
        for (std::size_t i = 0; i < 3; ++i) {
            images[i].color = {.width = 2,
                               .height = 2,
                               .channels = 1,
                               .pixels = std::vector<std::uint8_t>(4, static_cast<std::uint8_t>(10 * i))};
            images[i].depth = {
                .width = 2, .height = 2, .values = std::vector<float>(4, static_cast<float>(i))};
        }
        const auto range = depthRange(images);
        QCOMPARE(range.low, 0.0F);
        QCOMPARE(range.high, 2.0F);
        const auto sheet = contactSheet(images, 2);
        QCOMPARE(sheet.width, 4 * 6 - 4);
        QCOMPARE(sheet.height, 2 * 6 - 4);
        const auto pixel = [&](int x, int y) {
            return sheet.pixels[static_cast<std::size_t>(y * sheet.width + x) * 3];
        };
        QCOMPARE(pixel(6, 0), std::uint8_t{10});
        QCOMPARE(pixel(0, 6), std::uint8_t{20});
        QCOMPARE(pixel(3, 0), std::uint8_t{128});  // a gap
        QVERIFY(pixel(12, 0) != pixel(18, 0));     // depth of the first two
        QVERIFY(contactSheet({}, 2).empty());
    }
};

QTEST_GUILESS_MAIN(DecodingTest)
#include "tst_decoding.moc"
