// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/models/registry.h"
#include "core/models/rgbd_vae.h"
#include "core/nn/autocast.h"
#include "core/nn/initialisation.h"
#include "core/store/state_dict.h"
#include "tests/support/golden.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>
#include <torch/nn/module.h>

namespace {

std::int64_t parameterCount(const torch::nn::Module& module)
{
    std::int64_t count = 0;
    for (const auto& parameter : module.parameters()) {
        count += parameter.numel();
    }
    return count;
}

}  // namespace

class RgbdVaeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void reproducesTheGoldenValues_data() { elbo::tests::addGoldenRows("rgbd-vae", "rgbd_vae"); }
    void reproducesTheGoldenValues()
    {
        QFETCH(double, deviation);
        QFETCH(double, tolerance);
        QVERIFY2(deviation <= tolerance, qPrintable(QString::number(deviation)));
    }

    void hasThePublishedNamesAndShapes()
    {
        const elbo::RgbdVae model({}, {});
        const auto keys = elbo::tests::goldenFile("rgbd_vae_keys");
        const auto entries = elbo::stateDict(model);
        QCOMPARE(entries.size(), keys.size());
        for (std::size_t i = 0; i < entries.size(); ++i) {
            QCOMPARE(entries[i].name, keys[i][0].get<std::string>());
            QVERIFY(entries[i].tensor.sizes().vec() == keys[i][1].get<std::vector<std::int64_t>>());
        }
    }

    void hasThePublishedNumbersOfParameters()
    {
        QCOMPARE(parameterCount(elbo::RgbdVae({}, {})), 16'131'716);
        QCOMPARE(parameterCount(
                     elbo::RgbdVae({}, {.latentSize = 400, .encoderFilters = 64, .decoderFilters = 64})),
                 20'707'492);
    }

    void takesShapes_data()
    {
        QTest::addColumn<int>("channels");
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("width");
        QTest::newRow("square") << 4 << 64 << 64;
        QTest::newRow("wide") << 4 << 32 << 96;
        QTest::newRow("grey") << 1 << 64 << 32;
        QTest::newRow("MNIST") << 1 << 28 << 28;
    }
    void takesShapes()
    {
        QFETCH(int, channels);
        QFETCH(int, height);
        QFETCH(int, width);
        const elbo::ImageShape shape{
            .channels = channels, .height = height, .width = width, .classes = 0, .hasDepth = channels == 4};
        elbo::RgbdVae model(shape, {.latentSize = 7, .encoderFilters = 8, .decoderFilters = 8});
        elbo::initialise(model, 1);
        const auto x = elbo::goldenUniform("x", 3 * shape.values()).reshape({3, channels, height, width});
        const auto posterior = model.encode({.x = x, .labels = {}});
        QVERIFY(posterior.mean.sizes() == at::IntArrayRef({3, 7}));
        QVERIFY(posterior.std.sizes() == at::IntArrayRef({3, 7}));
        QVERIFY(posterior.std.min().item<float>() > 0);
        QVERIFY(model.decode(posterior.mean).sizes() == x.sizes());
    }

    void refusesOtherSides_data()
    {
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("width");
        QTest::newRow("no multiple of 32") << 100 << 64;
        QTest::newRow("28 x 32") << 28 << 32;
        QTest::newRow("nothing") << 0 << 0;
    }
    void refusesOtherSides()
    {
        QFETCH(int, height);
        QFETCH(int, width);
        const elbo::ImageShape shape{.channels = 4, .height = height, .width = width};
        try {
            static_cast<void>(elbo::makeVae({.key = "rgbd-vae", .fields = {}}, shape));
            QFAIL("the shape was taken");
        } catch (const elbo::Error& error) {
            QVERIFY(error.code() == elbo::ErrorCode::BadSetting);
        }
    }

    void refusesImagesOfAnotherShape()
    {
        elbo::RgbdVae model({.channels = 4, .height = 32, .width = 32},
                            {.latentSize = 4, .encoderFilters = 8, .decoderFilters = 8});
        QVERIFY_EXCEPTION_THROWN(
            static_cast<void>(model.encode({.x = at::zeros({2, 4, 64, 64}), .labels = {}})), elbo::Error);
        QVERIFY_EXCEPTION_THROWN(
            static_cast<void>(model.encode({.x = at::zeros({2, 3, 32, 32}), .labels = {}})), elbo::Error);
    }

    // Padding counts in no term: the same output on the 784 values gives the closed forms of those alone.
    void padsMnistOutsideOfTheTerms()
    {
        const elbo::ImageShape shape{
            .channels = 1, .height = 28, .width = 28, .classes = 0, .hasDepth = false};
        elbo::RgbdVae model(shape, {.latentSize = 5, .encoderFilters = 8, .decoderFilters = 8});
        elbo::initialise(model, 1);
        model.eval();
        const auto x = elbo::goldenUniform("x", 2 * 784).reshape({2, 1, 28, 28});
        const auto noise = at::zeros({2, 5});
        const auto step = model.step({.x = x, .labels = {}}, noise, 1.0);
        const auto y = model.decode(model.encode({.x = x, .labels = {}}).mean);
        const double squares = (x - y).square().sum().item<double>();
        const double logProbability = -0.5 * squares - 2 * 0.5 * 784 * std::log(2 * std::numbers::pi);
        QVERIFY(std::abs(step.terms[1].item<double>() / logProbability - 1) < 1e-5);
        QVERIFY(std::abs(step.terms[3].item<double>() / (squares / 4) - 1) < 1e-5);  // reported in [0, 1]
    }

    void bf16StaysNearFloat32()
    {
        const elbo::ImageShape shape{.channels = 4, .height = 32, .width = 32};
        elbo::RgbdVae model(shape, {.latentSize = 16, .encoderFilters = 16, .decoderFilters = 16});
        elbo::initialise(model, 1);
        const auto x = elbo::goldenUniform("x", 8 * shape.values()).reshape({8, 4, 32, 32});
        const auto noise = elbo::goldenUniform("noise", 8 * 16).reshape({8, 16});
        const auto exact = model.step({.x = x, .labels = {}}, noise, 1.0);
        const elbo::Autocast bf16(at::kCPU, elbo::Precision::BFloat16);
        const auto rounded = model.step({.x = x, .labels = {}}, noise, 1.0);
        QVERIFY(rounded.loss.scalar_type() == at::kFloat);
        QVERIFY(rounded.terms.scalar_type() == at::kFloat);
        rounded.loss.backward();
        for (const auto& parameter : model.parameters()) {
            QVERIFY(parameter.grad().scalar_type() == at::kFloat);
        }
        QVERIFY(std::abs(rounded.loss.item<double>() / exact.loss.item<double>() - 1) < 0.01);
        QVERIFY(!rounded.loss.equal(exact.loss));
    }
};

QTEST_GUILESS_MAIN(RgbdVaeTest)
#include "tst_rgbd_vae.moc"
