// SPDX-License-Identifier: GPL-3.0-or-later
// Runs of depth networks: the same folder, history, pictures and weights as those of a VAE.
#include "core/base/error.h"
#include "core/depth/bts.h"
#include "core/depth/estimator.h"
#include "core/depth/evaluate_depth.h"
#include "core/nn/initialisation.h"
#include "core/store/state_dict.h"
#include "core/store/weights_file.h"
#include "core/training/estimate.h"
#include "core/training/run_paths.h"
#include "core/training/trainer.h"
#include "core/training/weights.h"
#include "tests/core/training/made_data.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <cmath>

using namespace elbo;
using namespace elbo::tests;

namespace {

RunConfig depthConfig(std::int64_t epochs = 2)
{
    auto config = madeConfig(epochs, "bts-mobilenetv2");
    config.model.fields.set("decoder_width", std::string("64"));
    config.model.fields.set("max_depth", 6.0);
    return config;
}

std::shared_ptr<const Dataset> data(bool holes = false)
{
    auto made = std::make_shared<Dataset>(*madeData({.side = 32}));
    if (holes) {
        made->depth = made->depth.clone();
        made->depth.view(at::kShort).narrow(2, 0, 12).zero_();
        made->holes = true;
    }
    return made;
}

QString sentenceOf(const std::function<void()>& work)
{
    try {
        work();
        return {};
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
}

}  // namespace

class DepthRunTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::filesystem::path m_run;

