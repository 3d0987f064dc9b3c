// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/progress.h"
#include "core/models/registry.h"
#include "core/nn/initialisation.h"
#include "core/store/state_dict.h"
#include "core/training/test_pass.h"
#include "tests/core/training/made_data.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <cmath>

using namespace elbo;
using namespace elbo::tests;

class TestPassTest : public QObject {
    Q_OBJECT

    std::shared_ptr<const Dataset> m_data = madeData();
    DeviceData m_deviceData{*m_data, c10::Device(c10::kCPU)};
    std::shared_ptr<Vae> m_model = makeVae(madeConfig(1).model, m_data->shape());
    TestSide m_side{m_data->indices(SplitSide::Test), 3};

    std::map<std::string, double> run(const TestSettings& settings)
    {
        return runTestPass(*m_model, m_deviceData, m_side, settings, [](std::int64_t) {});
    }

private Q_SLOTS:
    void initTestCase()
    {
        initialise(*m_model, 1);
        m_model->train();
    }

    void givesTheTermsOfTheImages()
    {
        const auto terms = run({.batchSize = 4});
        const at::NoGradGuard noGradient;
        const auto x = imageValues(*m_data, m_side.indices);  // fc-vae takes [0, 1]
        const auto posterior = m_model->encode({x, {}});
        const auto kl = klPerDimension(posterior).sum().item<double>() / 6;
        QVERIFY(std::abs(terms.at("kl") - kl) < 1e-5 * std::abs(kl));
        QVERIFY(std::abs(terms.at("elbo") - (terms.at("log_likelihood") - terms.at("kl"))) < 1e-3);
        const auto noise = normalNoise(1, RandomPurpose::TestNoise, 3, 0, 6, m_model->noiseSize());
        for (const auto& [key, z] :
             {std::pair{"mse_mean", posterior.mean}, {"mse", posterior.mean + posterior.std * noise}}) {
            // RGB-D errors are those of data in [-1, 1].
            const auto error = 4 * (m_model->decode(z) - x).square().sum().item<double>() / 6;
            QVERIFY2(std::abs(terms.at(key) - error) < 1e-5 * error, key);
        }
    }

    void doesNotDependOnTheBatches()
    {
        const auto one = run({.batchSize = 6});
        const auto many = run({.batchSize = 2});
        for (const auto& [key, value] : one)
            QVERIFY2(std::abs(value - many.at(key)) < 1e-5 * std::abs(value), key.c_str());
    }

    void leavesTheNetworkAsItWas()
    {
        auto model = makeVae(madeConfig(1, "rgbd-vae").model, madeData({22, 6, 0, 32})->shape());
        initialise(*model, 1);
        model->train();
        std::vector<at::Tensor> before;
        for (const auto& [name, tensor] : stateDict(*model))
            before.push_back(tensor.clone());
        const auto data = madeData({22, 6, 0, 32});
        const DeviceData deviceData(*data, c10::Device(c10::kCPU));
        static_cast<void>(runTestPass(*model, deviceData, m_side, {.batchSize = 4}, [](std::int64_t) {}));
        QVERIFY(model->is_training());
        std::size_t i = 0;
        for (const auto& [name, tensor] : stateDict(*model))
            QVERIFY2(at::equal(tensor, before.at(i++)), name.c_str());
    }

    void endsWhenAskedTo()
    {
        const auto stopAtTheSecond = [](std::int64_t done) {
            if (done > 0)
                throw Cancelled();
        };
        QVERIFY_EXCEPTION_THROWN(
            static_cast<void>(runTestPass(*m_model, m_deviceData, m_side, {.batchSize = 2}, stopAtTheSecond)),
            Cancelled);
        QVERIFY(m_model->is_training());
    }
};

QTEST_GUILESS_MAIN(TestPassTest)
#include "tst_test_pass.moc"
