// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/initialisation.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <torch/utils.h>

#include <cmath>

namespace {

torch::nn::Sequential network()
{
    return torch::nn::Sequential(torch::nn::Conv2d(torch::nn::Conv2dOptions(8, 32, 3)),
                                 torch::nn::BatchNorm2d(32), torch::nn::Linear(200, 100));
}

}  // namespace

class InitialisationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // golden/README.md, "Check"
    void namesGiveTheGoldenNumbers()
    {
        const auto u = elbo::goldenUniform("input", 4);
        const float expected[] = {-0.80436337F, -0.70504284F, 0.1481688F, 0.70545554F};
        for (int i = 0; i < 4; ++i) {
            QVERIFY(std::abs(u[i].item<float>() - expected[i]) < 1e-7F);
        }
    }

    void keepsPyTorchsBounds_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<double>("bound");
        QTest::newRow("convolution's weight") << QByteArray("0.weight") << 1 / std::sqrt(72.0);
        QTest::newRow("convolution's bias") << QByteArray("0.bias") << 1 / std::sqrt(72.0);
        QTest::newRow("linear weight") << QByteArray("2.weight") << 1 / std::sqrt(200.0);
        QTest::newRow("linear bias") << QByteArray("2.bias") << 1 / std::sqrt(200.0);
    }
    void keepsPyTorchsBounds()
    {
        QFETCH(QByteArray, name);
        QFETCH(double, bound);
        auto module = network();
        elbo::initialise(*module, 1);
        const auto values = module->named_parameters()[name.toStdString()].detach();
        QVERIFY(values.abs().max().item<double>() <= bound);
        QVERIFY(values.abs().max().item<double>() > 0.8 * bound);
        // A uniform density of that width has mean 0 and variance bound^2 / 3; four standard errors.
        const double n = static_cast<double>(values.numel());
        QVERIFY(std::abs(values.mean().item<double>()) < 4 * bound / std::sqrt(3 * n));
        QVERIFY(std::abs(values.square().mean().item<double>() / (bound * bound) - 1.0 / 3) <
                4 * 0.3 / std::sqrt(n));
    }

    void resetsNormalisation()
    {
        auto module = network();
        elbo::initialiseFromNames(*module);
        elbo::initialise(*module, 1);
        const auto parameters = module->named_parameters();
        const auto buffers = module->named_buffers();
        QVERIFY(parameters["1.weight"].equal(at::ones({32})));
        QVERIFY(parameters["1.bias"].equal(at::zeros({32})));
        QVERIFY(buffers["1.running_mean"].equal(at::zeros({32})));
        QVERIFY(buffers["1.running_var"].equal(at::ones({32})));
    }

    void dependsOnSeedAndNameAlone()
    {
        auto one = network();
        auto two = network();
        torch::manual_seed(5);
        elbo::initialise(*one, 1);
        torch::manual_seed(6);
        elbo::initialise(*two, 1);
        QVERIFY(one->named_parameters()["2.weight"].equal(two->named_parameters()["2.weight"]));
        elbo::initialise(*two, 2);
        QVERIFY(!one->named_parameters()["2.weight"].equal(two->named_parameters()["2.weight"]));
        torch::nn::Sequential lone(torch::nn::Linear(200, 100));
        elbo::initialise(*lone, 1);
        QVERIFY(!one->named_parameters()["2.weight"].equal(lone->named_parameters()["0.weight"]));
    }
};

QTEST_GUILESS_MAIN(InitialisationTest)
#include "tst_initialisation.moc"
