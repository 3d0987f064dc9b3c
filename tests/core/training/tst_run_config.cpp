// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/models/model_table.h"
#include "core/training/run_config.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <set>

using namespace elbo;

class RunConfigTest : public QObject {
    Q_OBJECT

    /// The sentence of the error that `work` throws; empty when it throws none.
    template <typename Work>
    static QString sentenceOf(const Work& work)
    {
        try {
            work();
            return {};
        } catch (const Error& error) {
            return QString::fromUtf8(error.what());
        }
    }

private Q_SLOTS:
    void everyFieldIsDescribedAndItsDefaultFits()
    {
        QVERIFY(!trainingFields().empty());
        for (const auto& field : trainingFields()) {
            QVERIFY2(!field.label.empty() && !field.help.empty(), field.name.c_str());
            QCOMPARE(fieldProblem(field, field.defaultValue), std::string());
        }
    }

    void joinedNamesAreUnique()
    {
        RunConfig config;  // rooms have a seed too, of their scenes
        std::set<std::string> names;
        for (const auto& field : joinedFields(config))
            QVERIFY2(names.insert(field.name).second, field.name.c_str());
        QVERIFY(names.contains("seed"));
        QVERIFY(names.contains("data.seed"));
        QVERIFY(names.contains("size"));
        QVERIFY(names.contains("latent_size"));
    }

    void setsTheFieldOfThePartThatOwnsIt()
    {
        RunConfig config;
        setField(config, "epochs", "7");
        setField(config, "count", "120");
        setField(config, "seed", "3");
        setField(config, "data.seed", "4");
        QCOMPARE(config.integer("epochs"), std::int64_t{7});
        QCOMPARE(config.integer("seed"), std::int64_t{3});
        QVERIFY(config.data.fields.all().at("count") == FieldValue(std::int64_t{120}));
        QVERIFY(config.data.fields.all().at("seed") == FieldValue(std::int64_t{4}));
    }

    // A run that is resumed from another folder finds its data.
    void pathsThatAreSetBecomeWhole()
    {
        RunConfig config;
        config.data = parseDataSpec("rgbd-folder:/somewhere");
        setField(config, "path", "pairs/here");
        setField(config, "labels", "labels.csv");
        setField(config, "split", "seeded");
        const auto value = [&config](const char* name) {
            return std::get<std::string>(config.data.fields.all().at(name));
        };
        QCOMPARE(value("path"), std::filesystem::absolute("pairs/here").string());
        QCOMPARE(value("labels"), std::filesystem::absolute("labels.csv").string());
        QCOMPARE(value("split"), std::string("seeded"));
    }

