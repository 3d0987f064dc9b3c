// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/depth/bts.h"
#include "core/depth/planar_guidance.h"
#include "core/nn/inference_weights.h"
#include "core/nn/initialisation.h"
#include "core/store/state_dict.h"
#include "tests/support/golden.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <array>
#include <cmath>
#include <fstream>
#include <numbers>
#include <optional>

namespace {

constexpr double kTolerance = 1e-4;

/// The definition, which is computed where gradients are wanted; with BatchNorms in the weights; with weights
/// that are kept in their device's own layout.
enum class Form { Definition, Folded, Kept };
constexpr std::array kForms{Form::Definition, Form::Folded, Form::Kept};

class Computed {
public:
    Computed(Form form, elbo::InferenceWeights& weights) : m_mode(form == Form::Definition)
    {
        if (form == Form::Kept)
            m_use.emplace(weights);
    }

private:
    at::AutoGradMode m_mode;
    std::optional<elbo::InferenceWeights::Use> m_use;
};

std::shared_ptr<elbo::Bts> goldenBts(const std::string& encoder)
{
    auto network = std::make_shared<elbo::Bts>(encoder);
    elbo::initialiseFromNames(*network);
    network->eval();
    return network;
}

at::Tensor goldenInput()
{
    return elbo::goldenUniform("input", 3 * 64 * 96).view({1, 3, 64, 96});
}

std::int64_t parameters(const torch::nn::Module& module)
{
    std::int64_t sum = 0;
    for (const auto& parameter : module.parameters())
        sum += parameter.numel();
    return sum;
}

}  // namespace

class BtsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesAndValuesAreThePublishedOnes_data()
    {
        QTest::addColumn<QString>("encoder");
        QTest::newRow("mobilenetv2") << QStringLiteral("mobilenetv2");
        QTest::newRow("resnet50") << QStringLiteral("resnet50");
        QTest::newRow("densenet121") << QStringLiteral("densenet121");
    }
    void namesAndValuesAreThePublishedOnes()
    {
        QFETCH(QString, encoder);
        const auto name = encoder.toStdString();
        const auto golden = elbo::tests::goldenFile("bts_" + name);
        const auto network = goldenBts(name);
        const auto keys = elbo::tests::goldenFile("bts_" + name + "_keys");
        const auto ours = elbo::stateDict(*network);
        QCOMPARE(ours.size(), keys.size());
        for (std::size_t i = 0; i < ours.size(); ++i) {
            QCOMPARE(ours[i].name, keys[i][0].get<std::string>());
            QCOMPARE(ours[i].tensor.sizes().vec(), keys[i][1].get<std::vector<std::int64_t>>());
        }
        QCOMPARE(parameters(*network), golden.at("parameters").get<std::int64_t>());

        elbo::InferenceWeights weights;
        for (const auto form : kForms) {
            const Computed computed(form, weights);
            const auto maps = network->encoder().features(goldenInput());
            for (std::size_t i = 0; i < maps.size(); ++i)
                QVERIFY2(elbo::goldenDeviation(golden.at("features").at(i), maps[i]) <= kTolerance,
                         std::to_string(i).c_str());
            const auto output = network->forward(goldenInput());
            const auto deviation = [&](const char* what, const at::Tensor& values) {
                return elbo::goldenDeviation(golden.at(what), values);
            };
            QVERIFY(deviation("depth_8x8_scaled", output.guide8) <= kTolerance);
            QVERIFY(deviation("depth_4x4_scaled", output.guide4) <= kTolerance);
            QVERIFY(deviation("depth_2x2_scaled", output.guide2) <= kTolerance);
            QVERIFY(deviation("reduc1x1", output.reduced) <= kTolerance);
            QVERIFY(deviation("depth", output.depth * 10) <= kTolerance);
        }
    }

    // Numbers of parameters that torchvision's pages tell, without the classifiers that are not used here.
    void otherEncodersHaveTorchvisionsSizes_data()
    {
        QTest::addColumn<QString>("encoder");
        QTest::addColumn<qint64>("parameters");
        QTest::newRow("resnet101") << QStringLiteral("resnet101") << qint64{44549160};
        QTest::newRow("resnext50") << QStringLiteral("resnext50") << qint64{25028904};
        QTest::newRow("resnext101") << QStringLiteral("resnext101") << qint64{88791336};
        QTest::newRow("densenet161") << QStringLiteral("densenet161")
                                     << qint64{28681000 - 2208 * 1000 - 1000};
    }
    void otherEncodersHaveTorchvisionsSizes()
    {
        QFETCH(QString, encoder);
        const auto made = elbo::makeDepthEncoder(encoder.toStdString());
        QTEST(static_cast<qint64>(parameters(*made)), "parameters");
    }

    // What torchvision's networks themselves compute from the same weights (torchvision_features.py made it).
    // densenet121 is there too, since the published values hold the script that made the others.
    void featuresAreTorchvisions_data()
    {
        QTest::addColumn<QString>("encoder");
        for (const char* encoder : {"densenet121", "densenet161", "resnet101", "resnext50", "resnext101"})
            QTest::newRow(encoder) << QString::fromUtf8(encoder);
    }
    void featuresAreTorchvisions()
    {
        QFETCH(QString, encoder);
        std::ifstream file(std::string(ELBO_SOURCES) + "/tests/core/depth/torchvision_features.json");
        const auto expected = nlohmann::json::parse(file).at(encoder.toStdString());
        const auto network = goldenBts(encoder.toStdString());
        elbo::InferenceWeights weights;
        for (const auto form : kForms) {
            const Computed computed(form, weights);
            const auto maps = network->encoder().features(goldenInput());
            QCOMPARE(maps.size(), expected.size());
            for (std::size_t i = 0; i < maps.size(); ++i) {
                QCOMPARE(maps[i].size(1), network->encoder().widths().at(i));
                const auto deviation = elbo::goldenDeviation(expected.at(i), maps[i]);
                QVERIFY2(deviation <= kTolerance, std::to_string(deviation).c_str());
            }
        }
    }

    void narrowDecodersScaleTheirWidths_data()
    {
        QTest::addColumn<int>("width");
        QTest::newRow("256") << 256;
        QTest::newRow("128") << 128;
        QTest::newRow("64") << 64;
    }
    void narrowDecodersScaleTheirWidths()
    {
        QFETCH(int, width);
        elbo::Bts network("mobilenetv2", width);
        elbo::initialise(network, 1);
        network.eval();
        const auto names = network.named_parameters();
        QCOMPARE(names["decoder.upconv5.conv.weight"].size(0), width);
        QCOMPARE(names["decoder.get_depth.0.weight"].size(1), width / 16);
        QVERIFY(names.contains("decoder.reduc8x8.reduc.inter_" + std::to_string(width / 4) + "_" +
                               std::to_string(width / 4) + ".0.weight"));
        // Chains end at 8, or at once.
        const auto* last = names.find("decoder.reduc1x1.reduc.final.0.weight");
        QVERIFY(last != nullptr);
        QCOMPARE(last->size(1), std::min(8, width / 16));
        const at::NoGradGuard noGradients;
        const auto depth = network.forward(goldenInput()).depth;
        QCOMPARE(depth.sizes().vec(), (std::vector<std::int64_t>{1, 1, 64, 96}));
        QVERIFY(depth.gt(0).all().item<bool>() && depth.lt(1).all().item<bool>());
    }

    void everyParameterOfTheDecoderLearns()
    {
        elbo::Bts network("mobilenetv2", 64);
        elbo::initialise(network, 1);
        network.train();
        network.forward(at::cat({goldenInput(), goldenInput().flip(3)}))
            .depth.log()
            .square()
            .mean()
            .backward();
        for (const auto& entry : network.named_parameters()) {
            QVERIFY2(entry.value().grad().defined(), entry.key().c_str());
            QVERIFY2(entry.value().grad().isfinite().all().item<bool>(), entry.key().c_str());
        }
    }

    void otherNamesAndWidthsAreRefused()
    {
        QVERIFY_EXCEPTION_THROWN(elbo::Bts("mobilenetv3"), elbo::Error);
        QVERIFY_EXCEPTION_THROWN(elbo::Bts("mobilenetv2", 100), elbo::Error);
    }

    // A plane at a right angle to the axis has one depth everywhere; a tilted one that of its equation.
    void planesGiveTheDepthOfTheirEquation()
    {
        const auto logit = [](double value) { return std::log(value / (1 - value)); };
        const double theta = 0.4, phi = 1.1, distance = 0.3;
        const auto planes =
            at::tensor(std::vector<double>{logit(theta / (std::numbers::pi / 3)),
                                           logit(phi / (2 * std::numbers::pi)), logit(distance)},
                       at::kDouble)
                .view({1, 3, 1, 1});
        const auto depth = elbo::planarGuidance(planes, 4);
        QCOMPARE(depth.sizes().vec(), (std::vector<std::int64_t>{1, 1, 4, 4}));
        for (int row = 0; row < 4; ++row) {
            for (int column = 0; column < 4; ++column) {
                const double u = (column - 1.5) / 4, v = (row - 1.5) / 4;
                const double expected = distance / (std::sin(theta) * std::cos(phi) * u +
                                                    std::sin(theta) * std::sin(phi) * v + std::cos(theta));
                QVERIFY(std::abs(depth[0][0][row][column].item<double>() - expected) < 1e-12);
            }
        }
        const auto flat =
            elbo::planarGuidance(at::tensor({-40.0, 0.3, 0.0}, at::kDouble).view({1, 3, 1, 1}), 8);
        QVERIFY((flat - 0.5).abs().max().item<double>() < 1e-12);
    }
};

QTEST_APPLESS_MAIN(BtsTest)
#include "tst_bts.moc"
