// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/evaluation/evaluate.h"
#include "core/models/vae.h"
#include "core/store/safetensors.h"
#include "core/store/state_dict.h"
#include "core/store/torch_file.h"
#include "core/store/weights_file.h"
#include "core/training/run_paths.h"
#include "core/training/weights.h"
#include "tests/core/training/made_data.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

#include <fstream>

using namespace elbo;
using namespace elbo::tests;

class WeightsTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::filesystem::path m_run;
    std::shared_ptr<const Dataset> m_data = madeData();

    [[nodiscard]] std::filesystem::path file(const std::string& name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }

    static LoadedModel load(const std::filesystem::path& path, const std::string& which = "last")
    {
        return loadModel(path, which, c10::Device(c10::kCPU));
    }

    static std::optional<ErrorCode> codeOf(const std::filesystem::path& path,
                                           const std::string& which = "last")
    {
        try {
            static_cast<void>(load(path, which));
            return std::nullopt;
        } catch (const Error& error) {
            return error.code();
        }
    }

private Q_SLOTS:
    void initTestCase()
    {
        auto config = madeConfig(3);
        config.training.fields.set("keep_weights_every", std::int64_t{2});
        m_run = createRunFolder(file("runs"), config);
        Recording recording;
        TrainingControl control;
        trainRun(config, m_data, m_run, recording, control);
    }

    void aRunFolderGivesItsWeights()
    {
        const auto loaded = load(m_run);
        QCOMPARE(loaded.epoch, std::int64_t{3});
        QVERIFY(loaded.runFolder == m_run);
        QVERIFY(loaded.shape == m_data->shape());
        QVERIFY(loaded.metricDepth);
        QCOMPARE(loaded.config.model.key, std::string("fc-vae"));
        QVERIFY(!loaded.model->is_training());
        QCOMPARE(load(m_run, "epoch:2").epoch, std::int64_t{2});
        QCOMPARE(load(m_run, "best").epoch, readRunInfo(m_run).bestEpoch);
        QVERIFY(codeOf(m_run, "epoch:1") == ErrorCode::NotFound);
        QVERIFY(codeOf(m_run, "first") == ErrorCode::BadSetting);
    }

    void aLoneFileTellsEverything()
    {
        const auto alone = file("alone.safetensors");
        std::filesystem::copy_file(RunPaths{m_run}.last(), alone);
        const auto loaded = load(alone);
        QVERIFY(loaded.runFolder.empty());
        QCOMPARE(loaded.trainedOn.size(), std::size_t{22});
        for (std::int64_t i = 0; i < m_data->size(); ++i)
            QCOMPARE(loaded.trainedOn.contains(imageHash(*m_data, i)), i < 22);
        // Median of 2, 3, 4, repeated: the far end of depth.
        QCOMPARE(loaded.medianRanges.size(), std::size_t{8});
        QCOMPARE(loaded.medianRanges[6], 1.0F);
        QCOMPARE(loaded.medianRanges[7], 3.0F);
    }

    // Depth files that are given to the model later are read as those of its training set were.
    void theScaleOfItsDepthFilesIsRemembered()
    {
        QVERIFY(!load(m_run).depthScale.has_value());
        auto data = std::make_shared<Dataset>(*m_data);
        data->depthScale = 5000.0;
        const auto config = madeConfig(1);
        const auto run = createRunFolder(file("scaled"), config);
        Recording recording;
        TrainingControl control;
        trainRun(config, data, run, recording, control);
        QCOMPARE(load(run).depthScale, std::optional(5000.0));

        // Weights of before tell it by the options of their set alone.
        auto weights = readSafetensors(RunPaths{m_run}.last());
        auto json = nlohmann::json::parse(weights.metadata.at("elbo"));
        json.erase("depth_scale");
        json["config"]["data"] = {{"key", "rgbd-folder"},
                                  {"fields", {{"path", "/pairs"}, {"depth-scale", 2000.0}}}};
        weights.metadata["elbo"] = json.dump();
        writeSafetensors(file("before.safetensors"), weights.tensors, weights.metadata);
        QCOMPARE(load(file("before.safetensors")).depthScale, std::optional(2000.0));
    }

    void foreignFilesAreRefused()
    {
        QVERIFY(codeOf(file("missing.safetensors")) == ErrorCode::NotFound);
        QVERIFY(codeOf(file("runs")) == ErrorCode::NotFound);  // a folder that is no run
        try {
            static_cast<void>(weightsFile(file("runs"), "last"));
            QFAIL("a folder that is no run gave weights");
        } catch (const Error& error) {
            QVERIFY2(std::string_view(error.what()).find("is no run folder") != std::string_view::npos,
                     error.what());
        }
        std::ofstream(file("text.safetensors")) << "these are no weights";
        QVERIFY(codeOf(file("text.safetensors")) == ErrorCode::BadFile);
        std::ofstream(file("empty.safetensors")) << "";
        QVERIFY(codeOf(file("empty.safetensors")) == ErrorCode::BadFile);
        const auto weights = readSafetensors(RunPaths{m_run}.last());
        auto others = weights.tensors;
        others.front().name = "stem.weight";
        writeSafetensors(file("others.safetensors"), others, {});
        QVERIFY(codeOf(file("others.safetensors")) == ErrorCode::BadFile);
        writeTorch(file("others.pt"), others, {});
        QVERIFY(codeOf(file("others.pt")) == ErrorCode::BadFile);
    }

    // Weights without a word of ours: names and shapes tell what they are.
    void bareWeightsOpen()
    {
        const auto loaded = load(m_run);
        const auto tensors = stateDict(*loaded.model);
        writeSafetensors(file("bare.safetensors"), tensors, {});
        std::vector<NamedTensor> half;
        for (const auto& [name, tensor] : tensors)
            half.push_back({"module." + name, tensor.to(at::kHalf)});
        writeTorch(file("half.pth"), half, {});
        for (const char* name : {"bare.safetensors", "half.pth"}) {
            const auto bare = load(file(name));
            QCOMPARE(bare.config.model.key, std::string("fc-vae"));
            QVERIFY(bare.shape.values() == loaded.shape.values());
            QVERIFY(bare.trainedOn.empty() && bare.epoch == 0 && !bare.described);
            QCOMPARE(bare.medianRanges.size(), static_cast<std::size_t>(bare.shape.channels) * 2);
            const bool isHalf = std::string_view(name) == "half.pth";
            const auto got = stateDict(*bare.model);
            QCOMPARE(got.size(), tensors.size());
            for (std::size_t i = 0; i < got.size(); ++i) {
                QVERIFY(got[i].tensor.scalar_type() == at::kFloat);
                QVERIFY(got[i].tensor.equal(isHalf ? half[i].tensor.to(at::kFloat) : tensors[i].tensor));
            }
        }
    }

    // The description goes along into PyTorch's format, so nothing is lost.
    void aPyTorchCopyTellsEverything()
    {
        const auto weights = readWeights(RunPaths{m_run}.last());
        writeWeights(file("copy.pt"), weights.tensors, weights.header.metadata);
        const auto copy = load(file("copy.pt"));
        const auto loaded = load(m_run);
        QVERIFY(copy.config == loaded.config && copy.described);
        QVERIFY(copy.shape == loaded.shape && copy.trainedOn == loaded.trainedOn);
        QCOMPARE(copy.epoch, loaded.epoch);
    }

    void trainingBeginsWithPyTorchWeights()
    {
        const auto trained = stateDict(*load(m_run).model);
        writeTorch(file("begin.pt"), trained, {});
        auto config = madeConfig(1);
        config.training.fields.set("learning_rate", 1e-12);  // so small that nothing is learned
        const auto run = createRunFolder(file("begun"), config);
        Recording recording;
        TrainingControl control;
        TrainingOptions options;
        options.initialWeights = file("begin.pt");
        trainRun(config, m_data, run, recording, control, options);
        const auto got = stateDict(*load(run).model);
        for (std::size_t i = 0; i < got.size(); ++i)
            QVERIFY2(got[i].tensor.allclose(trained[i].tensor), got[i].name.c_str());
    }

    void aNewerVersionIsSaidSo()
    {
        auto weights = readSafetensors(RunPaths{m_run}.last());
        auto json = nlohmann::json::parse(weights.metadata.at("elbo"));
        json["format"] = 2;
        json["config"]["model"]["key"] = "model-of-tomorrow";
        weights.metadata["elbo"] = json.dump();
        writeSafetensors(file("newer.safetensors"), weights.tensors, weights.metadata);
        try {
            static_cast<void>(load(file("newer.safetensors")));
            QFAIL("a file of a newer version was opened");
        } catch (const Error& error) {
            QVERIFY(error.code() == ErrorCode::BadFile);
            QVERIFY(std::string_view(error.what()).find("newer version") != std::string_view::npos);
        }
        json.erase("format");  // of before there was a number
        json["config"]["model"]["key"] = "fc-vae";
        weights.metadata["elbo"] = json.dump();
        writeSafetensors(file("older.safetensors"), weights.tensors, weights.metadata);
        QCOMPARE(load(file("older.safetensors")).epoch, std::int64_t{3});
    }

    void weightsOfAnotherModelAreRefused()
    {
        auto weights = readSafetensors(RunPaths{m_run}.last());
        weights.tensors.pop_back();
        writeSafetensors(file("fewer.safetensors"), weights.tensors, weights.metadata);
        QVERIFY(codeOf(file("fewer.safetensors")) == ErrorCode::BadFile);
    }

    void hostileDescriptionsAreRefused_data()
    {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QString>("value");
        QTest::newRow("enormous side") << "/shape/height" << "4611686018427387904";
        QTest::newRow("negative side") << "/shape/width" << "-8";
        QTest::newRow("side is text") << "/shape/width" << "\"wide\"";
        QTest::newRow("no channels") << "/shape/channels" << "0";
        QTest::newRow("too many values") << "/shape/height" << "16384";
        QTest::newRow("classes") << "/shape/classes" << "1000000000";
        QTest::newRow("ranges of other images") << "/median_ranges" << "[0, 1]";
        QTest::newRow("a hash that is none") << "/trained_on/0" << "\"xyz\"";
        QTest::newRow("intrinsics") << "/intrinsics" << "[1, 2, 3]";
        QTest::newRow("unknown model") << "/config/model/key" << "\"no-such-vae\"";
        QTest::newRow("learning rate") << "/config/training/learning_rate" << "-1";
        QTest::newRow("labels") << "/label_names" << "7";
    }
    void hostileDescriptionsAreRefused()
    {
        QFETCH(QString, pointer);
        QFETCH(QString, value);
        auto weights = readSafetensors(RunPaths{m_run}.last());
        auto json = nlohmann::json::parse(weights.metadata.at("elbo"));
        json[nlohmann::json::json_pointer(pointer.toStdString())] =
            nlohmann::json::parse(value.toStdString());
        weights.metadata["elbo"] = json.dump();
        const auto path = file("hostile.safetensors");
        writeSafetensors(path, weights.tensors, weights.metadata);
        QVERIFY(codeOf(path) == ErrorCode::BadFile);
    }
};

QTEST_GUILESS_MAIN(WeightsTest)
#include "tst_weights.moc"
