// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/models/registry.h"
#include "core/nn/initialisation.h"
#include "core/store/state_dict.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <ATen/ATen.h>
#include <torch/optim/adam.h>

#include <cmath>
#include <numbers>
#include <set>

namespace {

using elbo::ImageShape;

const ImageShape kShapes[] = {
    {.channels = 4, .height = 32, .width = 32, .classes = 5, .hasDepth = true},
    {.channels = 1, .height = 28, .width = 28, .classes = 10, .hasDepth = false},
};

/// One row for each VAE that is trained and each shape.
void addRowForEachModel()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<int>("shapeIndex");
    for (const auto& info : elbo::modelInfos()) {
        if (info.kind == elbo::ModelKind::Trained && !info.estimatesDepth) {
            QTest::newRow((info.key + ", colour and depth").c_str())
                << QByteArray::fromStdString(info.key) << 0;
            QTest::newRow((info.key + ", grey").c_str()) << QByteArray::fromStdString(info.key) << 1;
        }
    }
}

std::shared_ptr<elbo::Vae> makeFetched(std::uint64_t seed = 1)
{
    QFETCH(QByteArray, key);
    QFETCH(int, shapeIndex);
    elbo::ModelConfig config{.key = key.toStdString(), .fields = {}};
    // VGG's width makes these tests slow and nothing else: its depth is what they look at.
    if (config.key == "vgg-vae")
        config.fields.set("filters", std::int64_t{16});
    auto model = elbo::makeVae(config, kShapes[shapeIndex]);
    elbo::initialise(*model, seed);
    return model;
}

/// Pictures in the model's range: each channel of each image a tone of its own around a common one, and a
/// weak wave over it. (A network that begins with one pixel and replicates edges, as rgbd-vae does at 32x32,
/// can paint tones alone.)
elbo::Batch fixedImages(const elbo::Vae& model, std::int64_t count)
{
    const auto& shape = model.shape();
    const auto rows = at::arange(shape.height).view({1, 1, -1, 1}) / static_cast<double>(shape.height);
    const auto columns = at::arange(shape.width).view({1, 1, 1, -1}) / static_cast<double>(shape.width);
    const auto images = at::arange(count).view({-1, 1, 1, 1});
    const auto channels = at::arange(shape.channels).view({1, -1, 1, 1});
    const auto tones = at::sin(images + channels);
    const auto waves = at::sin(3.0 * rows * at::cos(images) + 3.0 * columns * at::sin(images + channels));
    const auto x = (0.6 + 0.25 * tones + 0.1 * waves).to(at::kFloat);
    const auto labels = shape.classes > 0 ? at::arange(count).remainder(shape.classes) : at::Tensor();
    return {.x = model.valueRange() == elbo::ValueRange::Unit ? (x + 1) / 2 : x, .labels = labels};
}

at::Tensor noiseFor(const elbo::Vae& model, std::int64_t rows, std::uint64_t epoch = 0)
{
    return elbo::normalNoise(1, elbo::RandomPurpose::TrainingNoise, epoch, 0, rows, model.noiseSize());
}

/// What no reconstruction can undercut: the loss of a perfect one whose code costs nothing.
double lossConstant(const elbo::Vae& model, const at::Tensor& x)
{
    const auto likelihood = model.likelihood();
    if (likelihood.kind == elbo::Likelihood::Kind::Bernoulli) {
        // The entropy of grey values: what is left when the expected image is the image.
        const auto entropy = -(at::xlogy(x, x) + at::xlogy(1 - x, 1 - x));
        return entropy.sum().item<double>() / static_cast<double>(x.size(0));
    }
    return 0.5 * static_cast<double>(model.shape().values()) *
           std::log(2 * std::numbers::pi * likelihood.sigma * likelihood.sigma);
}

}  // namespace

class RegistryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keysAreUnique()
    {
        std::set<std::string> keys;
        for (const auto& info : elbo::modelInfos()) {
            QVERIFY2(keys.insert(info.key).second, info.key.c_str());
            QVERIFY(!info.title.empty() && !info.source.empty());
            std::set<std::string> names;
            for (const auto& field : info.fields) {
                QVERIFY2(names.insert(field.name).second, field.name.c_str());
                QVERIFY2(!field.label.empty() && !field.help.empty(), field.name.c_str());
                QVERIFY2(elbo::fieldProblem(field, field.defaultValue).empty(), field.name.c_str());
            }
        }
    }

    void anUnknownKeyListsThoseThereAre()
    {
        try {
            static_cast<void>(elbo::makeVae({.key = "nonsense", .fields = {}}, {}));
            QFAIL("a model was made that is not there");
        } catch (const elbo::Error& error) {
            QVERIFY(error.code() == elbo::ErrorCode::BadSetting);
            QVERIFY(std::string(error.what()).find("fc-vae") != std::string::npos);
        }
    }

    void aWrongFieldIsRefused()
    {
        for (const auto& info : elbo::modelInfos()) {
            elbo::ModelConfig config{.key = info.key, .fields = {}};
            config.fields.set("latent_size", std::int64_t{-3});
            QVERIFY_EXCEPTION_THROWN(static_cast<void>(elbo::makeVae(config, {})), elbo::Error);
        }
    }

    void outputsHaveTheirShapes_data() { addRowForEachModel(); }
    void outputsHaveTheirShapes()
    {
        const auto model = makeFetched();
        const auto batch = fixedImages(*model, 3);
        const auto posterior = model->encode(batch);
        QVERIFY(posterior.mean.sizes() == at::IntArrayRef({3, model->latentSize()}));
        QVERIFY(posterior.std.sizes() == posterior.mean.sizes());
        QVERIFY(posterior.std.min().item<float>() > 0);
        QVERIFY(model->decoderOutput(posterior.mean, batch.labels).sizes() == batch.x.sizes());
        const auto image = model->decode(posterior.mean, batch.labels);
        QVERIFY(image.sizes() == batch.x.sizes());
        QVERIFY(image.max().item<float>() <= 1);
        QVERIFY(image.min().item<float>() >= (model->valueRange() == elbo::ValueRange::Unit ? 0 : -1));
    }

    void everyParameterGetsAGradient_data() { addRowForEachModel(); }
    void everyParameterGetsAGradient()
    {
        const auto model = makeFetched();
        const auto step = model->step(fixedImages(*model, 4), noiseFor(*model, 4), 1.0);
        QVERIFY(step.loss.dim() == 0 && std::isfinite(step.loss.item<double>()));
        QVERIFY(step.terms.isfinite().all().item<bool>());
        QCOMPARE(step.terms.numel(), static_cast<std::int64_t>(model->terms().size()));
        step.loss.backward();
        std::size_t grouped = 0;
        for (const auto& group : model->parameterGroups()) {
            grouped += group.parameters.size();
        }
        QCOMPARE(grouped, model->parameters().size());
        for (const auto& parameter : model->named_parameters()) {
            const auto gradient = parameter.value().grad();
            QVERIFY2(gradient.defined() && gradient.isfinite().all().item<bool>(), parameter.key().c_str());
            QVERIFY2(parameter.value().dim() < 2 || gradient.abs().max().item<double>() > 0,
                     parameter.key().c_str());
        }
    }

    void theLossFallsOnFixedImages_data() { addRowForEachModel(); }
    void theLossFallsOnFixedImages()
    {
        const auto model = makeFetched();
        const auto batch = fixedImages(*model, 16);
        torch::optim::Adam optimiser(model->parameters(), torch::optim::AdamOptions(1e-3));
        double first = 0;
        double last = 0;
        for (std::uint64_t step = 0; step <= 60; ++step) {
            optimiser.zero_grad();
            const auto result = model->step(batch, noiseFor(*model, 16, step), 1.0);
            last = result.loss.item<double>() - lossConstant(*model, batch.x);
            first = step == 0 ? last : first;
            result.loss.backward();
            optimiser.step();
        }
        QVERIFY2(last <= 0.5 * first, qPrintable(QStringLiteral("from %1 to %2").arg(first).arg(last)));
    }

    void savedWeightsGiveTheSameNumbers_data() { addRowForEachModel(); }
    void savedWeightsGiveTheSameNumbers()
    {
        const auto model = makeFetched(1);
        const auto batch = fixedImages(*model, 4);
        model->step(batch, noiseFor(*model, 4), 1.0).loss.backward();  // moves the running statistics
        model->eval();
        QTemporaryDir folder;
        const auto file = std::filesystem::path(folder.path().toStdString()) / "weights.safetensors";
        elbo::writeSafetensors(file, elbo::stateDict(*model), {});
        const auto other = makeFetched(2);
        other->eval();
        QVERIFY(!other->encode(batch).mean.equal(model->encode(batch).mean));
        elbo::loadStateDict(*other, elbo::readSafetensors(file).tensors);
        const auto mean = model->encode(batch).mean;
        QVERIFY(other->encode(batch).mean.equal(mean));
        QVERIFY(other->decode(mean, batch.labels).equal(model->decode(mean, batch.labels)));
    }

    void theSameSeedGivesTheSameNumbers_data() { addRowForEachModel(); }
    void theSameSeedGivesTheSameNumbers()
    {
        std::vector<at::Tensor> losses;
        for (const std::uint64_t seed : {1, 1, 2}) {
            const auto model = makeFetched(seed);
            losses.push_back(model->step(fixedImages(*model, 4), noiseFor(*model, 4), 1.0).loss);
        }
        QVERIFY(losses[0].equal(losses[1]));
        QVERIFY(!losses[0].equal(losses[2]));
    }
};

QTEST_GUILESS_MAIN(RegistryTest)
#include "tst_registry.moc"
