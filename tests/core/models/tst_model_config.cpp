// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/models/model_config.h"
#include "core/models/model_table.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

class ModelConfigTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void comesBackFromJson()
    {
        elbo::ModelConfig config{.key = "fc-vae", .fields = {}};
        config.fields.set("latent_size", std::int64_t{3});
        const auto json = elbo::toJson(config);
        QCOMPARE(json["fields"]["latent_size"].get<int>(), 3);
        QCOMPARE(json["fields"]["hidden_size"].get<int>(), 100);
        const auto back = elbo::modelConfigFromJson(json);
        const auto& fields = elbo::findModelInfo("fc-vae").fields;
        QCOMPARE(back.key, config.key);
        QCOMPARE(back.fields.integer(fields, "latent_size"), 3);
        QVERIFY(elbo::toJson(back) == json);
    }

    void sentencesNameWhatIsWrong()
    {
        QVERIFY(elbo::problems(elbo::ModelConfig{}).empty());
        const auto unknown = elbo::problems({.key = "nonsense", .fields = {}});
        QCOMPARE(unknown.size(), 1U);
        QVERIFY(unknown[0].find("rgbd-vae, fc-vae") != std::string::npos);
        const auto slip = elbo::problems({.key = "fc-vea", .fields = {}});
        QVERIFY(slip.front().find("\"fc-vea\" (nearest: fc-vae); choose one of") != std::string::npos);
        elbo::ModelConfig wrong{.key = "rgbd-vae", .fields = {}};
        wrong.fields.set("latent_size", std::int64_t{0});
        wrong.fields.set("colour", std::string("red"));
        QCOMPARE(elbo::problems(wrong).size(), 2U);
    }

    void foreignJsonIsRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("no object") << QByteArray("[1]");
        QTest::newRow("no key") << QByteArray("{}");
        QTest::newRow("a number as key") << QByteArray(R"({"key": 3})");
        QTest::newRow("an unknown key") << QByteArray(R"({"key": "x"})");
        QTest::newRow("an unknown field") << QByteArray(R"({"key": "fc-vae", "fields": {"x": 1}})");
        QTest::newRow("an unknown part") << QByteArray(R"({"key": "fc-vae", "feilds": {"latent_size": 3}})");
        QTest::newRow("fields that are a list") << QByteArray(R"({"key": "fc-vae", "fields": [1]})");
        QTest::newRow("a fraction") << QByteArray(R"({"key": "fc-vae", "fields": {"latent_size": 3.5}})");
        QTest::newRow("out of range") << QByteArray(R"({"key": "fc-vae", "fields": {"latent_size": 0}})");
        QTest::newRow("wrong type") << QByteArray(R"({"key": "fc-vae", "fields": {"latent_size": "many"}})");
    }
    void foreignJsonIsRefused()
    {
        QFETCH(QByteArray, text);
        try {
            static_cast<void>(elbo::modelConfigFromJson(nlohmann::json::parse(text.toStdString())));
            QFAIL("the description was taken");
        } catch (const elbo::Error& error) {
            QVERIFY(error.code() == elbo::ErrorCode::BadSetting);
        }
    }
};

QTEST_GUILESS_MAIN(ModelConfigTest)
#include "tst_model_config.moc"
