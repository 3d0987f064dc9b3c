// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/models/registry.h"
#include "core/nn/initialisation.h"
#include "core/training/gradient_clipping.h"
#include "core/training/training_step.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

using namespace elbo;

namespace {

constexpr std::int64_t kImages = 6;

/// A small network with a batch for it.
struct Training {
    Training()
    {
        shape.height = shape.width = 32;
        model = makeVae({"rgbd-vae", {}}, shape);
        initialise(*model, 3);
        model->train();
        batch.x = goldenUniform("input", kImages * shape.values())
                      .view({kImages, shape.channels, shape.height, shape.width});
        noise = normalNoise(1, RandomPurpose::TrainingNoise, 1, 0, kImages, model->noiseSize());
    }
    ImageShape shape;
    std::shared_ptr<Vae> model;
    Batch batch;
    at::Tensor noise;
};

bool sameWeights(const Vae& a, const Vae& b)
{
    const auto first = a.parameters();
    const auto second = b.parameters();
    for (std::size_t i = 0; i < first.size(); ++i)
        if (!at::equal(first[i], second[i]))
            return false;
    return true;
}

}  // namespace

class TrainingStepTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // The step is forward pass, backward pass and one update of Adam, and nothing else.
    void computesWhatItsPartsCompute_data()
    {
        QTest::addColumn<double>("clip");
        QTest::addColumn<double>("beta");
        QTest::newRow("plain") << 0.0 << 1.0;
        QTest::newRow("clipped, weighted") << 0.5 << 0.25;
    }
    void computesWhatItsPartsCompute()
    {
        QFETCH(double, clip);
        QFETCH(double, beta);
        Training whole;
        Training parts;
        FusedAdam wholeAdam(whole.model->parameterGroups());
        FusedAdam partsAdam(parts.model->parameterGroups());
        DataParallel alone(aloneGroup(), whole.model->parameters());
        DeviceGraphMemory memory;
        TrainingStep step(*whole.model, wholeAdam, alone,
                          {.device = c10::Device(c10::kCPU), .gradientClip = clip}, memory);
        for (int i = 0; i < 3; ++i) {
            const double rate = 1e-3 / (i + 1);
            const auto terms =
                step.take(whole.batch, whole.noise, {.learning = rate, .beta = beta}, {0, kImages, 1.0});
            const auto result = parts.model->step(parts.batch, parts.noise, beta);
            result.loss.backward();
            if (clip > 0)
                clipGradients(parts.model->parameters(), clip);
            partsAdam.setLearningRate(rate);
            partsAdam.step();
            partsAdam.zeroGradients();
            QVERIFY(at::equal(terms, result.terms));
            QVERIFY(sameWeights(*whole.model, *parts.model));
        }
        QVERIFY(step.failure().empty());
    }

    void aCpuRecordsNothing()
    {
        QVERIFY(!DeviceGraph::isSupported(c10::Device(c10::kCPU)));
        int calls = 0;
        DeviceGraphMemory memory;
        RecordedComputation twice(c10::Device(c10::kCPU), memory,
                                  [&calls](const std::vector<at::Tensor>& inputs) {
                                      ++calls;
                                      return inputs[0] * 2;
                                  },
                                  {});
        QVERIFY(at::equal(twice({at::ones({2})}), at::full({2}, 2.0F)));
        QVERIFY(at::equal(twice({at::full({2}, 3.0F)}), at::full({2}, 6.0F)));
        QCOMPARE(calls, 2);
    }
};

QTEST_GUILESS_MAIN(TrainingStepTest)
#include "tst_training_step.moc"