    [[nodiscard]] std::filesystem::path path(const char* name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
    [[nodiscard]] std::filesystem::path trained(const RunConfig& config,
                                                const std::shared_ptr<const Dataset>& set,
                                                const TrainingOptions& options = {}) const
    {
        const auto folder = createRunFolder(m_folder.path().toStdString(), config);
        Recording recording;
        TrainingControl control;
        trainRun(config, set, folder, recording, control, options);
        return folder;
    }

private Q_SLOTS:
    void initTestCase() { m_run = trained(depthConfig(), data()); }

    void theHistoryHasTheTermsOfADepthNetwork()
    {
        const auto history = readHistory(RunPaths{m_run}.history());
        QCOMPARE(history.epochs.size(), std::size_t{2});
        for (const auto* term : {"loss", "rmse", "abs_rel", "d1"}) {
            QVERIFY2(std::isfinite(history.epochs.back().test.at(term)), term);
            QVERIFY2(history.epochs.back().train.contains(term), term);
        }
        QVERIFY(!history.epochs.back().test.contains("elbo"));
        const auto info = readRunInfo(m_run);
        QVERIFY(info.state == RunState::Completed && info.bestEpoch > 0);
        // The best is the one with the smallest RMSE.
        auto best = history.epochs.front();
        for (const auto& epoch : history.epochs)
            best = epoch.test.at("rmse") < best.test.at("rmse") ? epoch : best;
        QCOMPARE(info.bestEpoch, best.epoch);
    }

    void theStripShowsTrueAndEstimatedDepth()
    {
        const auto set = data();
        const auto strip = readKeptStrip(m_run, 2);
        QVERIFY(strip.metric && strip.color.empty());
        QCOMPARE(strip.truthColor.size(), std::size_t{6});
        QCOMPARE(strip.depth.size(), strip.truthDepth.size());
        // What the weights of that epoch estimate.
        const auto weights = depthWeightsFile(m_run);
        const auto estimator = makeDepthEstimator(
            weights.key, {.weights = RunPaths{m_run}.last(), .maxDepth = *weights.maxDepth});
        const auto index = set->indices(SplitSide::Test).front();
        const auto expected = estimator->estimate(originalColor(*set, index));
        const auto& shown = strip.depth.front();
        double largest = 0;
        for (std::int64_t i = 0; i < expected.numel(); ++i)
            largest = std::max(largest, std::abs(expected.flatten()[i].item<double>() -
                                                 double(shown.values[static_cast<std::size_t>(i)])));
        QVERIFY2(largest < 2e-3, qPrintable(QString::number(largest)));
    }

    // The terms that training tells of the test images are those that evaluate-depth computes.
    void evaluationTellsTheSameAsTheHistory()
    {
        const auto set = data();
        const auto weights = depthWeightsFile(m_run);
        const auto estimator = makeDepthEstimator(
            weights.key, {.weights = RunPaths{m_run}.last(), .maxDepth = *weights.maxDepth});
        const auto evaluation =
            evaluateDepth(*estimator, *set, set->indices(SplitSide::Test), {.most = 6}, {}, {});
        const auto last = readHistory(RunPaths{m_run}.history()).epochs.back().test;
        QVERIFY2(std::abs(evaluation.means.rmse - last.at("rmse")) < 5e-3 * last.at("rmse"),
                 qPrintable(QStringLiteral("%1, %2").arg(evaluation.means.rmse).arg(last.at("rmse"))));
        QVERIFY(std::abs(evaluation.means.absRel - last.at("abs_rel")) < 5e-3 * last.at("abs_rel"));
    }

    void theWeightsTellWhatTheyAre()
    {
        const auto weights = depthWeightsFile(m_run);
        QCOMPARE(weights.key, std::string("bts-mobilenetv2"));
        QCOMPARE(weights.maxDepth.value(), 6.0);
        QVERIFY(weights.file == RunPaths{m_run}.best());
        QVERIFY(depthWeightsFile(RunPaths{m_run}.last()).file == RunPaths{m_run}.last());
        QVERIFY(sentenceOf([&] {
                    static_cast<void>(loadModel(m_run, "last", c10::kCPU));
                }).contains(QLatin1String("no latent code")));
    }

    void weightsOfAVaeEstimateNoDepth()
    {
        const auto vae = trained(madeConfig(1), madeData());
        QVERIFY(sentenceOf([&] {
                    static_cast<void>(depthWeightsFile(vae));
                }).contains(QLatin1String("estimates no depth")));
    }

    void holesDoNotEnd()
    {
        const auto run = trained(depthConfig(1), data(true));
        QVERIFY(std::isfinite(readHistory(RunPaths{run}.history()).epochs.back().test.at("rmse")));
        // A VAE refuses the same set.
        QVERIFY(sentenceOf([] { checkRun(madeConfig(1), *data(true)); }).contains(QLatin1String("holes")));
    }

    void windowsTrainAndWholeImagesAreTested()
    {
        auto config = depthConfig(1);
        config.training.fields.set("crop_size", std::string("24x16"));
        const auto run = trained(config, data());
        QCOMPARE(readKeptStrip(run, 1).depth.front().width, 32);
        config.training.fields.set("crop_size", std::string("64"));
        QVERIFY(sentenceOf([&] { checkRun(config, *data()); }).contains(QLatin1String("32x32")));
    }

    void relativeDepthAndNoDepthAreRefused()
    {
        auto relative = std::make_shared<Dataset>(*data());
        relative->metricDepth = false;
        QVERIFY(
            sentenceOf([&] { checkRun(depthConfig(), *relative); }).contains(QLatin1String("depth-scale=")));
        auto flat = std::make_shared<Dataset>(*data());
        flat->depth = at::Tensor();
        flat->ranges = flat->ranges.narrow(1, 0, 3).contiguous();
        QVERIFY(sentenceOf([&] { checkRun(depthConfig(), *flat); }).contains(QLatin1String("depth")));
    }

    void publishedWeightsAreGoodToBeginWith()
    {
        Bts published("mobilenetv2", 64);
        initialise(published, 5);
        auto tensors = stateDict(published);
        std::erase_if(tensors, [](const NamedTensor& entry) {
            return entry.name.ends_with("num_batches_tracked");  // older files have none
        });
        writeSafetensors(path("published.safetensors"), tensors, {});
        TrainingOptions options;
        options.initialWeights = path("published.safetensors");
        auto config = depthConfig(1);
        config.training.fields.set("learning_rate", 1e-12);
        const auto run = trained(config, data(), options);
        const auto weights = readWeights(RunPaths{run}.last());
        const std::string name = "decoder.upconv5.conv.weight";
        const auto learned = std::ranges::find(weights.tensors, name, &NamedTensor::name);
        const auto given = std::ranges::find(tensors, name, &NamedTensor::name);
        QVERIFY(learned != weights.tensors.end() && given != tensors.end());
        QVERIFY(learned->tensor.allclose(given->tensor));
        auto wide = config;
        wide.model.fields.set("decoder_width", std::string("128"));
        QVERIFY(
            sentenceOf([&] { checkRun(wide, *data(), options); }).contains(QLatin1String("another shape")));
    }

    void anEstimateCountsItsMemoryAndTime()
    {
        const auto estimate = estimateRun(depthConfig(), data(), {}, {});
        QVERIFY(estimate.time.has_value() && estimate.time->epoch > 0);
        QVERIFY(estimate.parameters > 1'000'000);
    }
};

QTEST_GUILESS_MAIN(DepthRunTest)
#include "tst_depth_run.moc"
