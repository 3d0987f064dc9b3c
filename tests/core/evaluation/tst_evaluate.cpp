// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/evaluation/batches.h"
#include "core/evaluation/evaluate.h"
#include "core/evaluation/metrics.h"
#include "core/models/fc_vae.h"
#include "core/nn/initialisation.h"
#include "tests/core/evaluation/made_dataset.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <nlohmann/json.hpp>

#include <cmath>

namespace {

constexpr std::int64_t kCount = 10;

std::shared_ptr<elbo::Vae> modelFor(const elbo::Dataset& data)
{
    auto model = std::make_shared<elbo::FcVae>(data.shape(), 6, 20);
    elbo::initialiseFromNames(*model);
    return model;
}

bool close(double a, double b)
{
    return std::abs(a - b) <= 1e-5 * std::max(std::abs(a), std::abs(b));
}

}  // namespace

class EvaluateTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Everything again for all images at once, written down plainly.
    void agreesWithThePlainFormulas()
    {
        const auto data = elbo::tests::madeDataset(kCount, true, true);
        const auto model = modelFor(data);
        const auto test = data.indices(elbo::SplitSide::Test);
        const auto result = elbo::evaluate(*model, data, test, {.batchSize = 2});
        QCOMPARE(result.images, 5);
        QCOMPARE(result.leftOut, 0);

        const at::NoGradGuard noGrad;
        const auto x = elbo::imageValues(data, test);
        const auto posterior = model->encode({.x = x, .labels = {}});
        const auto noise = elbo::noiseOf(test, 1, elbo::RandomPurpose::TestNoise, 6);
        const auto sampled = model->decode(posterior.mean + posterior.std * noise);
        const auto ofMean = model->decode(posterior.mean);
        const auto average = [](const at::Tensor& perImage) {
            return perImage.to(at::kDouble).mean().item<double>();
        };
        const auto kl = elbo::klPerDimension(posterior);
        QVERIFY(close(result.kl, average(kl.sum(1))));
        QVERIFY(close(result.klPerDimension.at(2), average(kl.select(1, 2))));
        QVERIFY(close(result.logLikelihood, average(model->likelihood().logProbability(x, sampled))));
        QVERIFY(close(result.elbo, result.logLikelihood - result.kl));
        QVERIFY(close(result.mse, 4 * average(elbo::squaredError(x, sampled))));
        QVERIFY(close(result.mseMean, 4 * average(elbo::squaredError(x, ofMean))));
        QVERIFY(close(result.mseColor + result.mseDepth, result.mseMean));
        QVERIFY(close(result.mseDepth, 4 * average((x - ofMean).select(1, 3).square().flatten(1).sum(1))));
        QVERIFY(close(result.psnr, average(elbo::psnr(x, ofMean))));
        QVERIFY(close(result.ssim, average(elbo::ssim(x, ofMean))));
        // Image i spans 1 + i to 3 + 2i metres.
        const auto spans = (2.0 + at::arange(5, 10, at::kDouble)).view({5, 1, 1});
        const auto metres = (x - ofMean).select(1, 3).to(at::kDouble) * spans;
        QVERIFY(close(result.depthRmseMetres, std::sqrt(metres.square().mean().item<double>())));
        const auto mean = elbo::imageValues(data, data.indices(elbo::SplitSide::Train)).mean(0, true);
        QVERIFY(close(result.meanImageMse, 4 * average((x - mean).square().flatten(1).sum(1))));
        QCOMPARE(result.activeUnits, (posterior.mean.var(0, false) > 0.01).sum().item<std::int64_t>());
    }

    void doesNotDependOnBatchesOrCompany()
    {
        const auto data = elbo::tests::madeDataset(kCount, false, false);
        const auto model = modelFor(data);
        const auto once = elbo::evaluate(*model, data, {3, 4, 7}, {.batchSize = 50});
        const auto pieces = elbo::evaluate(*model, data, {3, 4, 7}, {.batchSize = 1});
        QVERIFY(close(once.elbo, pieces.elbo) && close(once.mse, pieces.mse));
        const auto alone = elbo::evaluate(*model, data, {4}, {});
        const auto others = elbo::evaluate(*model, data, {3, 7}, {});
        QVERIFY(close(once.mse * 3, alone.mse + 2 * others.mse));
        const auto otherSeed = elbo::evaluate(*model, data, {3, 4, 7}, {.seed = 2});
        QVERIFY(otherSeed.mse != once.mse);
        QCOMPARE(otherSeed.mseMean, once.mseMean);
    }

    void leavesTheModelAsItWas()
    {
        const auto data = elbo::tests::madeDataset(kCount, false, false);
        const auto model = modelFor(data);
        model->train();
        static_cast<void>(elbo::evaluate(*model, data, {1}, {}));
        QVERIFY(model->is_training());
        for (const auto& parameter : model->parameters()) {
            QVERIFY(!parameter.grad().defined());
        }
    }

    void leavesOutWhatWasTrainedOn()
    {
        const auto data = elbo::tests::madeDataset(kCount, true, true);
        const auto model = modelFor(data);
        elbo::EvaluationOptions options;
        options.trainedOn = {elbo::imageHash(data, 6), elbo::imageHash(data, 8), elbo::imageHash(data, 1)};
        const auto result = elbo::evaluate(*model, data, {5, 6, 7, 8}, options);
        QCOMPARE(result.images, 2);
        QCOMPARE(result.leftOut, 2);
        const auto others = elbo::evaluate(*model, data, {5, 7}, {});
        QVERIFY(close(result.mse, others.mse));
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(elbo::evaluate(*model, data, {6, 8}, options)),
                                 elbo::Error);
    }

    void hashesTellImagesApart()
    {
        const auto data = elbo::tests::madeDataset(kCount, true, true);
        std::set<std::uint64_t> hashes;
        for (std::int64_t i = 0; i < kCount; ++i) {
            hashes.insert(elbo::imageHash(data, i));
        }
        QCOMPARE(hashes.size(), static_cast<std::size_t>(kCount));
        auto copy = elbo::tests::madeDataset(kCount, true, true);
        QCOMPARE(elbo::imageHash(copy, 3), elbo::imageHash(data, 3));
        auto one = copy.depth.view(at::kShort)[3][0][0];
        one[0] = one[0] + 1;
        QVERIFY(elbo::imageHash(copy, 3) != elbo::imageHash(data, 3));
    }

    void importanceSamplesTightenTheBound()
    {
        const auto data = elbo::tests::madeDataset(kCount, false, false);
        const auto model = modelFor(data);
        const auto result = elbo::evaluate(*model, data, {5, 6, 7}, {.importanceSamples = 200});
        QVERIFY(result.importanceLogLikelihood > result.elbo);
        QVERIFY(result.importanceStandardError > 0);
        QCOMPARE(elbo::toJson(result)["importance_samples"].get<int>(), 200);
    }

    void computesInBFloat16()
    {
        const auto data = elbo::tests::madeDataset(kCount, false, false);
        const auto model = modelFor(data);
        const auto exact = elbo::evaluate(*model, data, {5, 6}, {});
        const auto rounded = elbo::evaluate(*model, data, {5, 6}, {.precision = elbo::Precision::BFloat16});
        QVERIFY(rounded.mse != exact.mse);
        QVERIFY(std::abs(rounded.mse / exact.mse - 1) < 0.02);
    }

    void jsonHasTheNamesOfTheCommandLine()
    {
        const auto data = elbo::tests::madeDataset(kCount, true, false);
        const auto json = elbo::toJson(elbo::evaluate(*modelFor(data), data, {5}, {}));
        for (const char* name :
             {"model", "images", "kl", "log_likelihood", "elbo", "mse", "mse_mean", "psnr", "ssim",
              "active_units", "left_out", "mean_image_mse", "mse_color", "mse_depth"}) {
            QVERIFY2(json.contains(name), name);
        }
        QVERIFY(!json.contains("depth_rmse_m"));
        QVERIFY(!json.contains("importance_log_likelihood"));
    }

    void wrongDataAreRefused()
    {
        const auto data = elbo::tests::madeDataset(kCount, true, true);
        const auto grey = elbo::tests::madeDataset(kCount, false, false);
        const auto model = modelFor(data);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(elbo::evaluate(*model, grey, {1}, {})), elbo::Error);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(elbo::evaluate(*model, data, {}, {})), elbo::Error);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(elbo::evaluate(*model, data, {kCount}, {})), elbo::Error);
    }

    void canBeStoppedAndReports()
    {
        const auto data = elbo::tests::madeDataset(kCount, false, false);
        const auto model = modelFor(data);
        std::stop_source source;
        std::vector<elbo::Progress> reports;
        const auto progress = [&](const elbo::Progress& report) {
            reports.push_back(report);
            source.request_stop();
        };
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(elbo::evaluate(*model, data, {1, 2, 3}, {.batchSize = 1},
                                                                  progress, source.get_token())),
                                 elbo::Cancelled);
        QCOMPARE(reports.size(), 1U);
        QCOMPARE(reports[0].total, 3);
    }
};

QTEST_GUILESS_MAIN(EvaluateTest)
#include "tst_evaluate.moc"
