// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/latent/sampling.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <cmath>
#include <limits>

using namespace elbo;

namespace {

/// Three clouds far apart in a plane, of 100, 200 and 300 codes.
LatentCodes clouds()
{
    const auto noise = normalNoise(5, RandomPurpose::Sampling, 0, 0, 600, 2) * 0.3;
    LatentCodes codes;
    codes.mean = noise.clone();
    codes.mean.narrow(0, 0, 100).add_(at::tensor(std::vector<float>{8, 0}, at::kFloat));
    codes.mean.narrow(0, 100, 200).add_(at::tensor(std::vector<float>{-8, 0}, at::kFloat));
    codes.mean.narrow(0, 300, 300).add_(at::tensor(std::vector<float>{0, 9}, at::kFloat));
    codes.std = at::full({600, 2}, 0.2F);
    return codes;
}

}  // namespace

class SamplingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void thePriorIsStandardNormal()
    {
        const auto z = samplePrior(3, {.count = 20000});
        QVERIFY(z.mean(0).abs().max().item<float>() < 0.03F);
        QVERIFY((z.std(0) - 1).abs().max().item<float>() < 0.03F);
    }

    void moreSamplesBeginWithTheSameOnes()
    {
        const auto mixture = fitMixture(clouds(), 3, 1);
        const auto gaussian = fitGaussian(clouds());
        const auto same = [](const at::Tensor& few, const at::Tensor& many) {
            return many.narrow(0, 0, few.size(0)).equal(few);
        };
        QVERIFY(same(samplePrior(4, {.count = 3}), samplePrior(4, {.count = 30})));
        QVERIFY(same(sampleMixture(mixture, {.count = 3}), sampleMixture(mixture, {.count = 30})));
        QVERIFY(sampleGaussian(gaussian, {.count = 3})
                    .allclose(sampleGaussian(gaussian, {.count = 30}).narrow(0, 0, 3)));
        QVERIFY(!samplePrior(4, {.count = 3}).equal(samplePrior(4, {.count = 3, .seed = 2})));
    }

    void theTemperatureScalesTheSpread()
    {
        const auto gaussian = fitGaussian(clouds());
        const auto cold = sampleGaussian(gaussian, {.count = 4, .temperature = 0});
        QVERIFY(cold.allclose(gaussian.mean.to(at::kFloat).expand({4, 2})));
        const auto half = samplePrior(2, {.count = 5000, .temperature = 0.5});
        QVERIFY(half.allclose(samplePrior(2, {.count = 5000}) * 0.5));
        for (const double wrong : {-1.0, std::numeric_limits<double>::quiet_NaN()})
            QVERIFY_EXCEPTION_THROWN(static_cast<void>(samplePrior(2, {.temperature = wrong})), Error);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(samplePrior(2, {.count = 0})), Error);
    }

    void theGaussianHasTheMomentsOfTheAggregatePosterior()
    {
        const auto codes = clouds();
        const auto gaussian = fitGaussian(codes);
        QVERIFY(gaussian.mean.to(at::kFloat).allclose(codes.mean.mean(0), 1e-4, 1e-4));
        const auto centred = codes.mean - codes.mean.mean(0);
        auto expected = centred.t().matmul(centred) / 600;
        expected.diagonal().add_(0.04);
        QVERIFY(gaussian.factor.matmul(gaussian.factor.t()).to(at::kFloat).allclose(expected, 1e-3, 1e-3));
        const auto z = sampleGaussian(gaussian, {.count = 20000});
        QVERIFY((z.mean(0) - codes.mean.mean(0)).abs().max().item<float>() < 0.2F);
    }

    void fewImagesOfLongCodesStillHaveAGaussian()
    {
        LatentCodes codes;
        codes.mean = at::eye(3, 50);
        codes.std = at::zeros({3, 50});
        QVERIFY(sampleGaussian(fitGaussian(codes), {}).isfinite().all().item<bool>());
        codes.mean = codes.mean.narrow(0, 0, 1);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(fitGaussian(codes)), Error);
    }

    void theMixtureFindsTheClouds()
    {
        const auto mixture = fitMixture(clouds(), 3, 1);
        const auto order = std::get<1>(mixture.weights.sort());
        const auto weights = mixture.weights.index_select(0, order);
        const auto means = mixture.means.index_select(0, order);
        QVERIFY(weights.allclose(at::tensor(std::vector<double>{1.0 / 6, 1.0 / 3, 0.5}, at::kDouble), 1e-3,
                                 1e-3));
        const auto expected = at::tensor(std::vector<double>{8, 0, -8, 0, 0, 9}, at::kDouble).view({3, 2});
        QVERIFY((means - expected).abs().max().item<double>() < 0.15);
        // The spread of the cloud and of each posterior.
        QVERIFY((mixture.variances - 0.13).abs().max().item<double>() < 0.03);
        const auto z = sampleMixture(mixture, {.count = 3000});
        QVERIFY(std::abs(z.select(1, 1).gt(4).to(at::kFloat).mean().item<double>() - 0.5) < 0.05);
        QVERIFY(mixture.logLikelihood > fitMixture(clouds(), 1, 1).logLikelihood + 1);
    }

    void mixturesOfAlmostNothing()
    {
        LatentCodes same;
        same.mean = at::ones({5, 3});
        same.std = at::full({5, 3}, 0.1F);
        const auto mixture = fitMixture(same, 10, 1);
        QCOMPARE(mixture.weights.size(0), std::int64_t{5});
        QVERIFY(sampleMixture(mixture, {}).isfinite().all().item<bool>());
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(fitMixture(same, 0, 1)), Error);
        QVERIFY_EXCEPTION_THROWN(
            static_cast<void>(fitMixture({{}, at::zeros({0, 3}), at::zeros({0, 3})}, 2, 1)), Error);
    }

    void sourcesHaveNames()
    {
        for (const auto source : {SampleSource::Prior, SampleSource::Gaussian, SampleSource::Mixture})
            QVERIFY(parseSampleSource(toString(source)) == source);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(parseSampleSource("hat")), Error);
    }
};

QTEST_GUILESS_MAIN(SamplingTest)
#include "tst_sampling.moc"
