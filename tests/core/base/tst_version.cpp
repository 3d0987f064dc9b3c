// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/version.h"

#include <QtTest/QtTest>

#include <ATen/Functions.h>

#include <regex>
#include <string>

class VersionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isThreeNumbers()
    {
        const std::regex threeNumbers("[0-9]+\\.[0-9]+\\.[0-9]+");
        QVERIFY(std::regex_match(std::string(elbo::programVersion()), threeNumbers));
        QVERIFY(std::regex_match(std::string(elbo::libTorchVersion()), threeNumbers));
    }

    // The headers and the library that is loaded must be of one LibTorch: a product tells whether it computes
    // at all.
    void libTorchComputes()
    {
        const auto product = at::full({3, 4}, 2.0).mm(at::full({4, 5}, 0.5));
        QCOMPARE(product.sum().item<double>(), 60.0);
    }
};

QTEST_GUILESS_MAIN(VersionTest)
#include "tst_version.moc"
