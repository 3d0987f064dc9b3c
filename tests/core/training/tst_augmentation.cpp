// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/model_table.h"
#include "core/nn/initialisation.h"
#include "core/training/augmentation.h"
#include "core/training/gradient_clipping.h"
#include "core/training/run_config.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>
#include <torch/csrc/autograd/generated/variable_factories.h>

#include <cmath>
#include <numbers>
#include <set>

using namespace elbo;

namespace {

at::Tensor images(std::int64_t count)
{
    return goldenUniform("images", count * 4 * 8 * 8).view({count, 4, 8, 8}) * 0.9;
}

RunConfig with(const char* field, FieldValue value)
{
    RunConfig config;
    config.training.fields.set(field, std::move(value));
    return config;
}

}  // namespace

class AugmentationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isOffInEveryPresetOfAVae()
    {
        for (const auto& preset : presets()) {
            const bool on = Augmentation(preset.config, ValueRange::Unit, true).isOn();
            QVERIFY2(on == findModelInfo(preset.config.model.key).estimatesDepth, preset.name.c_str());
        }
    }

    void halfOfTheImagesAreMirrored()
    {
        const Augmentation augmentation(with("flip", true), ValueRange::Symmetric, true);
        const auto x = images(400);
        const auto y = augmentation.apply(x, 1, 0);
        int mirrored = 0;
        for (std::int64_t i = 0; i < 400; ++i) {
            const bool same = y[i].equal(x[i]);
            QVERIFY(same || y[i].equal(x[i].flip(2)));
            mirrored += same ? 0 : 1;
        }
        QVERIFY2(mirrored > 160 && mirrored < 240, qPrintable(QString::number(mirrored)));
    }

    // What happens follows from epoch and position alone: the batches an epoch falls into change nothing.
    void eachImageHasItsOwnDraws()
    {
        auto config = with("crop", 0.4);
        config.training.fields.set("flip", true);
        config.training.fields.set("brightness", 0.3);
        const Augmentation augmentation(config, ValueRange::Symmetric, true);
        const auto x = images(10);
        const auto whole = augmentation.apply(x, 3, 100);
        const auto parts = at::cat(
            {augmentation.apply(x.narrow(0, 0, 4), 3, 100), augmentation.apply(x.narrow(0, 4, 6), 3, 104)});
        QVERIFY(whole.equal(parts));
        QVERIFY(!whole.equal(augmentation.apply(x, 4, 100)));
        config.training.fields.set("seed", std::int64_t{2});
        QVERIFY(!whole.equal(Augmentation(config, ValueRange::Symmetric, true).apply(x, 3, 100)));
    }

    // A ramp stays a ramp, less steep by the part that is kept, and inside what it was.
    void cropsKeepAPartOfEachSide()
    {
        const Augmentation augmentation(with("crop", 0.5), ValueRange::Unit, false);
        const auto ramp = (at::arange(64, at::kFloat) / 63).view({1, 1, 1, 64}).expand({50, 1, 64, 64});
        const auto y = augmentation.apply(ramp, 1, 0);
        QVERIFY(y.sizes() == ramp.sizes());
        const auto middle = y.narrow(3, 8, 48);
        const auto slopes = (middle.narrow(3, 1, 47) - middle.narrow(3, 0, 47)) * 63;
        QVERIFY(slopes.min().item<float>() > 0.49F && slopes.max().item<float>() < 1.01F);
        const auto each = slopes.mean({1, 2, 3});
        QVERIFY(each.max().item<float>() - each.min().item<float>() > 0.2F);
        QVERIFY(y.min().item<float>() >= 0 && y.max().item<float>() <= 1);
    }

    // A ramp to the right rises after a turn along the direction that it was turned to, as steeply as before.
    void turnsAreRigidAndWithinTheirAngle()
    {
        const Augmentation augmentation(with("rotation", 30.0), ValueRange::Unit, false);
        const auto ramp = (at::arange(96, at::kFloat) / 95).view({1, 1, 1, 96}).expand({60, 1, 64, 96});
        const auto y = augmentation.apply(ramp, 1, 0);
        const auto middle = y.narrow(2, 24, 16).narrow(3, 40, 16) * 95;  // far from what comes from outside
        const auto right = (middle.narrow(3, 1, 15) - middle.narrow(3, 0, 15)).mean({1, 2, 3});
        const auto down = (middle.narrow(2, 1, 15) - middle.narrow(2, 0, 15)).mean({1, 2, 3});
        QVERIFY((right.square() + down.square() - 1).abs().max().item<float>() < 1e-3F);
        const auto angles = at::atan2(down, right) * (180 / std::numbers::pi);
        QVERIFY(angles.abs().max().item<float>() <= 30.01F);
        QVERIFY(angles.min().item<float>() < -15 && angles.max().item<float>() > 15);
    }

    void depthInMetresIsNeverMixed()
    {
        auto config = with("rotation", 20.0);
        config.training.fields.set("crop", 0.3);
        const Augmentation augmentation(config, ValueRange::Original, true);
        auto x = at::rand({20, 4, 32, 48});
        const auto depth = at::where(at::rand({20, 1, 32, 48}).lt(0.5), 1.0, 7.0).to(at::kFloat);
        x.narrow(1, 3, 1).copy_(depth);
        const auto turned = augmentation.apply(x, 1, 0).narrow(1, 3, 1);
        QVERIFY((turned.eq(1) | turned.eq(7) | turned.eq(0)).all().item<bool>());
        QVERIFY(turned.eq(0).any().item<bool>());  // the corners come from outside
        const auto colors = augmentation.apply(x, 1, 0).narrow(1, 0, 3);
        QVERIFY(colors.min().item<float>() >= 0 && colors.max().item<float>() <= 1);
    }

    void windowsAreCutPixelForPixel()
    {
        const Augmentation augmentation(with("crop_size", std::string("24x16")), ValueRange::Original, true);
        QVERIFY(augmentation.isOn());
        // Every pixel tells where it lies.
        const auto places = at::arange(32 * 48, at::kFloat).view({1, 1, 32, 48}).expand({200, 4, 32, 48});
        const auto y = augmentation.apply(places, 1, 0);
        QVERIFY(y.sizes() == at::IntArrayRef({200, 4, 16, 24}));
        std::set<std::int64_t> lefts, tops;
        for (std::int64_t i = 0; i < 200; ++i) {
            const auto first = y[i][0][0][0].item<std::int64_t>();
            const auto top = first / 48, left = first % 48;
            QVERIFY(y[i].equal(places[i].narrow(1, top, 16).narrow(2, left, 24)));
            lefts.insert(left);
            tops.insert(top);
        }
        QVERIFY(*lefts.begin() == 0 && *lefts.rbegin() == 24 && *tops.begin() == 0 && *tops.rbegin() == 16);
    }

    void gammaAndColourBalanceChangeColoursAlone()
    {
        auto config = with("gamma", 0.1);
        const auto x = at::full({200, 4, 2, 2}, 0.5F);
        const auto exponents =
            (Augmentation(config, ValueRange::Original, true).apply(x, 1, 0).log() / std::log(0.5))
                .narrow(1, 0, 3);
        QVERIFY(exponents.min().item<float>() >= 0.899F && exponents.max().item<float>() <= 1.101F);
        QVERIFY(exponents.max().item<float>() - exponents.min().item<float>() > 0.15F);
        QVERIFY(exponents.select(1, 0).allclose(exponents.select(1, 2)));
        config = with("color_balance", 0.1);
        const auto y = Augmentation(config, ValueRange::Original, true).apply(x, 1, 0) / 0.5;
        QVERIFY(y.narrow(1, 0, 3).min().item<float>() >= 0.899F);
        QVERIFY(y.narrow(1, 0, 3).max().item<float>() <= 1.101F);
        QVERIFY(!y.select(1, 0).allclose(y.select(1, 2)));
        QVERIFY(y.select(1, 3).allclose(at::ones({200, 2, 2})));
    }

    void aWindowThatIsNoSizeIsRefused()
    {
        auto config = with("crop_size", std::string("large"));
        config.model.key = "bts-mobilenetv2";
        const auto sentences = problems(config);
        QCOMPARE(sentences.size(), std::size_t{1});
        QVERIFY(sentences[0].find("544x416") != std::string::npos);
        config.training.fields.set("crop_size", std::string("64"));
        QVERIFY(problems(config).empty());
        config.model.key = "rgbd-vae";
        QCOMPARE(problems(config).size(), std::size_t{1});
    }

    void coloursStayInTheirRangeAndDepthAsItIs()
    {
        auto config = with("brightness", 1.0);
        config.training.fields.set("contrast", 1.0);
        config.training.fields.set("saturation", 1.0);
        const auto x = images(60);
        const auto y = Augmentation(config, ValueRange::Symmetric, true).apply(x, 1, 0);
        QVERIFY(y.narrow(1, 3, 1).equal(x.narrow(1, 3, 1)));
        QVERIFY(!y.narrow(1, 0, 3).equal(x.narrow(1, 0, 3)));
        QVERIFY(y.min().item<float>() >= -1 && y.max().item<float>() <= 1);
        // Without depth the last channel is a colour as well.
        const auto colours =
            Augmentation(config, ValueRange::Symmetric, false).apply(x.narrow(1, 0, 3), 1, 0);
        QVERIFY(colours.equal(y.narrow(1, 0, 3)));
    }

    void brightnessIsAFactor()
    {
        const auto x = at::full({30, 1, 4, 4}, 0.5F);
        const auto y = Augmentation(with("brightness", 0.2), ValueRange::Unit, false).apply(x, 1, 0);
        QVERIFY(y.min().item<float>() >= 0.4F - 1e-6F && y.max().item<float>() <= 0.6F + 1e-6F);
        QVERIFY(y.max().item<float>() - y.min().item<float>() > 0.1F);
    }

    void longGradientsAreShortened()
    {
        auto a = torch::zeros({2}).requires_grad_();
        auto b = torch::zeros({1}).requires_grad_();
        const auto unused = torch::zeros({1}).requires_grad_();
        (a * at::tensor({3.0F, 0.0F})).sum().backward();
        (b * 4.0F).sum().backward();
        clipGradients({a, b, unused}, 2.5);  // the norm of both is 5
        QVERIFY(at::allclose(a.grad(), at::tensor({1.5F, 0.0F})));
        QVERIFY(at::allclose(b.grad(), at::tensor({2.0F})));
        clipGradients({a, b, unused}, 100.0);
        QVERIFY(at::allclose(b.grad(), at::tensor({2.0F})));
        a.mutable_grad().zero_();
        b.mutable_grad().zero_();
        clipGradients({a, b}, 1.0);
        QVERIFY(b.grad().isfinite().all().item<bool>());
    }
};

QTEST_GUILESS_MAIN(AugmentationTest)
#include "tst_augmentation.moc"
