// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/published.h"
#include "core/models/registry.h"
#include "core/store/state_dict.h"
#include "tests/support/shared_folder.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

#include <fstream>

using namespace elbo;

namespace {

std::vector<TensorInfo> infosOf(const Vae& model)
{
    std::vector<TensorInfo> infos;
    for (const auto& [name, tensor] : stateDict(model))
        infos.push_back({.name = name, .type = tensor.scalar_type(), .shape = tensor.sizes().vec()});
    return infos;
}

bool isRegistered(const std::string& key)
{
    return std::ranges::find(modelInfos(), key, &ModelInfo::key) != modelInfos().end();
}

}  // namespace

class PublishedTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Names and shapes of what the report's authors published.
    void publishedStateDictsAreRecognised_data()
    {
        QTest::addColumn<QString>("keys");
        QTest::addColumn<QString>("model");
        QTest::addColumn<QList<int>>("shape");
        QTest::addColumn<QMap<QByteArray, int>>("fields");
        QTest::newRow("rgbd-vae") << "rgbd_vae_keys" << "rgbd-vae" << QList<int>{4, 128, 128, 0}
                                  << QMap<QByteArray, int>{{"latent_size", 400},
                                                           {"encoder_filters", 64},
                                                           {"decoder_filters", 32}};
        QTest::newRow("fc-vae") << "fc_vae_keys" << "fc-vae" << QList<int>{1, 28, 28, 0}
                                << QMap<QByteArray, int>{{"latent_size", 10}, {"hidden_size", 100}};
        QTest::newRow("conditional-vae")
            << "conditional_vae_keys" << "conditional-vae" << QList<int>{1, 28, 28, 10}
            << QMap<QByteArray, int>{{"latent_size", 2}, {"first_hidden", 512}, {"second_hidden", 256}};
    }
    void publishedStateDictsAreRecognised()
    {
        QFETCH(QString, keys);
        QFETCH(QString, model);
        QFETCH(QList<int>, shape);
        using Fields = QMap<QByteArray, int>;
        QFETCH(Fields, fields);
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        if (!isRegistered(model.toStdString()))
            QSKIP("this build has no such model");
        std::ifstream in(shared / "golden" / (keys.toStdString() + ".json"));
        std::vector<TensorInfo> tensors;
        for (const auto& entry : nlohmann::json::parse(in))
            tensors.push_back({.name = entry[0], .type = at::kFloat, .shape = entry[1]});
        const auto found = recognisePublished(tensors);
        QVERIFY(found.has_value());
        QCOMPARE(found->config.key, model.toStdString());
        QCOMPARE(found->shape.channels, shape[0]);
        QCOMPARE(found->shape.height, shape[1]);
        QCOMPARE(found->shape.width, shape[2]);
        QCOMPARE(found->shape.classes, shape[3]);
        QCOMPARE(found->shape.hasDepth, shape[0] == 4);
        QCOMPARE(found->config.fields.all().size(), static_cast<std::size_t>(fields.size()));
        for (const auto& [name, value] : fields.asKeyValueRange())
            QCOMPARE(std::get<std::int64_t>(found->config.fields.all().at(name.toStdString())), value);
        // And the network that is made of it has exactly those weights.
        const auto made = infosOf(*makeVae(found->config, found->shape));
        QCOMPARE(made.size(), tensors.size());
        for (std::size_t i = 0; i < made.size(); ++i) {
            QCOMPARE(made[i].name, tensors[i].name);
            QVERIFY(made[i].shape == tensors[i].shape);
        }
    }

    void otherWidthsAreRecognised()
    {
        ModelConfig config{.key = "rgbd-vae", .fields = {}};
        config.fields.set("latent_size", std::int64_t{7});
        config.fields.set("encoder_filters", std::int64_t{4});
        config.fields.set("decoder_filters", std::int64_t{8});
        const ImageShape colors{.channels = 3, .height = 64, .width = 64, .classes = 0, .hasDepth = false};
        const auto found = recognisePublished(infosOf(*makeVae(config, colors)));
        QVERIFY(found.has_value());
        QVERIFY(found->config == config);
        QVERIFY(found->shape == colors);

        ModelConfig fc{.key = "fc-vae", .fields = {}};
        fc.fields.set("latent_size", std::int64_t{3});
        fc.fields.set("hidden_size", std::int64_t{20});
        const ImageShape rooms{.channels = 4, .height = 32, .width = 32, .classes = 0, .hasDepth = true};
        const auto second = recognisePublished(infosOf(*makeVae(fc, rooms)));
        QVERIFY(second.has_value());
        QVERIFY(second->config == fc);
        QVERIFY(second->shape == rooms);
    }

    void otherTensorsAreNot()
    {
        const auto shape =
            ImageShape{.channels = 1, .height = 28, .width = 28, .classes = 0, .hasDepth = false};
        for (const char* key : {"fc-vae", "rgbd-vae"}) {
            const auto whole = infosOf(*makeVae({.key = key, .fields = {}}, shape));
            QVERIFY(recognisePublished(whole).has_value());
            for (std::size_t i = 0; i < whole.size(); ++i) {
                auto fewer = whole;
                fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
                QVERIFY2(!recognisePublished(fewer), whole[i].name.c_str());
                auto other = whole;
                other[i].shape.push_back(1);
                QVERIFY2(!recognisePublished(other), whole[i].name.c_str());
            }
            auto more = whole;
            more.push_back({.name = "head.weight", .type = at::kFloat, .shape = {2, 2}});
            QVERIFY(!recognisePublished(more));
        }
        QVERIFY(!recognisePublished({}));
    }
};

QTEST_APPLESS_MAIN(PublishedTest)
#include "tst_published.moc"
