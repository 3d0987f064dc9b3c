// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/store/safetensors.h"
#include "core/training/kept_pictures.h"
#include "core/training/run_paths.h"

#include <QtTest/QtTest>

#include <ATen/Functions.h>

#include <nlohmann/json.hpp>

#include <fstream>
#include <limits>

using namespace elbo;

namespace {

constexpr std::int64_t kImages = 2;

KeptPictures madePictures()
{
    KeptPictures pictures;
    pictures.epoch = 1;
    pictures.metric = true;
    pictures.names = {"a", "b"};
    pictures.truthColor = at::full({kImages, 3, 4, 5}, 100, at::kByte);
    pictures.color = at::full({kImages, 3, 4, 5}, 200, at::kByte);
    pictures.truthDepth = at::full({kImages, 1, 4, 5}, 1, at::kInt).to(at::kUInt16);
    pictures.depth = at::full({kImages, 1, 4, 5}, 65535, at::kInt).to(at::kUInt16);
    pictures.ranges = at::tensor({0.0F, 255.0F, 0.0F, 255.0F, 0.0F, 255.0F, 1.0F, 3.0F})
                          .view({1, 4, 2})
                          .repeat({kImages, 1, 1});
    pictures.indices = at::arange(kImages, at::kLong);
    pictures.posteriorMean = at::zeros({kImages, 2});
    pictures.posteriorStd = at::ones({kImages, 2});
    return pictures;
}

}  // namespace

/// Pictures of a file that was written well come back; of any other one sentence says which file it is.
class KeptPicturesTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_run;

    [[nodiscard]] std::filesystem::path folder() const { return m_run->path().toStdString(); }
    [[nodiscard]] std::filesystem::path file() const { return RunPaths{folder()}.kept(1); }

    void refused()
    {
        try {
            static_cast<void>(readKeptStrip(folder(), 1));
            QFAIL("the file was taken");
        } catch (const Error& error) {
            QVERIFY2(error.code() == ErrorCode::BadFile, error.what());
            const QByteArray sentence = error.what();
            QVERIFY2(sentence.contains("epoch-0001.safetensors"), sentence.constData());
            QVERIFY2(sentence.endsWith('.') && !sentence.contains('\n'), sentence.constData());
        }
    }

private Q_SLOTS:
    void init()
    {
        m_run = std::make_unique<QTemporaryDir>();
        std::filesystem::create_directory(RunPaths{folder()}.keptFolder());
        writeKept(file(), madePictures(), {});
    }

    void comeBackInTrueColoursAndMetres()
    {
        const auto strip = readKeptStrip(folder(), 1);
        QVERIFY(strip.metric);
        QCOMPARE(strip.names, (std::vector<std::string>{"a", "b"}));
        QCOMPARE(strip.color.size(), std::size_t{kImages});
        QCOMPARE(int{strip.truthColor[1].pixels.front()}, 100);
        QCOMPARE(int{strip.color[1].pixels.front()}, 200);
        QCOMPARE(strip.truthDepth[0].values.front(), 1.0F);
        QCOMPARE(strip.depth[0].values.front(), 3.0F);
    }

    void everyTruncationIsRefused()
    {
        std::ifstream in(file(), std::ios::binary);
        const std::string whole{std::istreambuf_iterator<char>(in), {}};
        for (std::size_t length = 0; length < whole.size(); ++length) {
            std::ofstream(file(), std::ios::binary | std::ios::trunc) << whole.substr(0, length);
            QVERIFY_EXCEPTION_THROWN(static_cast<void>(readKeptStrip(folder(), 1)), Error);
        }
    }

    void whatIsNoFileIsRefused()
    {
        std::ofstream(file(), std::ios::trunc) << "x";
        refused();
        std::filesystem::remove(file());
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(readKeptStrip(folder(), 1)), Error);
        std::filesystem::create_directory(file());
        refused();
    }

    void hostileTensorsAreRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("what");
        for (const char* name : {"color", "truth_color", "depth", "truth_depth", "ranges"}) {
            for (const char* what : {"missing", "another type", "another rank", "transposed", "fewer images"})
                QTest::addRow("%s, %s", name, what) << QString::fromUtf8(name) << QString::fromUtf8(what);
        }
        QTest::newRow("ranges that are no numbers") << QStringLiteral("ranges") << QStringLiteral("NaN");
    }
    void hostileTensorsAreRefused()
    {
        QFETCH(QString, name);
        QFETCH(QString, what);
        auto stored = readSafetensors(file());
        const auto found = std::ranges::find(stored.tensors, name.toStdString(), &NamedTensor::name);
        QVERIFY(found != stored.tensors.end());
        auto& tensor = found->tensor;
        // LibTorch computes little with uint16.
        const auto asInt = [&] { return tensor.to(at::kInt); };
        const auto type = tensor.scalar_type();
        if (what == QLatin1String("missing"))
            stored.tensors.erase(found);
        else if (what == QLatin1String("another type"))
            tensor = tensor.to(at::kDouble);
        else if (what == QLatin1String("another rank"))
            tensor = tensor.unsqueeze(0);
        else if (what == QLatin1String("transposed"))
            tensor = asInt().transpose(1, 2).contiguous().to(type);
        else if (what == QLatin1String("fewer images"))
            tensor = asInt().narrow(0, 0, 1).contiguous().to(type);
        else
            tensor = at::full_like(tensor, std::numeric_limits<float>::quiet_NaN());
        writeSafetensors(file(), stored.tensors, stored.metadata);
        refused();  // without "depth" too: the ranges tell that there was one
    }

    void hostileDescriptionsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text :
             {"", "{", "[]", "{}", R"({"metric": 1, "names": ["a", "b"]})",
              R"({"metric": true, "names": "a"})", R"({"metric": true, "names": [1, 2]})",
              R"({"metric": true, "names": ["a"]})", R"({"metric": true, "names": ["a", "b", "c"]})"})
            QTest::newRow(text) << QByteArray(text);
    }
    void hostileDescriptionsAreRefused()
    {
        QFETCH(QByteArray, text);
        auto stored = readSafetensors(file());
        stored.metadata["elbo_kept"] = text.toStdString();
        writeSafetensors(file(), stored.tensors, stored.metadata);
        refused();
        stored.metadata.clear();
        writeSafetensors(file(), stored.tensors, stored.metadata);
        refused();
    }
};

QTEST_GUILESS_MAIN(KeptPicturesTest)
#include "tst_kept_pictures.moc"
