// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/latent/aggregate_posterior.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <cmath>

using namespace elbo;

namespace {

/// Codes whose means spread by 2 along (1, 1, 0, 0) / sqrt 2 and by 0.5 along the third dimension; the fourth
/// is collapsed.
LatentCodes madeCodes(std::int64_t count = 4000)
{
    const auto noise = normalNoise(3, RandomPurpose::Sampling, 0, 0, count, 2);
    LatentCodes codes;
    codes.mean = at::zeros({count, 4});
    const auto along = noise.select(1, 0) * 2 / std::sqrt(2.0);
    codes.mean.select(1, 0).copy_(along + 1);
    codes.mean.select(1, 1).copy_(along);
    codes.mean.select(1, 2).copy_(noise.select(1, 1) * 0.5);
    codes.std = at::tensor(std::vector<float>{0.1F, 0.2F, 0.8F, 1.0F}, at::kFloat).expand({count, 4}).clone();
    for (std::int64_t i = 0; i < count; ++i)
        codes.indices.push_back(i);
    return codes;
}

double klOf(double mean, double std)
{
    return 0.5 * (mean * mean + std * std - 1) - std::log(std);
}

}  // namespace

class AggregatePosteriorTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void dimensionsAreOrderedByKl()
    {
        const auto codes = madeCodes();
        const auto posterior = aggregatePosterior(codes);
        QCOMPARE(posterior.size(), std::int64_t{4});
        for (std::size_t i = 1; i < 4; ++i)
            QVERIFY(posterior.kl[posterior.byKl[i - 1]].item<float>() >=
                    posterior.kl[posterior.byKl[i]].item<float>());
        QCOMPARE(posterior.byKl.back(), std::int64_t{3});
        QCOMPARE(posterior.active, std::int64_t{3});
        QCOMPARE(posterior.kl[3].item<float>(), 0.0F);
        double expected = 0;
        for (std::int64_t i = 0; i < codes.size(); ++i)
            expected += klOf(codes.mean[i][0].item<double>(), 0.1F);
        expected /= static_cast<double>(codes.size());
        QVERIFY(std::abs(posterior.kl[0].item<double>() - expected) < 1e-3 * expected);
    }

    void theSpreadIsThatOfTheMeansAndOfEachPosterior()
    {
        const auto posterior = aggregatePosterior(madeCodes());
        QVERIFY(std::abs(posterior.std[0].item<double>() - std::sqrt(2 + 0.01)) < 0.05);
        QVERIFY(std::abs(posterior.std[3].item<double>() - 1) < 1e-6);
        QVERIFY(std::abs(posterior.mean[0].item<double>() - 1) < 0.1);
    }

    void directionsAreThoseOfTheMeans()
    {
        const auto posterior = aggregatePosterior(madeCodes());
        const auto first = posterior.directions[0];
        const auto expected = at::tensor(std::vector<float>{0.7071F, 0.7071F, 0, 0}, at::kFloat);
        QVERIFY(std::abs(std::abs(first.dot(expected).item<double>()) - 1) < 1e-3);
        QVERIFY(std::abs(posterior.variances[0].item<double>() - 4) < 0.3);
        QVERIFY(std::abs(posterior.variances[1].item<double>() - 0.25) < 0.03);
        const auto products = posterior.directions.matmul(posterior.directions.t());
        QVERIFY(products.allclose(at::eye(posterior.directions.size(0)), 1e-4, 1e-5));
        QVERIFY(std::abs(posterior.variances.sum().item<double>() - posterior.totalVariance) < 1e-3);
    }

    void fewImagesOfLongCodesHaveFewDirections()
    {
        auto codes = madeCodes(3);
        const auto posterior = aggregatePosterior(codes);
        QCOMPARE(posterior.directions.size(0), std::int64_t{3});
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(aggregatePosterior(madeCodes(1))), Error);
    }

    void theMeanCodeOfAGroup()
    {
        const auto codes = madeCodes(10);
        const std::vector<std::int64_t> rows{1, 4};
        QVERIFY(meanCode(codes, rows).allclose((codes.mean[1] + codes.mean[4]) / 2));
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(meanCode(codes, {})), Error);
    }
};

QTEST_GUILESS_MAIN(AggregatePosteriorTest)
#include "tst_aggregate_posterior.moc"
