// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/evaluation/metrics.h"
#include "core/nn/initialisation.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <cmath>

namespace {

/// Noise, and a ramp under a third of noise; and both with more noise on them: float32 [2,3,24,20] in [0, 1].
std::pair<at::Tensor, at::Tensor> madeImages()
{
    auto x = (elbo::goldenUniform("ssim x", 2880).reshape({2, 3, 24, 20}) + 1) / 2;
    x[1] = 0.7 * at::linspace(0, 1, 20) + 0.3 * x[1];
    const auto y = (x + 0.2 * elbo::goldenUniform("ssim y", 2880).reshape({2, 3, 24, 20})).clamp(0, 1);
    return {x, y};
}

}  // namespace

class MetricsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // What structural_similarity of scikit-image 0.26.0 (gaussian_weights, sigma 1.5, use_sample_covariance
    // False, data_range 1, channel_axis 0; so a window of 11, K1 0.01, K2 0.03) and peak_signal_noise_ratio
    // gave for the same arrays in float64.
    void agreeWithScikitImage()
    {
        const auto [x, y] = madeImages();
        const double ssims[] = {0.9284677991801494, 0.6212948922395366};
        const double psnrs[] = {19.212097238639277, 19.064703309884127};
        const double squares[] = {17.264450073242188, 17.860441207885742};
        const auto ssim = elbo::ssim(x, y);
        const auto psnr = elbo::psnr(x, y);
        const auto squared = elbo::squaredError(x, y);
        for (int image = 0; image < 2; ++image) {
            QVERIFY2(std::abs(ssim[image].item<double>() - ssims[image]) < 1e-6,
                     qPrintable(QString::number(ssim[image].item<double>())));
            QVERIFY(std::abs(psnr[image].item<double>() - psnrs[image]) < 1e-4);
            QVERIFY(std::abs(squared[image].item<double>() - squares[image]) < 1e-4);
        }
    }

    void areSymmetric()
    {
        const auto [x, y] = madeImages();
        QVERIFY(at::allclose(elbo::ssim(x, y), elbo::ssim(y, x)));
        QVERIFY(at::allclose(elbo::psnr(x, y), elbo::psnr(y, x)));
    }

    void equalImagesArePerfect()
    {
        const auto x = madeImages().first;
        QVERIFY(at::allclose(elbo::ssim(x, x), at::ones({2})));
        QVERIFY(elbo::squaredError(x, x).equal(at::zeros({2})));
        QVERIFY(elbo::psnr(x, x).isposinf().all().item<bool>());
    }

    // Two constants: no structure, only luminance (2ab + C1) / (a^2 + b^2 + C1).
    void ssimOfConstantsIsTheirLuminance()
    {
        const auto value =
            elbo::ssim(at::full({1, 1, 16, 16}, 0.25), at::full({1, 1, 16, 16}, 0.75))[0].item<double>();
        QVERIFY(std::abs(value - (2 * 0.25 * 0.75 + 1e-4) / (0.25 * 0.25 + 0.75 * 0.75 + 1e-4)) < 1e-6);
    }

    void refuseWhatCannotBeCompared()
    {
        QVERIFY_EXCEPTION_THROWN(
            static_cast<void>(elbo::psnr(at::zeros({1, 1, 8, 8}), at::zeros({1, 1, 8, 9}))), elbo::Error);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(elbo::squaredError(at::zeros({8, 8}), at::zeros({8, 8}))),
                                 elbo::Error);
        QVERIFY_EXCEPTION_THROWN(
            static_cast<void>(elbo::ssim(at::zeros({1, 1, 10, 64}), at::zeros({1, 1, 10, 64}))), elbo::Error);
    }
};

QTEST_GUILESS_MAIN(MetricsTest)
#include "tst_metrics.moc"
