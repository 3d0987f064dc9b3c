// SPDX-License-Identifier: GPL-3.0-or-later
// A model that is given the class of an image: evaluating and reconstructing.
#include "core/base/error.h"
#include "core/evaluation/evaluate.h"
#include "core/evaluation/reconstruct.h"
#include "core/models/conditional_vae.h"
#include "core/nn/initialisation.h"
#include "tests/core/evaluation/made_dataset.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

namespace {

/// Six grey images of three classes; the last has no label.
elbo::Dataset made()
{
    auto data = elbo::tests::madeDataset(6, false, false);
    data.labels = at::tensor(std::vector<std::int64_t>{0, 1, 2, 0, 1, -1}, at::kLong);
    data.labelNames = {"a", "b", "c"};
    return data;
}

std::shared_ptr<elbo::Vae> modelFor(const elbo::Dataset& data)
{
    auto model = std::make_shared<elbo::ConditionalVae>(
        data.shape(), elbo::ConditionalVaeSizes{.latentSize = 3, .firstHidden = 8, .secondHidden = 6});
    elbo::initialiseFromNames(*model);
    return model;
}

}  // namespace

class ClassesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void imagesWithoutAClassAreNotEvaluated()
    {
        const auto data = made();
        const auto model = modelFor(data);
        const auto all = elbo::evaluate(*model, data, {3, 4, 5}, {});
        QCOMPARE(all.images, 2);
        QCOMPARE(all.withoutLabel, 1);
        QCOMPARE(all.leftOut, 0);
        const auto known = elbo::evaluate(*model, data, {3, 4}, {});
        QCOMPARE(all.elbo, known.elbo);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(elbo::evaluate(*model, data, {5}, {})), elbo::Error);
    }

    void anotherClassChangesTheReconstructionAndNotTheTruth()
    {
        const auto data = made();
        const auto model = modelFor(data);
        const auto own = elbo::reconstruct(*model, data, {1}, {}).front();
        const auto same = elbo::reconstruct(*model, data, {1}, {.asClass = 1}).front();
        const auto other = elbo::reconstruct(*model, data, {1}, {.asClass = 2}).front();
        QVERIFY(own.color == same.color);
        QVERIFY(own.truthColor == other.truthColor);
        QVERIFY(own.color != other.color);
        QVERIFY(own.mse != other.mse);
    }

    void anImageWithoutAClassTakesTheChosenOne()
    {
        const auto data = made();
        const auto model = modelFor(data);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(elbo::reconstruct(*model, data, {5}, {})), elbo::Error);
        QCOMPARE(elbo::reconstruct(*model, data, {5}, {.asClass = 0}).size(), std::size_t{1});
    }

    void aClassThatIsNotThereIsRefused()
    {
        const auto data = made();
        const auto model = modelFor(data);
        for (const std::int64_t wrong : {-1, 3}) {
            try {
                static_cast<void>(elbo::reconstruct(*model, data, {1}, {.asClass = wrong}));
                QFAIL("it was taken");
            } catch (const elbo::Error& error) {
                QVERIFY(std::string(error.what()).find("from 0 to 2") != std::string::npos);
            }
        }
    }
};

QTEST_GUILESS_MAIN(ClassesTest)
#include "tst_classes.moc"