    void aBadValueIsOneSentence_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::newRow("zero rate") << "learning_rate" << "0";
        QTest::newRow("text rate") << "learning_rate" << "fast";
        QTest::newRow("no epochs") << "epochs" << "0";
        QTest::newRow("fraction of an image") << "batch_size" << "2.5";
        QTest::newRow("negative beta") << "beta" << "-1";
        QTest::newRow("unknown precision") << "precision" << "float8";
        QTest::newRow("unknown field") << "learning_rates" << "1e-3";
    }
    void aBadValueIsOneSentence()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        RunConfig config;
        const auto before = config;
        const auto sentence = sentenceOf([&] { setField(config, name.toStdString(), value.toStdString()); });
        QVERIFY2(sentence.contains(name), qPrintable(sentence));
        QVERIFY(sentence.endsWith(QLatin1Char('.')));
        QVERIFY(config == before);
    }

    void unknownNamesTellTheNearest_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("hint");
        QTest::newRow("training") << "learning_rat" << "(nearest: learning_rate)";
        QTest::newRow("model") << "latent_siz" << "(nearest: latent_size)";
        QTest::newRow("data") << "coutn" << "(nearest: count)";
        QTest::newRow("of a part") << "data.cout" << "(nearest: data.count)";
        QTest::newRow("of another part") << "model.count" << "choose one of model.";
        QTest::newRow("nothing near") << "wings" << "choose one of epochs, ";
        QTest::newRow("nothing") << "" << "choose one of epochs, ";
    }
    void unknownNamesTellTheNearest()
    {
        QFETCH(QString, name);
        QFETCH(QString, hint);
        RunConfig config;
        const auto sentence = sentenceOf([&] { setField(config, name.toStdString(), "1"); });
        QVERIFY2(sentence.contains(hint), qPrintable(sentence));
        QVERIFY(sentence.endsWith(QLatin1Char('.')));
    }

    void surviveJson()
    {
        RunConfig config;
        config.preset = "quick/rgbd-vae";
        setField(config, "learning_rate", "0.00012345678901234567");
        setField(config, "count", "77");
        setField(config, "device", "cpu");
        const auto again = runConfigFromJson(nlohmann::json::parse(toJson(config).dump()));
        QCOMPARE(again.real("learning_rate"), config.real("learning_rate"));
        QCOMPARE(again.preset, config.preset);
        QVERIFY(toJson(again) == toJson(config));
    }

    void everyBadPartOfJsonIsTold()
    {
        auto json = toJson(RunConfig{});
        json["training"]["epochs"] = -3;
        json["surprise"] = 1;
        json["modle"] = {{"key", "fc-vae"}};
        json["preset"] = 4;
        const auto sentence = sentenceOf([&] { static_cast<void>(runConfigFromJson(json)); });
        QVERIFY2(sentence.contains(QLatin1String("epochs")), qPrintable(sentence));
        QVERIFY2(sentence.contains(QLatin1String("surprise")), qPrintable(sentence));
        QVERIFY2(sentence.contains(QLatin1String("preset")), qPrintable(sentence));
        QVERIFY2(sentence.contains(QLatin1String("\"modle\" (nearest: model)")), qPrintable(sentence));
        QVERIFY(!sentenceOf([] { static_cast<void>(runConfigFromJson("text")); }).isEmpty());
    }

    void presetsAreUsable()
    {
        for (const auto* name :
             {"paper/rgbd-vae-nyu", "paper/fc-vae-mnist", "quick/rgbd-vae", "quick/fc-vae"}) {
            const auto& preset = findPreset(name);
            QCOMPARE(preset.config.preset, std::string(name));
            QVERIFY(!preset.title.empty());
            QVERIFY(!joinedFields(preset.config).empty());
        }
        const auto& paper = findPreset("paper/rgbd-vae-nyu").config;
        QCOMPARE(paper.integer("epochs"), std::int64_t{200});
        QCOMPARE(paper.integer("batch_size"), std::int64_t{50});
        QCOMPARE(paper.real("learning_rate"), 1e-4);
        QCOMPARE(paper.text("precision"), std::string("float32"));
        for (const auto& preset : presets()) {
            auto config = preset.config;
            if (config.data.key != "rooms")
                config.data.fields.set("path", std::string("/"));  // where a set lies is the user's to say
            QVERIFY2(problems(config).empty(), preset.name.c_str());
        }
        for (const auto& info : modelInfos()) {
            QCOMPARE(findPreset("paper/" + info.key + "-nyu").config.model.key, info.key);
            if (info.estimatesDepth)
                continue;
            for (const auto& name : {"quick/" + info.key, "paper/" + info.key + "-mnist"})
                QCOMPARE(findPreset(name).config.model.key, info.key);
        }
        QCOMPARE(findPreset("quick/bts-mobilenetv2").config.model.key, std::string("bts-mobilenetv2"));
        QVERIFY(sentenceOf([] {
                    static_cast<void>(findPreset("quick/nothing"));
                }).contains(QLatin1String("quick/fc-vae")));
        QVERIFY(sentenceOf([] {
                    static_cast<void>(findPreset("quick/fc-vea"));
                }).contains(QLatin1String("(nearest: quick/fc-vae)")));
    }

    void anAbsentGpuIsAProblem()
    {
        RunConfig config;
        setField(config, "device", "cuda:63");
        const auto sentences = problems(config);
        QCOMPARE(sentences.size(), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(RunConfigTest)
#include "tst_run_config.moc"
