// SPDX-License-Identifier: GPL-3.0-or-later
// Schedules, clipping, augmentation, early stopping and the choice of the best, in real runs of every model.
#include "core/depth/estimator.h"
#include "core/evaluation/evaluate.h"
#include "core/evaluation/reconstruct.h"
#include "core/models/registry.h"
#include "core/training/run_paths.h"
#include "core/training/trainer.h"
#include "core/training/weights.h"
#include "tests/core/training/made_data.h"
#include "tests/core/training/run_comparison.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

using namespace elbo;
using namespace elbo::tests;

namespace {

std::shared_ptr<const Dataset> dataWithLabels(std::int64_t side)
{
    auto data = std::make_shared<Dataset>(*madeData({22, 6, 0, side}));
    data->labels = at::arange(data->size()).remainder(3);
    data->labelNames = {"a", "b", "c"};
    return data;
}

/// Small, and with everything on that changes a step.
RunConfig everythingOn(const std::string& model)
{
    auto config = madeConfig(4, model);
    const auto& fields = findModelInfo(model).fields;
    if (findField(fields, "latent_size") != nullptr)
        config.model.fields.set("latent_size", std::int64_t{4});
    if (findField(fields, "decoder_width") != nullptr)
        config.model.fields.set("decoder_width", std::string("64"));
    if (findField(fields, "filters") != nullptr)
        config.model.fields.set("filters", std::int64_t{4});
    auto& training = config.training.fields;
    training.set("beta_schedule", std::string("cyclic"));
    training.set("beta_cycles", std::int64_t{2});
    training.set("learning_rate_schedule", std::string("cosine"));
    training.set("learning_rate_warmup_epochs", std::int64_t{1});
    training.set("gradient_clip", 50.0);
    training.set("flip", true);
    training.set("crop", 0.2);
    training.set("brightness", 0.1);
    training.set("contrast", 0.1);
    training.set("saturation", 0.1);
    training.set("gamma", 0.1);
    training.set("color_balance", 0.1);
    training.set("rotation", 5.0);
    return config;
}

}  // namespace

class TrainingOptionsTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] std::filesystem::path newRun(const RunConfig& config) const
    {
        return createRunFolder(std::filesystem::path(m_folder.path().toStdString()), config);
    }
    std::filesystem::path run(const RunConfig& config, const std::shared_ptr<const Dataset>& data,
                              Recording& recording) const
    {
        const auto folder = newRun(config);
        TrainingControl control;
        trainRun(config, data, folder, recording, control);
        return folder;
    }

    static void addModels()
    {
        QTest::addColumn<QString>("model");
        for (const auto& info : modelInfos())
            if (!info.estimatesDepth || info.key == "bts-mobilenetv2")  // the smallest of its kind
                QTest::newRow(info.key.c_str()) << QString::fromStdString(info.key);
    }

private Q_SLOTS:
    void everyModelResumesToTheBit_data() { addModels(); }
    void everyModelResumesToTheBit()
    {
        QFETCH(QString, model);
        const auto data = dataWithLabels(32);
        const auto config = everythingOn(model.toStdString());
        Recording unbroken;
        const auto expected = run(config, data, unbroken);
        const auto folder = newRun(config);
        std::stop_source source;
        Recording stopped;
        stopped.epoch = [&](const EpochRecord& record) {
            if (record.epoch == 2)
                source.request_stop();
        };
        TrainingControl control{source.get_token()};
        trainRun(config, data, folder, stopped, control);
        Recording resumed;
        TrainingControl go;
        QVERIFY(resumeRun(folder, data, std::nullopt, resumed, go) == TrainingEnd::Completed);
        QCOMPARE(runDifference(expected, folder), QString());
        if (findModelInfo(model.toStdString()).kind == ModelKind::Trained) {
            const auto& last = unbroken.epochs.back();
            QVERIFY(last.learningRate < unbroken.epochs.front().learningRate);
            QCOMPARE(unbroken.steps.front().beta,
                     2.0 / 5.0 * 2 / 2);  // third step of five, a cycle of two epochs
        }
    }

    void lookingChangesNothing_data() { addModels(); }
    void lookingChangesNothing()
    {
        QFETCH(QString, model);
        const auto data = dataWithLabels(32);
        const auto config = everythingOn(model.toStdString());
        Recording alone;
        const auto expected = run(config, data, alone);
        Recording watched;
        std::filesystem::path folder;
        int looks = 0;
        const auto look = [&] {
            // Whatever a person may do beside a run, on the worst of threads: its own.
            static_cast<void>(at::randn({100}));
            if (!std::filesystem::exists(RunPaths{folder}.last()))
                return;
            if (findModelInfo(config.model.key).estimatesDepth) {
                const auto weights = depthWeightsFile(folder);
                const auto estimator = makeDepthEstimator(weights.key, {.weights = weights.file});
                static_cast<void>(estimator->estimate(data->color[0]));
                ++looks;
                return;
            }
            const auto loaded = loadModel(folder, "last", c10::kCPU);
            static_cast<void>(reconstruct(*loaded.model, *data, {1, 2}, {.sample = true}));
            static_cast<void>(
                loaded.model->decode(at::zeros({1, loaded.model->latentSize()}), at::zeros({1}, at::kLong)));
            ++looks;
        };
        watched.epoch = [&](const EpochRecord&) { look(); };
        watched.step = [&](const StepRecord&) { look(); };
        folder = newRun(config);
        TrainingControl control;
        trainRun(config, data, folder, watched, control);
        if (findModelInfo(model.toStdString()).kind == ModelKind::Trained)
            QVERIFY(looks > 1);
        QCOMPARE(runDifference(expected, folder), QString());
    }

    void aRunWithoutProgressStopsEarly()
    {
        auto config = madeConfig(40);
        config.training.fields.set("learning_rate",
                                   1e-12);  // nothing moves: the first epoch stays among the best
        config.training.fields.set("early_stopping_epochs", std::int64_t{3});
        Recording recording;
        const auto data = madeData();
        const auto folder = run(config, data, recording);
        const auto info = readRunInfo(folder);
        QVERIFY(info.state == RunState::Completed);
        QVERIFY(info.epochsDone < 40);
        QCOMPARE(info.epochsDone, info.bestEpoch + 3);
        QVERIFY2(info.ending.find("stopped early") != std::string::npos, info.ending.c_str());
        // Resuming finds it ended.
        TrainingControl control;
        Recording again;
        QVERIFY(resumeRun(folder, data, std::nullopt, again, control) == TrainingEnd::Completed);
        QVERIFY(again.epochs.empty());
    }

    void theBestIsChosenByTheTermThatWasAsked()
    {
        for (const std::string term : {"elbo", "mse"}) {
            auto config = madeConfig(8);
            config.training.fields.set("best_by", term);
            Recording recording;
            const auto folder = run(config, madeData(), recording);
            std::int64_t best = 0;
            double value = 0;
            for (const auto& epoch : recording.epochs) {
                const auto now = term == "elbo" ? epoch.test.at("elbo") : -epoch.test.at("mse");
                QCOMPARE(epoch.best, best == 0 || now > value);
                if (epoch.best) {
                    best = epoch.epoch;
                    value = now;
                }
            }
            QCOMPARE(readRunInfo(folder).bestEpoch, best);
        }
    }
};

QTEST_GUILESS_MAIN(TrainingOptionsTest)
#include "tst_training_options.moc"
