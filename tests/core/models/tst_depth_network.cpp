// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/models/depth_network.h"
#include "core/models/registry.h"
#include "core/nn/initialisation.h"
#include "core/store/state_dict.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>
#include <torch/csrc/autograd/generated/variable_factories.h>
#include <torch/optim/adamw.h>

#include <cmath>
#include <set>

using namespace elbo;

namespace {

constexpr double kLn2 = 0.69314718055994531;

ModelConfig slim(const std::string& key = "bts-mobilenetv2")
{
    ModelConfig config{.key = key, .fields = {}};
    config.fields.set("decoder_width", std::string("64"));
    return config;
}

std::shared_ptr<DepthNetwork> made(const ImageShape& shape, std::uint64_t seed = 1)
{
    auto network = std::dynamic_pointer_cast<DepthNetwork>(makeModel(slim(), shape));
    initialise(*network, seed);
    return network;
}

/// Slopes of different steepness: what is bright is far.
Batch slopes(std::int64_t count, std::int64_t height = 64, std::int64_t width = 64)
{
    const auto rows = at::arange(height).view({1, 1, -1, 1}) / static_cast<double>(height);
    const auto steep = (at::arange(count) + 1).view({-1, 1, 1, 1}) / static_cast<double>(count);
    const auto unit = (rows * steep).expand({count, 1, height, width}).to(at::kFloat);
    return {.x = at::cat({unit, unit, unit, 1 + 4 * unit}, 1).contiguous(), .labels = {}};
}

at::Tensor mapOf(std::initializer_list<float> values)
{
    return at::tensor(std::vector<float>(values), at::kFloat).view({1, 1, 1, -1});
}

}  // namespace

class DepthNetworkTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theLossHasItsClosedForm()
    {
        // A common factor of 2: g = ln 2 everywhere, mean g^2 = (mean g)^2.
        const auto truth = mapOf({1, 2, 3, 4});
        const auto common = scaleInvariantLogLoss({truth * 2, truth}, 0.85, 10).item<double>();
        QVERIFY(std::abs(common - 10 * kLn2 * std::sqrt(0.15)) < 1e-4);
        // Half of the pixels too far by 2, half too near: the mean of g is 0.
        const auto mixed =
            scaleInvariantLogLoss({truth * mapOf({2, 2, 0.5, 0.5}), truth}, 0.85, 10).item<double>();
        QVERIFY(std::abs(mixed - 10 * kLn2) < 1e-4);
        QVERIFY(scaleInvariantLogLoss({truth, truth}, 0.85, 10).item<double>() < 2e-3);
    }

    void pixelsOutsideTheBoundsDoNotCount()
    {
        auto estimate = mapOf({2, 4, 5, 6, 7}).requires_grad_(true);
        const auto truth = mapOf({1, 2, 0, 10, 12});
        const auto loss = scaleInvariantLogLoss({estimate, truth}, 0.85, 10);
        QVERIFY(std::abs(loss.item<double>() - 10 * kLn2 * std::sqrt(0.15)) < 1e-4);
        loss.backward();
        const auto gradient = estimate.grad().flatten();
        QVERIFY(gradient.narrow(0, 0, 2).abs().min().item<float>() > 0);
        QVERIFY(gradient.narrow(0, 2, 3).eq(0).all().item<bool>());
    }

    void aBatchWithoutDepthTeachesNothing()
    {
        auto estimate = mapOf({2, 4}).requires_grad_(true);
        const auto loss = scaleInvariantLogLoss({estimate, mapOf({0, 0})}, 0.85, 10);
        QCOMPARE(loss.item<double>(), 0.0);
        loss.backward();
        QVERIFY(estimate.grad().eq(0).all().item<bool>());
    }

    // The terms of a step, by hand from what the network says.
    void theTermsAreMeansOverEachImage()
    {
        const auto network = made({.channels = 4, .height = 32, .width = 32});
        network->eval();
        auto batch = slopes(3, 32, 32);
        batch.x.select(0, 1).select(0, 3).narrow(0, 0, 16).zero_();  // holes
        batch.x.select(0, 2).select(0, 3).zero_();                   // nothing but holes
        const auto estimate = network->metres(batch.x);
        const auto step = network->step(batch, {}, 1.0);
        QCOMPARE(network->terms().size(), std::size_t{4});
        double rmse = 0, absRel = 0, d1 = 0;
        for (std::int64_t i = 0; i < 2; ++i) {
            const auto truth = batch.x[i][3], mine = estimate[i][0];
            const auto known = truth.gt(0);
            const auto t = truth.masked_select(known), y = mine.masked_select(known);
            rmse += (y - t).square().mean().sqrt().item<double>();
            absRel += ((y - t).abs() / t).mean().item<double>();
            d1 += at::maximum(y / t, t / y).lt(1.25).to(at::kFloat).mean().item<double>();
        }
        const auto terms = step.terms;
        QVERIFY(std::abs(terms[0].item<double>() - 3 * step.loss.item<double>()) < 1e-4);
        // The third image has no metrics of its own: the means are over the two others.
        QVERIFY(std::abs(terms[1].item<double>() / 3 - rmse / 2) < 1e-4);
        QVERIFY(std::abs(terms[2].item<double>() / 3 - absRel / 2) < 1e-4);
        QVERIFY(std::abs(terms[3].item<double>() / 3 - d1 / 2) < 1e-5);
    }

    void anySidesAreTakenAndDepthStaysInItsBounds()
    {
        for (const auto& [height, width] : {std::pair{64, 64}, {40, 50}, {33, 97}}) {
            const auto network = made({.channels = 4, .height = height, .width = width});
            network->eval();
            const auto depth = network->metres(slopes(2, height, width).x);
            QVERIFY(depth.sizes() == at::IntArrayRef({2, 1, height, width}));
            QVERIFY(depth.min().item<float>() > 0 && depth.max().item<float>() < 10);
        }
    }

    void greyImagesAreRepeated()
    {
        const auto grey = made({.channels = 2, .height = 32, .width = 32});
        const auto colors = made({.channels = 4, .height = 32, .width = 32});
        grey->eval();
        colors->eval();
        const auto x = slopes(2, 32, 32).x;
        QVERIFY(grey->metres(x.narrow(1, 2, 2)).equal(colors->metres(x)));
    }

    void weightsAreNamedAsPublishedOnesAre()
    {
        for (const auto* encoder : {"mobilenetv2", "resnet50", "densenet121"}) {
            const auto model = makeModel(slim(std::string("bts-") + encoder), ImageShape{});
            Bts plain(encoder, 64);
            std::set<std::string> names, expected;
            for (const auto& [name, tensor] : stateDict(*model))
                names.insert(name);
            for (const auto& [name, tensor] : stateDict(plain))
                expected.insert(name);
            QVERIFY(names == expected);
        }
    }

    void theEncoderAloneHasDecoupledWeightDecay()
    {
        const auto network = made({});
        const auto groups = network->parameterGroups();
        QCOMPARE(groups.size(), std::size_t{2});
        QCOMPARE(groups[0].weightDecay, 1e-2);
        QVERIFY(groups[0].decoupledDecay);
        QCOMPARE(groups[1].weightDecay, 0.0);
        std::size_t encoders = 0;
        for (const auto& parameter : network->named_parameters())
            encoders += parameter.key().starts_with("encoder.") ? 1 : 0;
        QCOMPARE(groups[0].parameters.size(), encoders);
        QCOMPARE(groups[0].parameters.size() + groups[1].parameters.size(), network->parameters().size());
    }

    // Every encoder, so that nothing that is fast in evaluation breaks the backward pass.
    void everyUsedWeightGetsAGradient_data()
    {
        QTest::addColumn<QString>("key");
        for (const auto& info : modelInfos())
            if (info.estimatesDepth && info.key.find("101") == std::string::npos)  // as its sibling of 50
                QTest::newRow(info.key.c_str()) << QString::fromStdString(info.key);
    }
    void everyUsedWeightGetsAGradient()
    {
        QFETCH(QString, key);
        const auto model = makeModel(slim(key.toStdString()), {.channels = 4, .height = 64, .width = 64});
        initialise(*model, 1);
        const auto step = model->step(slopes(2), {}, 1.0);
        QVERIFY(std::isfinite(step.loss.item<double>()) && step.terms.isfinite().all().item<bool>());
        step.loss.backward();
        for (const auto& parameter : model->named_parameters()) {
            const auto gradient = parameter.value().grad();
            if (parameter.key().find(".fc.") != std::string::npos) {
                QVERIFY(!gradient.defined());  // of the classifier, which published files hold
                continue;
            }
            QVERIFY2(gradient.defined() && gradient.isfinite().all().item<bool>(), parameter.key().c_str());
        }
    }

    void theLossFallsOnFixedImages()
    {
        const auto network = made({.channels = 4, .height = 64, .width = 64});
        const auto batch = slopes(8);
        torch::optim::AdamW optimiser(network->parameters(), torch::optim::AdamWOptions(1e-3));
        double first = 0, last = 0;
        for (int i = 0; i <= 40; ++i) {
            optimiser.zero_grad();
            const auto result = network->step(batch, {}, 1.0);
            last = result.loss.item<double>();
            first = i == 0 ? last : first;
            result.loss.backward();
            optimiser.step();
        }
        QVERIFY2(last < 0.5 * first, qPrintable(QStringLiteral("from %1 to %2").arg(first).arg(last)));
    }

    void imagesWithoutDepthAreRefused()
    {
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(makeModel(
                                     slim(), {.channels = 3, .height = 32, .width = 32, .hasDepth = false})),
                                 Error);
    }

    void aLatentCodeIsNotToBeHad()
    {
        try {
            static_cast<void>(makeVae(slim(), {}));
            QFAIL("a depth network became a VAE");
        } catch (const Error& error) {
            QVERIFY(error.code() == ErrorCode::BadSetting);
            QVERIFY(std::string(error.what()).find("evaluate-depth") != std::string::npos);
        }
    }

    // Codes through their ranges, holes as none.
    void originalValuesAreThoseThatWereRead()
    {
        const auto color = at::tensor(std::vector<int>{0, 51, 255}, at::kByte).view({1, 1, 1, 3});
        const auto depth = at::tensor(std::vector<int>{0, 1, -1}, at::kShort).view({1, 1, 1, 3});
        const auto ranges = at::tensor(std::vector<float>{51, 204, 2, 8}, at::kFloat).view({1, 2, 2});
        const auto values = originalValues(color, depth, ranges).flatten();
        const auto expected = at::tensor(std::vector<float>{0.2F, 81.6F / 255, 0.8F, 0, 2, 8}, at::kFloat);
        QVERIFY(values.allclose(expected, 1e-6, 1e-6));
    }
};

QTEST_GUILESS_MAIN(DepthNetworkTest)
#include "tst_depth_network.moc"
