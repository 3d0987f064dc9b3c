// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/safetensors.h"
#include "core/training/run_paths.h"
#include "core/training/training_loop.h"
#include "tests/core/training/made_data.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

using namespace elbo;
using namespace elbo::tests;

namespace {

/// Not a VAE: one factor and one offset from shade to depth, without noise, with terms of its own.
class DepthOfShade : public Trainable {
public:
    DepthOfShade()
    {
        m_factor = register_parameter("factor", at::zeros({1}));
        m_offset = register_parameter("offset", at::zeros({1}));
    }
    [[nodiscard]] const std::vector<TermInfo>& terms() const override
    {
        static const std::vector<TermInfo> infos{
            {.key = "squares", .title = "Squared error", .unit = "per image", .choosesBest = true}};
        return infos;
    }
    [[nodiscard]] const std::vector<TermInfo>& testTerms() const override
    {
        static const std::vector<TermInfo> infos{terms().front(), {.key = "worst", .title = "Worst"}};
        return infos;
    }
    [[nodiscard]] ValueRange valueRange() const override { return ValueRange::Unit; }
    [[nodiscard]] std::int64_t noiseSize() const override { return 0; }
    [[nodiscard]] StepResult step(const Batch& batch, const at::Tensor& noise, double /*beta*/) override
    {
        TORCH_CHECK(noise.size(0) == batch.x.size(0) && noise.size(1) == 0);
        const auto squares = errors(batch.x).square().flatten(1).sum(1);
        return {.loss = squares.mean(), .terms = squares.detach().sum().view({1})};
    }
    [[nodiscard]] at::Tensor testStep(const Batch& batch, const at::Tensor& noise) override
    {
        const auto worst = errors(batch.x).abs().flatten(1).amax(1).sum().view({1});
        return at::cat({step(batch, noise, 1.0).terms, worst});
    }

private:
    [[nodiscard]] at::Tensor errors(const at::Tensor& x) const
    {
        return m_factor * x.narrow(1, 1, 1) + m_offset - x.narrow(1, 3, 1);
    }
    at::Tensor m_factor;
    at::Tensor m_offset;
};

}  // namespace

class TrainingLoopTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // The loop knows terms, not VAEs: a network with others, for which less is better, trains and has its
    // best.
    void whateverComputesALossIsTrained()
    {
        const QTemporaryDir folder;
        auto config = madeConfig(12);
        config.training.fields.set("learning_rate", 0.05);
        const auto data = madeData();
        RunInfo info;
        info.config = config;
        info.folder = folder.path().toStdString();
        RunRecorder recorder(info, describeWeights(config, *data, data->indices(SplitSide::Train)), {});
        DepthOfShade network;
        Recording recording;
        TrainingControl control;
        TrainingLoop loop({network, *data, recorder, recording, control, c10::Device(c10::kCPU),
                           Precision::Float32, nullptr});
        QVERIFY(loop.run() == TrainingEnd::Completed);
        recorder.wait();

        QCOMPARE(recording.epochs.size(), std::size_t{12});
        double least = std::numeric_limits<double>::infinity();
        std::int64_t best = 0;
        for (const auto& epoch : recording.epochs) {
            QVERIFY(epoch.train.contains("squares") && !epoch.train.contains("worst"));
            QVERIFY(epoch.test.contains("squares") && epoch.test.contains("worst"));
            QCOMPARE(epoch.best, epoch.test.at("squares") < least);
            if (epoch.best) {
                best = epoch.epoch;
                least = epoch.test.at("squares");
            }
        }
        QVERIFY(least < recording.epochs.front().test.at("squares"));
        QCOMPARE(loop.lastGood()->position.bestEpoch, best);
        QVERIFY(recording.kept.empty());
    }
};

QTEST_GUILESS_MAIN(TrainingLoopTest)
#include "tst_training_loop.moc"
