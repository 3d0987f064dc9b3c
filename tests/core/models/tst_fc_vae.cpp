// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/fc_vae.h"
#include "core/nn/initialisation.h"
#include "core/store/state_dict.h"
#include "tests/support/golden.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

namespace {

const elbo::ImageShape kMnist{.channels = 1, .height = 28, .width = 28, .classes = 0, .hasDepth = false};

}  // namespace

class FcVaeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void reproducesTheGoldenValues_data() { elbo::tests::addGoldenRows("fc-vae", "fc_vae"); }
    void reproducesTheGoldenValues()
    {
        QFETCH(double, deviation);
        QFETCH(double, tolerance);
        QVERIFY2(deviation <= tolerance, qPrintable(QString::number(deviation)));
    }

    void hasThePublishedNamesAndShapes()
    {
        const elbo::FcVae model(kMnist, 10, 100);
        const auto keys = elbo::tests::goldenFile("fc_vae_keys");
        const auto entries = elbo::stateDict(model);
        QCOMPARE(entries.size(), keys.size());
        for (std::size_t i = 0; i < entries.size(); ++i) {
            QCOMPARE(entries[i].name, keys[i][0].get<std::string>());
            QVERIFY(entries[i].tensor.sizes().vec() == keys[i][1].get<std::vector<std::int64_t>>());
        }
    }

    // Central differences of the loss in float64, at twenty places of every parameter.
    void gradientsAgreeWithFiniteDifferences()
    {
        const elbo::ImageShape shape{.channels = 2, .height = 3, .width = 4, .classes = 0, .hasDepth = true};
        elbo::FcVae model(shape, 3, 8);
        elbo::initialiseFromNames(model);
        model.to(at::kDouble);
        const auto x =
            (elbo::goldenUniform("x", 5 * shape.values()).reshape({5, 2, 3, 4}).to(at::kDouble) + 1) / 2;
        const auto noise = elbo::goldenUniform("noise", 5 * 3).reshape({5, 3}).to(at::kDouble);
        const auto loss = [&] { return model.step({.x = x, .labels = {}}, noise, 0.7).loss; };
        loss().backward();
        for (const auto& named : model.named_parameters()) {
            auto values = named.value().detach().view(-1);
            const auto gradient = named.value().grad().view(-1);
            const double scale = gradient.abs().max().item<double>();
            const auto stride = std::max<std::int64_t>(1, values.numel() / 20);
            for (std::int64_t i = 0; i < values.numel(); i += stride) {
                constexpr double kStep = 1e-6;
                const double value = values[i].item<double>();
                values[i] = value + kStep;
                const double above = loss().item<double>();
                values[i] = value - kStep;
                const double below = loss().item<double>();
                values[i] = value;
                const double difference = (above - below) / (2 * kStep);
                QVERIFY2(std::abs(difference - gradient[i].item<double>()) < 1e-6 * scale,
                         named.key().c_str());
            }
        }
    }
};

QTEST_GUILESS_MAIN(FcVaeTest)
#include "tst_fc_vae.moc"
