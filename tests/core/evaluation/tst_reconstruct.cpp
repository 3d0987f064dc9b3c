// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/color_map.h"
#include "core/base/error.h"
#include "core/data/image_source.h"
#include "core/data/preparation.h"
#include "core/evaluation/evaluate.h"
#include "core/evaluation/reconstruct.h"
#include "core/models/fc_vae.h"
#include "core/nn/initialisation.h"
#include "tests/core/evaluation/made_dataset.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace {

std::shared_ptr<elbo::Vae> modelFor(const elbo::Dataset& data)
{
    auto model = std::make_shared<elbo::FcVae>(data.shape(), 6, 20);
    elbo::initialiseFromNames(*model);
    return model;
}

bool close(double a, double b)
{
    return std::abs(a - b) <= 1e-5 * std::max(std::abs(a), std::abs(b));
}

}  // namespace

class ReconstructTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void truthHasItsColoursAndMetres()
    {
        auto data = elbo::tests::madeDataset(6, true, true);
        data.ranges[4][1][0] = 10.0;  // green of that image spans 10 to 60
        data.ranges[4][1][1] = 60.0;
        const auto model = modelFor(data);
        const auto results = elbo::reconstruct(*model, data, {1, 4}, {});
        QCOMPARE(results.size(), 2U);
        const auto& image = results[1];
        QCOMPARE(image.name, std::string("image 4"));
        QVERIFY(image.metric);
        QCOMPARE(image.truthColor.width, 16);
        QCOMPARE(image.truthColor.height, 12);
        QCOMPARE(image.truthColor.channels, 3);
        const auto pixel = [&](int x, int y, int channel) {
            return image.truthColor.pixels[static_cast<std::size_t>((y * 16 + x) * 3 + channel)];
        };
        QCOMPARE(int(pixel(3, 2, 0)), data.color[4][0][2][3].item<int>());
        QCOMPARE(int(pixel(3, 2, 1)),
                 static_cast<int>(std::lround(10 + 50 * data.color[4][1][2][3].item<int>() / 255.0)));
        const int code = data.depth.to(at::kInt)[4][0][2][3].item<int>();
        QVERIFY(std::abs(image.truthDepth.values[2 * 16 + 3] - (5 + (code - 1) / 65534.0 * 6)) < 1e-4);
        QCOMPARE(image.depth.values.size(), 16U * 12U);
    }

    void numbersAreThoseOfEvaluate()
    {
        const auto data = elbo::tests::madeDataset(6, true, true);
        const auto model = modelFor(data);
        const auto image = elbo::reconstruct(*model, data, {3}, {}).front();
        const auto expected = elbo::evaluate(*model, data, {3}, {});
        QVERIFY(close(image.mse, expected.mseMean));
        QVERIFY(close(image.mseColor, expected.mseColor));
        QVERIFY(close(image.mseDepth, expected.mseDepth));
        QVERIFY(close(image.psnr, expected.psnr));
        QVERIFY(close(image.ssim, expected.ssim));
        QVERIFY(close(image.depthRmse, expected.depthRmseMetres));
    }

    void relativeDepthStaysInTheUnitRange()
    {
        const auto data = elbo::tests::madeDataset(6, true, false);
        const auto image = elbo::reconstruct(*modelFor(data), data, {3}, {}).front();
        QVERIFY(!image.metric);
        QCOMPARE(image.depthRmse, -1.0);
        const int code = data.depth.to(at::kInt)[3][0][0][0].item<int>();
        QVERIFY(std::abs(image.truthDepth.values[0] - (code - 1) / 65534.0) < 1e-5);
    }

    void greyHasNoDepth()
    {
        const auto data = elbo::tests::madeDataset(6, false, false);
        const auto image = elbo::reconstruct(*modelFor(data), data, {0}, {}).front();
        QCOMPARE(image.truthColor.channels, 1);
        QVERIFY(image.truthDepth.empty() && image.depth.empty());
        QCOMPARE(image.mseDepth, 0.0);
    }

    void samplesAreSeeded()
    {
        const auto data = elbo::tests::madeDataset(6, true, true);
        const auto model = modelFor(data);
        const auto mean = elbo::reconstruct(*model, data, {2}, {}).front();
        const auto first = elbo::reconstruct(*model, data, {2}, {.sample = true, .seed = 1}).front();
        const auto again = elbo::reconstruct(*model, data, {1, 2}, {.sample = true, .seed = 1}).back();
        const auto other = elbo::reconstruct(*model, data, {2}, {.sample = true, .seed = 2}).front();
        QVERIFY(close(first.mse, again.mse));
        QVERIFY(first.mse != mean.mse && first.mse != other.mse);
    }

    void aPreparedImageGivesTheSame()
    {
        const auto data = elbo::tests::madeDataset(6, true, true);
        const auto model = modelFor(data);
        const elbo::PreparedImage prepared{
            .color = data.color[5], .depth = data.depth[5], .ranges = data.ranges[5], .problems = {}};
        const auto lone = elbo::reconstruct(*model, prepared, "mine", true, std::nullopt, {});
        const auto ofSet = elbo::reconstruct(*model, data, {5}, {}).front();
        QCOMPARE(lone.name, std::string("mine"));
        QVERIFY(lone.truthColor == ofSet.truthColor && lone.color == ofSet.color);
        QVERIFY(lone.depth == ofSet.depth);
        QCOMPARE(lone.mse, ofSet.mse);
    }

    void aLoneColourImageIsRefused()
    {
        const auto data = elbo::tests::madeDataset(6, true, true);
        const elbo::PreparedImage prepared{
            .color = data.color[5], .depth = {}, .ranges = data.ranges[5], .problems = {}};
        QVERIFY_EXCEPTION_THROWN(
            static_cast<void>(elbo::reconstruct(*modelFor(data), prepared, "x", true, std::nullopt, {})),
            elbo::Error);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(elbo::reconstruct(*modelFor(data), data, {6}, {})),
                                 elbo::Error);
    }

    void theSheetHasTruthAboveReconstruction()
    {
        elbo::Reconstruction one;
        one.truthColor = {.width = 2, .height = 1, .channels = 3, .pixels = {1, 2, 3, 4, 5, 6}};
        one.color = {.width = 2, .height = 1, .channels = 3, .pixels = {7, 8, 9, 10, 11, 12}};
        one.truthDepth = {.width = 2, .height = 1, .values = {1.0F, 3.0F}};
        one.depth = {.width = 2, .height = 1, .values = {2.0F, 5.0F}};
        const auto sheet = elbo::reconstructionSheet({one, one});
        QCOMPARE(sheet.width, 2 * 2 + 4);
        QCOMPARE(sheet.height, 4 * 1 + 3 * 4);
        QCOMPARE(sheet.channels, 3);
        const auto at = [&](int x, int y) {
            const auto* pixel = &sheet.pixels[static_cast<std::size_t>((y * sheet.width + x) * 3)];
            return std::array<std::uint8_t, 3>{pixel[0], pixel[1], pixel[2]};
        };
        using Pixel = std::array<std::uint8_t, 3>;
        QVERIFY((at(1, 0) == Pixel{4, 5, 6}));
        QVERIFY((at(6, 5) == Pixel{7, 8, 9}));
        QVERIFY((at(3, 0) == Pixel{128, 128, 128}));
        QVERIFY((at(0, 3) == Pixel{128, 128, 128}));
        const auto& turbo = elbo::findColorMap("turbo").entries;
        QVERIFY(at(0, 10) == turbo[0]);  // the pair spans 1 to 5
        QVERIFY(at(1, 15) == turbo[255]);
        QVERIFY(at(1, 10) == turbo[127] || at(1, 10) == turbo[128]);
    }

    void aGreySheetHasTwoRows()
    {
        elbo::Reconstruction one;
        one.truthColor = {.width = 1, .height = 1, .channels = 1, .pixels = {200}};
        one.color = {.width = 1, .height = 1, .channels = 1, .pixels = {100}};
        const auto sheet = elbo::reconstructionSheet({one});
        QCOMPARE(sheet.height, 6);
        QCOMPARE(int(sheet.pixels[1]), 200);
        QCOMPARE(int(sheet.pixels[15]), 100);
        QVERIFY(elbo::reconstructionSheet({}).empty());
    }

    /// The network has 16x12; what is shown has the proportions of the picture that was given.
    void theFitOfAPictureIsUndone()
    {
        const auto data = elbo::tests::madeDataset(6, true, true);
        const auto model = modelFor(data);
        elbo::SourceImage image;
        image.color = (at::arange(3 * 30 * 80).view({3, 30, 80}) % 241).to(at::kByte);
        image.depth = at::arange(30 * 80).view({30, 80}).to(at::kFloat) / 800.0 + 1.0;
        const auto with = [&](elbo::Fit fit) {
            return elbo::reconstructSource(*model, image, false, "wide", true, {false, 1, fit});
        };
        const auto stretched = with(elbo::Fit::Stretch);
        QCOMPARE(stretched.truthColor.width, 32);
        QCOMPARE(stretched.truthColor.height, 12);
        QCOMPARE(stretched.color.pixels.size(), std::size_t{32 * 12 * 3});
        QCOMPARE(stretched.depth.values.size(), std::size_t{32 * 12});
        const auto cropped = with(elbo::Fit::Crop);
        QCOMPARE(cropped.truthColor.width, 16);
        QCOMPARE(cropped.truthDepth.height, 12);
        const auto padded = with(elbo::Fit::Pad);
        QCOMPARE(padded.truthColor.width, 16);
        QCOMPARE(padded.truthColor.height, 6);
        QCOMPARE(padded.depth.height, 6);
        // The depth grows from the upper left to the lower right: no edge was repeated in what is shown.
        const auto [least, most] =
            std::minmax_element(padded.truthDepth.values.begin(), padded.truthDepth.values.end());
        QVERIFY(*least < 1.2F && *most > 3.8F);
        QVERIFY(padded.truthDepth.values[0] < padded.truthDepth.values[2 * 16]);
        // The numbers are of what the network saw.
        const auto seen =
            elbo::reconstruct(*model, elbo::prepareImage(image, model->shape(), false, elbo::Fit::Pad),
                              "wide", true, std::nullopt, {});
        QCOMPARE(padded.mse, seen.mse);
        QCOMPARE(seen.truthColor.height, 12);
    }
};

QTEST_GUILESS_MAIN(ReconstructTest)
#include "tst_reconstruct.moc"
