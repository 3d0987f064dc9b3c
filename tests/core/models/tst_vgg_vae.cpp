// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/models/vgg_vae.h"
#include "core/nn/initialisation.h"
#include "core/store/state_dict.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

class VggVaeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // VGG-19's convolutions and their BatchNorms, two and one fully connected layers of 400, and the mirror.
    void hasTheReportsLayers()
    {
        const elbo::VggVae model({}, {});
        std::int64_t encoder = 0;
        std::int64_t decoder = 0;
        int encoderConvolutions = 0;
        int decoderConvolutions = 0;
        std::int64_t rest = 0;
        for (const auto& entry : model.named_parameters()) {
            const bool convolution = entry.value().dim() == 4;
            if (entry.key().starts_with("encoder.")) {
                encoder += entry.value().numel();
                encoderConvolutions += convolution ? 1 : 0;
            } else if (entry.key().starts_with("decoder.")) {
                decoder += entry.value().numel();
                decoderConvolutions += convolution ? 1 : 0;
            } else {
                rest += entry.value().numel();
            }
        }
        QCOMPARE(encoderConvolutions, 16);
        QCOMPARE(decoderConvolutions, 16);
        // 3x3 weights and biases of VGG-19's table with four input channels, and two values a channel of
        // BatchNorm.
        const std::int64_t widths[] = {64,  64,  128, 128, 256, 256, 256, 256,
                                       512, 512, 512, 512, 512, 512, 512, 512};
        std::int64_t expected = 0;
        std::int64_t inputs = 4;
        for (const auto width : widths) {
            expected += 9 * inputs * width + width + 2 * width;
            inputs = width;
        }
        QCOMPARE(encoder, expected);
        const std::int64_t back[] = {512, 512, 512, 512, 512, 512, 512, 256,
                                     256, 256, 256, 128, 128, 64,  64,  4};
        expected = -2 * 4;  // the last has no BatchNorm
        inputs = 512;
        for (const auto width : back) {
            expected += 9 * inputs * width + width + 2 * width;
            inputs = width;
        }
        QCOMPARE(decoder, expected);
        const std::int64_t features = 512 * 4 * 4;
        QCOMPARE(rest, 2 * (features * 400 + 400) + 400 * features + features);
    }

    void itsLikelihoodIsBernoulliFromLogits()
    {
        elbo::VggVae model({.channels = 4, .height = 32, .width = 32, .classes = 0, .hasDepth = true},
                           {.latentSize = 3, .filters = 2});
        elbo::initialise(model, 1);
        model.eval();
        const auto z = elbo::goldenUniform("z", 6).view({2, 3});
        const auto logits = model.decoderOutput(z, {});
        QVERIFY(at::allclose(model.decode(z), at::sigmoid(logits)));
        const auto x = (elbo::goldenUniform("x", 2 * 4 * 32 * 32).view({2, 4, 32, 32}) + 1) / 2;
        const auto p = at::sigmoid(logits.to(at::kDouble));
        const auto expected =
            (x.to(at::kDouble) * p.log() + (1 - x.to(at::kDouble)) * (1 - p).log()).flatten(1).sum(1);
        const auto got = model.likelihood().logProbability(x, logits).to(at::kDouble);
        QVERIFY(at::allclose(got, expected, 1e-5));
    }

    void anyMultipleOf32IsTakenAndOthersAreRefused()
    {
        elbo::VggVae model({.channels = 3, .height = 32, .width = 64, .classes = 0, .hasDepth = false},
                           {.latentSize = 2, .filters = 2});
        model.eval();
        QVERIFY(model.decode(at::zeros({1, 2})).sizes() == at::IntArrayRef({1, 3, 32, 64}));
        QVERIFY_EXCEPTION_THROWN(
            elbo::VggVae({.channels = 1, .height = 30, .width = 32, .classes = 0, .hasDepth = false}, {}),
            elbo::Error);
    }
};

QTEST_GUILESS_MAIN(VggVaeTest)
#include "tst_vgg_vae.moc"
