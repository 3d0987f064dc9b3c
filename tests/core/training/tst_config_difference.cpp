// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/config_difference.h"

#include <QtTest/QTest>

#include <algorithm>

using elbo::configDifferences;
using elbo::RunConfig;

namespace {

const elbo::ConfigDifference* find(const std::vector<elbo::ConfigDifference>& differences,
                                   const std::string& name)
{
    const auto found = std::ranges::find(differences, name, &elbo::ConfigDifference::name);
    return found == differences.end() ? nullptr : &*found;
}

}  // namespace

class ConfigDifferenceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fewerThanTwoDoNotDiffer()
    {
        QVERIFY(configDifferences({}).empty());
        QVERIFY(configDifferences({RunConfig{}}).empty());
        QVERIFY(configDifferences({RunConfig{}, RunConfig{}, RunConfig{}}).empty());
    }

    // A default that is written out is the same setting.
    void defaultsCountAsWhatTheyStandFor()
    {
        RunConfig plain, written;
        elbo::setField(written, "batch_size", std::to_string(plain.integer("batch_size")));
        QVERIFY(!(plain == written));
        QVERIFY(configDifferences({plain, written}).empty());
    }

    void onlyWhatDiffersIsTold()
    {
        RunConfig a, b, c;
        elbo::setField(b, "learning_rate", "0.01");
        elbo::setField(c, "latent_size", "7");
        elbo::setField(c, "count", "33");
        const auto differences = configDifferences({a, b, c});
        QCOMPARE(differences.size(), std::size_t{3});
        const auto* rate = find(differences, "learning_rate");
        QVERIFY(rate != nullptr);
        QCOMPARE(rate->values.size(), std::size_t{3});
        QCOMPARE(rate->values[1], std::string("0.01"));
        QCOMPARE(rate->values[0], rate->values[2]);
        QVERIFY(!rate->label.empty());
        QCOMPARE(find(differences, "latent_size")->values[2], std::string("7"));
        QCOMPARE(find(differences, "count")->values[2], std::string("33"));
    }

    void anotherModelHasOtherFields()
    {
        RunConfig rgbd, fc;
        fc.model.key = "fc-vae";
        const auto differences = configDifferences({rgbd, fc});
        QCOMPARE(differences.front().name, std::string("model"));
        QCOMPARE(differences.front().values[1], std::string("fc-vae"));
        const auto* filters = find(differences, "decoder_filters");
        QVERIFY(filters != nullptr && !filters->values[0].empty());
        QVERIFY(filters->values[1].empty());
        QVERIFY(find(differences, "learning_rate") == nullptr);
    }
};

QTEST_GUILESS_MAIN(ConfigDifferenceTest)
#include "tst_config_difference.moc"
