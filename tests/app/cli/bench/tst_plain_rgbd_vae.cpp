// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench/plain_rgbd_vae.h"
#include "core/models/rgbd_vae.h"
#include "core/nn/initialisation.h"
#include "core/store/state_dict.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

namespace {

double worst(const at::Tensor& a, const at::Tensor& b)
{
    return ((a - b).abs().max() / b.abs().max()).item<double>();
}

}  // namespace

class PlainRgbdVaeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // A ratio to the plain form means something only where both compute the same network.
    void computesWhatOursComputes()
    {
        elbo::RgbdVae ours({}, {});
        elbo::initialiseFromNames(ours);
        elbo::bench::PlainRgbdVae plain;
        elbo::loadStateDict(plain, elbo::stateDict(ours));
        const at::NoGradGuard noGrad;
        const auto x = elbo::goldenUniform("x", 2 * 4 * 128 * 128).reshape({2, 4, 128, 128});
        for (const bool training : {false, true}) {
            ours.train(training);
            plain.train(training);
            const auto posterior = ours.encode({.x = x, .labels = {}});
            const auto [mean, std] = plain.encode(x);
            QVERIFY(worst(posterior.mean, mean) < 1e-4);
            QVERIFY(worst(posterior.std, std) < 1e-4);
            QVERIFY(worst(ours.decode(mean), plain.decode(mean)) < 1e-4);
        }
    }

    void aStepReportsNegativeElboAndMse()
    {
        auto model = std::make_shared<elbo::bench::PlainRgbdVae>();
        elbo::initialise(*model, 1);
        elbo::bench::PlainTraining training(model, 1e-4);
        const auto x = elbo::goldenUniform("x", 2 * 4 * 128 * 128).reshape({2, 4, 128, 128});
        const auto first = training.step(x);
        const auto before = model->named_parameters()["decoder.fc.weight"].clone();
        const auto second = training.step(x);
        // -ELBO = KL + MSE / 2 + D/2 ln(2 pi), and KL is positive.
        const double constant = 0.5 * 4 * 128 * 128 * std::log(2 * std::numbers::pi);
        QVERIFY(std::isfinite(first.loss) && first.loss > constant);
        QVERIFY(std::isfinite(second.loss) && second.loss > constant);
        QVERIFY(first.mse > 0 && first.mse < 4.0 * 4 * 128 * 128);
        QVERIFY(!model->named_parameters()["decoder.fc.weight"].equal(before));
    }
};

QTEST_GUILESS_MAIN(PlainRgbdVaeTest)
#include "tst_plain_rgbd_vae.moc"
