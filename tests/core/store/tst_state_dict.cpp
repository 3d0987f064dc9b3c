// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/store/state_dict.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>

class StateDictTest : public QObject {
    Q_OBJECT

private:
    torch::nn::Sequential m_module{torch::nn::Conv2d(torch::nn::Conv2dOptions(2, 3, 1)),
                                   torch::nn::BatchNorm2d(3)};

private Q_SLOTS:
    // PyTorch lists a module's parameters, then its buffers, then its children.
    void hasPyTorchsNamesAndOrder()
    {
        std::vector<std::string> names;
        for (const auto& entry : elbo::stateDict(*m_module)) {
            names.push_back(entry.name);
        }
        const std::vector<std::string> expected{"0.weight",
                                                "0.bias",
                                                "1.weight",
                                                "1.bias",
                                                "1.running_mean",
                                                "1.running_var",
                                                "1.num_batches_tracked"};
        QVERIFY(names == expected);
    }

    void sharesStorageWithTheModule()
    {
        elbo::stateDict(*m_module)[1].tensor.fill_(7.0);
        QVERIFY(m_module->named_parameters()["0.bias"].equal(at::full({3}, 7.0)));
    }

    void takesValuesOfAnotherType()
    {
        auto entries = elbo::stateDict(*m_module);
        for (auto& entry : entries) {
            entry.tensor = at::ones_like(entry.tensor, at::kHalf) * 2;
        }
        elbo::loadStateDict(*m_module, entries);
        QVERIFY(m_module->named_parameters()["0.weight"].equal(at::full({3, 2, 1, 1}, 2.0)));
    }

    void refusesOtherWeights_data()
    {
        QTest::addColumn<QByteArray>("change");
        QTest::addColumn<QByteArray>("named");
        QTest::newRow("one is missing") << QByteArray("missing") << QByteArray("0.bias is missing");
        QTest::newRow("one more") << QByteArray("more") << QByteArray("2.weight has no place");
        QTest::newRow("another shape")
            << QByteArray("shape") << QByteArray("0.weight is [3,2] where [3,2,1,1]");
    }
    void refusesOtherWeights()
    {
        QFETCH(QByteArray, change);
        QFETCH(QByteArray, named);
        auto entries = elbo::stateDict(*m_module);
        for (auto& entry : entries) {
            entry.tensor = entry.tensor.clone().fill_(5);
        }
        if (change == "missing") {
            entries.erase(entries.begin() + 1);
        } else if (change == "more") {
            entries.push_back({"2.weight", at::ones({2})});
        } else {
            entries[0].tensor = at::ones({3, 2});
        }
        const auto before = m_module->named_buffers()["1.running_mean"].clone();
        try {
            elbo::loadStateDict(*m_module, entries);
            QFAIL("the weights were taken");
        } catch (const elbo::Error& error) {
            QVERIFY(error.code() == elbo::ErrorCode::BadFile);
            QVERIFY2(QByteArray(error.what()).contains(named), error.what());
        }
        QVERIFY(m_module->named_buffers()["1.running_mean"].equal(before));  // nothing was half loaded
    }
};

QTEST_GUILESS_MAIN(StateDictTest)
#include "tst_state_dict.moc"
