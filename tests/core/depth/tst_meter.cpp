// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/depth/bundled_weights.h"
#include "core/depth/depth_weights.h"
#include "core/depth/meter.h"
#include "core/nn/inference_weights.h"
#include "core/nn/initialisation.h"
#include "core/store/state_dict.h"
#include "tests/support/golden.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

class MeterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hasThePublishedNamesAndShapes()
    {
        const elbo::MeterXxs network;
        const auto keys = elbo::tests::goldenFile("meter_xxs_keys");
        const auto ours = elbo::stateDict(network);
        QCOMPARE(ours.size(), keys.size());
        std::int64_t parameters = 0;
        for (const auto& parameter : network.parameters())
            parameters += parameter.numel();
        QCOMPARE(parameters, 713464);
        for (std::size_t i = 0; i < ours.size(); ++i) {
            QCOMPARE(ours[i].name, keys[i][0].get<std::string>());
            QCOMPARE(ours[i].tensor.sizes().vec(), keys[i][1].get<std::vector<std::int64_t>>());
        }
    }

    void computesTheGoldenValuesWithTheBundledWeights()
    {
        elbo::MeterXxs network;
        QCOMPARE(elbo::loadDepthWeights(network, elbo::bundledMeterWeights().tensors, "bundled"),
                 std::string());
        network.eval();
        const auto golden = elbo::tests::goldenFile("meter_xxs");
        const auto input = (elbo::goldenUniform("input", 3 * 192 * 256) + 1).div(2).view({1, 3, 192, 256});
        for (const bool plain : {true, false}) {
            const at::AutoGradMode mode(plain);
            QVERIFY(elbo::goldenDeviation(golden.at("output"), network.forward(input)) <= 1e-4);
        }
        const at::NoGradGuard noGradients;
        elbo::InferenceWeights weights;
        const elbo::InferenceWeights::Use use(weights);
        QVERIFY(elbo::goldenDeviation(golden.at("output"), network.forward(input)) <= 1e-4);
    }
};

QTEST_APPLESS_MAIN(MeterTest)
#include "tst_meter.moc"
