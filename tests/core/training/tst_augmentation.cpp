// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/initialisation.h"
#include "core/training/augmentation.h"
#include "core/training/gradient_clipping.h"
#include "core/training/run_config.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>
#include <torch/csrc/autograd/generated/variable_factories.h>

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
    void isOffInEveryPreset()
    {
        for (const auto& preset : presets())
            QVERIFY2(!Augmentation(preset.config, ValueRange::Unit, true).isOn(), preset.name.c_str());
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
