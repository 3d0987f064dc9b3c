// SPDX-License-Identifier: GPL-3.0-or-later
// What training does for models that are given classes, and for those that are computed at once.
#include "core/base/error.h"
#include "core/evaluation/evaluate.h"
#include "core/models/vae.h"
#include "core/store/safetensors.h"
#include "core/training/run_paths.h"
#include "core/training/trainer.h"
#include "core/training/weights.h"
#include "tests/core/training/made_data.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

using namespace elbo;
using namespace elbo::tests;

namespace {

std::shared_ptr<const Dataset> labelledData(std::int64_t unknown)
{
    auto data = std::make_shared<Dataset>(*madeData());
    data->labels = at::arange(data->size()).remainder(3);
    data->labels.narrow(0, 0, unknown).fill_(-1);
    data->labelNames = {"a", "b", "c"};
    return data;
}

RunConfig configFor(const std::string& model)
{
    auto config = madeConfig(2);
    config.model = {};
    config.model.key = model;
    config.model.fields.set("latent_size", std::int64_t{4});
    return config;
}

}  // namespace

class ModelKindsTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] std::filesystem::path newRun(const RunConfig& config) const
    {
        return createRunFolder(std::filesystem::path(m_folder.path().toStdString()), config);
    }

private Q_SLOTS:
    void imagesWithoutALabelAreLeftOutAndCounted()
    {
        const auto config = configFor("conditional-vae");
        const auto folder = newRun(config);
        Recording recording;
        TrainingControl control;
        QVERIFY(trainRun(config, labelledData(4), folder, recording, control) == TrainingEnd::Completed);
        const auto info = readRunInfo(folder);
        QCOMPARE(info.trainImages, std::int64_t{18});
        QVERIFY(info.splitNote.find("4 of 28 images") != std::string::npos);
        const auto loaded = loadModel(folder, "last", c10::kCPU);
        QVERIFY(loaded.labelNames == (std::vector<std::string>{"a", "b", "c"}));
        QVERIFY(loaded.model->needsLabels());
        QCOMPARE(loaded.trainedOn.size(), std::size_t{18});
    }

    void aSetWithoutLabelsCannotTrainIt()
    {
        const auto config = configFor("conditional-vae");
        const auto folder = newRun(config);
        Recording recording;
        TrainingControl control;
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(trainRun(config, madeData(), folder, recording, control)),
                                 Error);
        QVERIFY(!std::filesystem::exists(folder));
        QVERIFY_EXCEPTION_THROWN(checkRun(config, *madeData()), Error);
    }

    // The run of a closed form is one epoch, with everything that any run leaves.
    void aClosedFormIsOneEpoch()
    {
        const auto config = configFor("pca");
        const auto data = madeData({.side = 12});
        const auto folder = newRun(config);
        Recording recording;
        TrainingControl control;
        QVERIFY(trainRun(config, data, folder, recording, control) == TrainingEnd::Completed);
        const auto info = readRunInfo(folder);
        QVERIFY(info.state == RunState::Completed);
        QCOMPARE(info.epochsDone, std::int64_t{1});
        QVERIFY(info.parameters > 4 * data->shape().values());
        const auto history = readHistory(RunPaths{folder}.history());
        QCOMPARE(history.epochs.size(), std::size_t{1});
        QVERIFY(keptEpochs(folder) == std::vector<std::int64_t>{1});

        const auto loaded = loadModel(folder, "best", c10::kCPU);
        const auto test = evaluate(*loaded.model, *data, data->indices(SplitSide::Test), {});
        // Four directions tell nearly all of planes that two numbers make.
        QVERIFY2(test.mseMean < 0.2 * test.meanImageMse, qPrintable(QString::number(test.mseMean)));
        const auto& epoch = history.epochs.front();
        QVERIFY(std::abs(epoch.test.at("mse_mean") - test.mseMean) < 1e-3 * test.mseMean);
        QVERIFY(epoch.train.at("mse") < epoch.test.at("mse") * 1.5);
    }

    void resumingAClosedFormChangesNothing()
    {
        const auto config = configFor("pca");
        const auto data = madeData();
        const auto folder = newRun(config);
        Recording recording;
        TrainingControl control;
        trainRun(config, data, folder, recording, control);
        const auto before = readSafetensors(RunPaths{folder}.last()).tensors;
        QVERIFY(resumeRun(folder, data, std::nullopt, recording, control) == TrainingEnd::Completed);
        const auto after = readSafetensors(RunPaths{folder}.last()).tensors;
        QCOMPARE(after.size(), before.size());
        for (std::size_t i = 0; i < before.size(); ++i)
            QVERIFY2(after[i].tensor.equal(before[i].tensor), before[i].name.c_str());
        QCOMPARE(readHistory(RunPaths{folder}.history()).epochs.size(), std::size_t{1});
    }

    void aStopWhileFittingIsObeyed()
    {
        const auto config = configFor("pca");
        const auto folder = newRun(config);
        Recording recording;
        std::stop_source source;
        TrainingControl control;
        control.stop = source.get_token();
        source.request_stop();
        QVERIFY(trainRun(config, madeData(), folder, recording, control) == TrainingEnd::Stopped);
        QCOMPARE(readRunInfo(folder).epochsDone, std::int64_t{0});
        TrainingControl go;
        QVERIFY(resumeRun(folder, madeData(), std::nullopt, recording, go) == TrainingEnd::Completed);
        QCOMPARE(readRunInfo(folder).epochsDone, std::int64_t{1});
    }
};

QTEST_GUILESS_MAIN(ModelKindsTest)
#include "tst_model_kinds.moc"
