// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset.h"
#include "core/evaluation/evaluate.h"
#include "core/models/registry.h"
#include "core/models/sigma_fields.h"
#include "core/nn/initialisation.h"
#include "core/store/state_dict.h"
#include "core/training/run_config.h"
#include "core/training/training_step.h"
#include "tests/core/evaluation/made_dataset.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <nlohmann/json.hpp>

#include <cmath>
#include <numbers>

using namespace elbo;

namespace {

constexpr ImageShape kShape{.channels = 1, .height = 6, .width = 5, .classes = 3, .hasDepth = false};
constexpr std::int64_t kImages = 4;

ModelConfig configOf(const std::string& key, double sigma, bool learned)
{
    ModelConfig config;
    config.key = key;
    config.fields.set("sigma", sigma);
    config.fields.set("learn_sigma", learned);
    return config;
}

ImageShape shapeFor(const std::string& key)
{
    auto shape = kShape;
    if (key == "rgbd-vae")
        shape.height = shape.width = 32;
    return shape;
}

Batch batchFor(const Vae& model)
{
    const auto& shape = model.shape();
    auto x = goldenUniform("x", kImages * shape.values())
                 .view({kImages, shape.channels, shape.height, shape.width});
    if (model.valueRange() == ValueRange::Unit)
        x = (x + 1) / 2;
    return {x, at::tensor({0, 1, 2, 0}, at::kLong)};
}

bool close(double a, double b, double tolerance = 1e-5)
{
    return std::abs(a - b) <= tolerance * std::max({1.0, std::abs(a), std::abs(b)});
}

}  // namespace

class SigmaFieldsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void gaussianModels_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<double>("reported");
        QTest::newRow("fc-vae") << "fc-vae" << 1.0 / std::numbers::sqrt2;
        QTest::newRow("conditional-vae") << "conditional-vae" << 1.0 / std::numbers::sqrt2;
        QTest::newRow("rgbd-vae") << "rgbd-vae" << 1.0;
    }
    // Nothing changes unless asked: the report's sigma, and no parameter more than the published layouts
    // have.
    void gaussianModels()
    {
        QFETCH(QString, key);
        QFETCH(double, reported);
        const auto name = key.toStdString();
        const auto plain = makeVae({name, {}}, shapeFor(name));
        QCOMPARE(plain->likelihood().sigmaNow(), reported);
        QVERIFY(!plain->named_parameters().contains("log_sigma"));

        const auto fixed = makeVae(configOf(name, 0.25, false), shapeFor(name));
        QCOMPARE(fixed->likelihood().sigmaNow(), 0.25);
        QVERIFY(!fixed->named_parameters().contains("log_sigma"));
        const auto learned = makeVae(configOf(name, 0.25, true), shapeFor(name));
        QVERIFY(learned->named_parameters().contains("log_sigma"));
        initialise(*fixed, 1);
        initialise(*learned, 1);
        // It begins with the value of the field, whatever initialises the weights.
        QVERIFY(close(learned->likelihood().sigmaNow(), 0.25));
        const auto batch = batchFor(*fixed);
        const auto noise = goldenUniform("noise", kImages * fixed->noiseSize()).view({kImages, -1});
        const auto a = fixed->step(batch, noise, 1.0);
        const auto b = learned->step(batch, noise, 1.0);
        QVERIFY(at::allclose(a.terms, b.terms, 1e-4, 1e-3));
        QVERIFY(close(a.loss.item<double>(), b.loss.item<double>()));
    }

    void theFixedOneIsTheFormula()
    {
        const Likelihood likelihood{.kind = Likelihood::Kind::Gaussian, .sigma = 0.3};
        const auto x = goldenUniform("x", 2 * 30).view({2, 1, 6, 5});
        const auto y = goldenUniform("y", 2 * 30).view({2, 1, 6, 5});
        const auto squares = (x - y).square().flatten(1).sum(1).to(at::kDouble);
        const auto expected = -0.5 * (squares / 0.09 + 30 * std::log(2 * std::numbers::pi * 0.09));
        QVERIFY(at::allclose(likelihood.logProbability(x, y).to(at::kDouble), expected, 1e-5, 1e-5));
    }

    // The likelihood is highest where sigma^2 is the mean squared error of a value.
    void theGradientVanishesAtTheBestSigma()
    {
        const auto squares = at::tensor({3.0F, 5.0F});
        const std::int64_t values = 40;
        const double best = 0.5 * std::log(4.0 / static_cast<double>(values));
        const auto gradientAt = [&](double logSigma) {
            // Far above the bound, where it changes nothing.
            auto parameter = at::full({}, logSigma, at::kFloat).requires_grad_();
            const Likelihood likelihood{.kind = Likelihood::Kind::Gaussian, .logSigma = parameter};
            likelihood.gaussianLogProbability(squares, values).mean().backward();
            return parameter.grad().item<double>();
        };
        QVERIFY(std::abs(gradientAt(best)) < 1.0);
        QVERIFY(gradientAt(best - 0.2) > 5.0);
        QVERIFY(gradientAt(best + 0.2) < -5.0);
    }

    void aLearnedSigmaStaysAboveItsBound()
    {
        auto parameter = at::full({}, -1000.0).requires_grad_();
        const Likelihood likelihood{.kind = Likelihood::Kind::Gaussian, .logSigma = parameter};
        QVERIFY(close(std::log(likelihood.sigmaNow()), -6.0));
        QVERIFY(likelihood.gaussianLogProbability(at::ones({1}), 10).isfinite().all().item<bool>());
    }

    void trainingMovesIt()
    {
        const auto model = makeVae(configOf("fc-vae", 1.0 / std::numbers::sqrt2, true), kShape);
        initialise(*model, 1);
        model->train();
        FusedAdam adam(model->parameterGroups());
        DataParallel alone(aloneGroup(), model->parameters());
        DeviceGraphMemory memory;
        TrainingStep step(*model, adam, alone, {.device = c10::Device(c10::kCPU)}, memory);
        const auto batch = batchFor(*model);
        const auto noise = goldenUniform("noise", kImages * model->noiseSize()).view({kImages, -1});
        const auto before = model->likelihood().sigmaNow();
        for (int i = 0; i < 50; ++i)
            (void)step.take(batch, noise, {.learning = 1e-2, .beta = 1}, {0, kImages, 1.0});
        QVERIFY(model->likelihood().sigmaNow() < before - 0.05);  // these images are nearer than 0.7
        // Kept with the weights, and refused by a model that does not learn it.
        const auto same = makeVae(configOf("fc-vae", 0.5, true), kShape);
        loadStateDict(*same, stateDict(*model));
        QCOMPARE(same->likelihood().sigmaNow(), model->likelihood().sigmaNow());
        const auto fixed = makeVae({"fc-vae", {}}, kShape);
        QVERIFY_EXCEPTION_THROWN(loadStateDict(*fixed, stateDict(*model)), std::exception);
    }

    void presetsOfTheReportKeepIt()
    {
        for (const auto& preset : presets())
            if (preset.name.starts_with("paper/"))
                QVERIFY(!preset.config.model.fields.has("sigma") &&
                        !preset.config.model.fields.has("learn_sigma"));
    }

    void badValuesAreRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::newRow("zero") << "sigma" << "0";
        QTest::newRow("negative") << "sigma" << "-1";
        QTest::newRow("huge") << "sigma" << "11";
        QTest::newRow("a word") << "sigma" << "small";
        QTest::newRow("no yes or no") << "learn_sigma" << "perhaps";
    }
    void badValuesAreRefused()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        RunConfig config;
        config.model.key = "fc-vae";
        const auto set = [&] {
            setField(config, name.toStdString(), value.toStdString());
            if (const auto sentences = problems(config); !sentences.empty())
                throw std::runtime_error(sentences.front());
        };
        QVERIFY_EXCEPTION_THROWN(set(), std::exception);
    }

    // The same picture of the world, fed in [-1, 1] with sigma 2s or in [0, 1] with sigma s, has one density.
    void densitiesCompareInTheUnitRange()
    {
        const Likelihood wide{.kind = Likelihood::Kind::Gaussian, .sigma = 0.6};
        const Likelihood unit{.kind = Likelihood::Kind::Gaussian, .sigma = 0.3};
        const auto squares = at::tensor({2.0F, 7.0F});
        constexpr std::int64_t kValues = 90;
        QVERIFY(at::allclose(wide.gaussianLogProbability(squares, kValues) + kValues * std::numbers::ln2,
                             unit.gaussianLogProbability(squares / 4, kValues), 1e-5, 1e-4));

        auto data = tests::madeDataset(10, true, true);
        const auto enlarged = [](const at::Tensor& codes) {  // to sides that every model takes
            return codes.repeat({1, 1, 3, 2}).narrow(2, 0, 32).contiguous();
        };
        data.color = enlarged(data.color);
        data.depth = enlarged(data.depth.view(at::kShort)).view(at::kUInt16);
        const auto test = data.indices(SplitSide::Test);
        const auto values = static_cast<double>(data.shape().values());
        for (const std::string key : {"fc-vae", "rgbd-vae", "vgg-vae"}) {
            const auto model = makeVae({key, {}}, data.shape());
            initialise(*model, 1);
            const auto result = evaluate(*model, data, test, {.batchSize = 5});
            const auto json = toJson(result);
            const auto shift =
                model->valueRange() == ValueRange::Symmetric ? values * std::numbers::ln2 : 0.0;
            QVERIFY(close(result.logLikelihoodUnit, result.logLikelihood + shift));
            QVERIFY(close(result.elboUnit, result.elbo + shift));
            // Grey values under a Bernoulli are no density: they are said to be none, and not compared.
            QCOMPARE(result.density, key != "vgg-vae");
            QCOMPARE(json.contains("elbo_unit"), key != "vgg-vae");
            const auto isNoDensity = [](const TermInfo& term) {
                return term.unit.find("not a density") != std::string::npos;
            };
            QCOMPARE(std::ranges::count_if(model->terms(), isNoDensity), key == "vgg-vae" ? 2 : 0);
        }
    }
};

QTEST_GUILESS_MAIN(SigmaFieldsTest)
#include "tst_sigma_fields.moc"
