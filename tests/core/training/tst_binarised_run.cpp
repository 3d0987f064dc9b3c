// SPDX-License-Identifier: GPL-3.0-or-later
// Runs on binarised digits: an ELBO that is one, of the same test images for everybody.
#include "core/base/error.h"
#include "core/evaluation/evaluate.h"
#include "core/models/vae.h"
#include "core/training/run_folder.h"
#include "core/training/trainer.h"
#include "core/training/weights.h"
#include "tests/core/training/made_data.h"
#include "tests/core/training/run_comparison.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

using namespace elbo;
using namespace elbo::tests;

namespace {

std::shared_ptr<const Dataset> greyData()
{
    const auto planes = madeData({22, 6, 0, 32});
    auto data = std::make_shared<Dataset>(*planes);
    data->color = planes->color.narrow(1, 1, 1).contiguous();
    data->depth = at::Tensor();
    data->ranges = planes->ranges.narrow(1, 1, 1).contiguous();
    data->metricDepth = false;
    return data;
}

RunConfig configFor(const std::string& model, bool binarised)
{
    auto config = madeConfig(2, model);
    config.model.fields.set("latent_size", std::int64_t{4});
    if (model == "vgg-vae")
        config.model.fields.set("filters", std::int64_t{4});
    if (binarised)
        config.training.fields.set("binarise", std::string("dynamic"));
    return config;
}

}  // namespace

class BinarisedRunTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path run(const RunConfig& config, const std::shared_ptr<const Dataset>& data,
                              TrainingObserver& observer) const
    {
        const auto folder = createRunFolder(std::filesystem::path(m_folder.path().toStdString()), config);
        TrainingControl control;
        trainRun(config, data, folder, observer, control);
        return folder;
    }

private Q_SLOTS:
    void theTestSideIsTheSameForTrainingAndEvaluation()
    {
        const auto data = greyData();
        Recording recording;
        const auto folder = run(configFor("vgg-vae", true), data, recording);
        const auto loaded = loadModel(folder, "last", c10::Device(c10::kCPU));
        QVERIFY(loaded.model->hasBinaryData());
        const auto result = evaluate(*loaded.model, *data, data->indices(SplitSide::Test), {.batchSize = 3});
        QVERIFY(result.density);
        // Of black and white images with a mean that is right no term is far above zero.
        QVERIFY(result.logLikelihood < 0);
        // From the posterior mean nothing is sampled: the figure of the last epoch, to rounding.
        const auto trained = recording.epochs.back().test.at("mse_mean");
        QVERIFY(std::abs(result.mseMean - trained) < 1e-3 * trained);
    }

    void oneSeedDecidesTheDraws()
    {
        const auto data = greyData();
        TrainingObserver silent;
        const auto first = run(configFor("vgg-vae", true), data, silent);
        const auto second = run(configFor("vgg-vae", true), data, silent);
        QCOMPARE(runDifference(first, second), QString());
        QVERIFY(!runDifference(first, run(configFor("vgg-vae", false), data, silent)).isEmpty());
    }

    void otherModelsAndSetsAreRefused_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<bool>("grey");
        QTest::newRow("a Gaussian likelihood") << "fc-vae" << true;
        QTest::newRow("colour and depth") << "vgg-vae" << false;
    }
    void otherModelsAndSetsAreRefused()
    {
        QFETCH(QString, model);
        QFETCH(bool, grey);
        const auto data = grey ? greyData() : madeData({22, 6, 0, 32});
        TrainingObserver silent;
        try {
            run(configFor(model.toStdString(), true), data, silent);
            QFAIL("it was accepted");
        } catch (const Error& error) {
            QVERIFY(error.code() == ErrorCode::BadSetting);
            QVERIFY(std::string(error.what()).find("binarise") != std::string::npos);
        }
    }
};

QTEST_GUILESS_MAIN(BinarisedRunTest)
#include "tst_binarised_run.moc"
