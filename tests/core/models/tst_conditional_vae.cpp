// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/models/conditional_vae.h"
#include "core/nn/initialisation.h"
#include "core/store/state_dict.h"
#include "tests/support/golden.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

namespace {

const elbo::ImageShape kMnist{.channels = 1, .height = 28, .width = 28, .classes = 10, .hasDepth = false};

}  // namespace

class ConditionalVaeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void reproducesTheGoldenValues_data()
    {
        elbo::tests::addGoldenRows("conditional-vae", "conditional_vae");
    }
    void reproducesTheGoldenValues()
    {
        QFETCH(double, deviation);
        QFETCH(double, tolerance);
        QVERIFY2(deviation <= tolerance, qPrintable(QString::number(deviation)));
    }

    void hasThePublishedNamesAndShapes()
    {
        const elbo::ConditionalVae model(kMnist, {});
        const auto keys = elbo::tests::goldenFile("conditional_vae_keys");
        const auto entries = elbo::stateDict(model);
        QCOMPARE(entries.size(), keys.size());
        for (std::size_t i = 0; i < entries.size(); ++i) {
            QCOMPARE(entries[i].name, keys[i][0].get<std::string>());
            QVERIFY(entries[i].tensor.sizes().vec() == keys[i][1].get<std::vector<std::int64_t>>());
        }
    }

    void theClassChangesPosteriorAndImage()
    {
        elbo::ConditionalVae model(kMnist, {});
        elbo::initialise(model, 1);
        const auto x = at::full({1, 1, 28, 28}, 0.5);
        const auto class3 = at::full({1}, 3, at::kLong);
        const auto class8 = at::full({1}, 8, at::kLong);
        const auto mean = model.encode({.x = x, .labels = class3}).mean;
        QVERIFY(!mean.equal(model.encode({.x = x, .labels = class8}).mean));
        QVERIFY(!model.decode(mean, class3).equal(model.decode(mean, class8)));
    }

    void withoutLabelsItIsRefused()
    {
        auto shape = kMnist;
        shape.classes = 0;
        QVERIFY_EXCEPTION_THROWN(elbo::ConditionalVae(shape, {}), elbo::Error);
        elbo::ConditionalVae model(kMnist, {});
        const auto x = at::zeros({2, 1, 28, 28});
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(model.encode({.x = x, .labels = {}})), elbo::Error);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(model.decode(at::zeros({2, 2}))), elbo::Error);
    }
};

QTEST_GUILESS_MAIN(ConditionalVaeTest)
#include "tst_conditional_vae.moc"
