// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"
#include "core/models/pca.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

namespace {

constexpr std::int64_t kValues = 2 * 3 * 4;
const elbo::ImageShape kShape{.channels = 2, .height = 3, .width = 4, .classes = 0, .hasDepth = true};

at::Tensor madeImages(std::int64_t count)
{
    const auto codes = elbo::normalNoise(5, elbo::RandomPurpose::Sampling, 0, 0, count, 4);
    const auto map = elbo::normalNoise(6, elbo::RandomPurpose::Sampling, 0, 0, 4, kValues);
    const auto noise = elbo::normalNoise(7, elbo::RandomPurpose::Sampling, 0, 0, count, kValues);
    return (0.5 + 0.08 * at::mm(codes, map) + 0.02 * noise).view({count, 2, 3, 4});
}

elbo::Pca fitted(const at::Tensor& images, std::int64_t latentSize)
{
    elbo::Pca model(kShape, latentSize);
    model.fit({.read = [&](std::int64_t first, std::int64_t count) { return images.narrow(0, first, count); },
               .images = images.size(0)},
              1, {}, {});
    return model;
}

}  // namespace

class PcaTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // The posterior is exact, so the ELBO is ln N(x; mean, W W^T + sigma^2 I), whatever z.
    void itsElboIsTheLogLikelihood()
    {
        const auto images = madeImages(200);
        auto model = fitted(images, 4);
        const auto posterior = model.encode({.x = images, .labels = {}});
        const double sigma = model.likelihood().sigma;
        // E_q[ln p(x|z)] in closed form: ln p at the mean, less half of sum_k (scale_k std_k / sigma)^2.
        const auto buffers = model.named_buffers();
        const auto spread = (buffers["scales"] * posterior.std / sigma).square().sum(1) / 2;
        const auto expected =
            model.likelihood().logProbability(images, model.decoderOutput(posterior.mean, {})) - spread;
        const auto elbo = (expected - elbo::klPerDimension(posterior).sum(1)).to(at::kDouble);

        const auto flat = images.flatten(1).to(at::kDouble);
        const auto w = (buffers["components"] * buffers["scales"].unsqueeze(1)).to(at::kDouble);  // [K,D]
        const auto covariance = at::mm(w.t(), w) + sigma * sigma * at::eye(kValues, at::kDouble);
        const auto centred = flat - buffers["mean"].to(at::kDouble);
        const auto distances = (centred * at::linalg_solve(covariance, centred.t()).t()).sum(1);
        const double logDeterminant = at::logdet(covariance).item<double>();
        const auto exact = -0.5 * (distances + logDeterminant + kValues * std::log(2 * std::numbers::pi));
        QVERIFY2(at::allclose(elbo, exact, 1e-4, 1e-3),
                 qPrintable(QString::number((elbo - exact).abs().max().item<double>())));
    }

    // Maximum likelihood: sigma^2 is the mean of the variances that are left out.
    void sigmaIsFitted()
    {
        const auto images = madeImages(400);
        const auto centred = images.flatten(1).to(at::kDouble) - images.flatten(1).to(at::kDouble).mean(0);
        const auto variances = at::linalg_eigvalsh(at::mm(centred.t(), centred) / 400);  // ascending
        const double expected = variances.narrow(0, 0, kValues - 4).mean().item<double>();
        const double sigma = fitted(images, 4).likelihood().sigma;
        QVERIFY(std::abs(sigma * sigma - expected) < 1e-4 * expected);
    }

    void moreComponentsThanImagesStayUnused()
    {
        const auto images = madeImages(5);
        auto model = fitted(images, 10);
        const auto posterior = model.encode({.x = images, .labels = {}});
        const auto kl = elbo::klPerDimension(posterior);
        QVERIFY(kl.narrow(1, 0, 4).min().item<float>() > 0);
        QVERIFY(kl.narrow(1, 4, 6).abs().max().item<float>() < 1e-6);
        // Four directions hold five images.
        const auto error = (model.decode(posterior.mean) - images).abs().max().item<float>();
        QVERIFY2(error < 0.01F, qPrintable(QString::number(error)));
    }
};

QTEST_GUILESS_MAIN(PcaTest)
#include "tst_pca.moc"
