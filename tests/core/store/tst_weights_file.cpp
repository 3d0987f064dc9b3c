// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/store/weights_file.h"
#include "tests/core/store/made_torch_file.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <torch/types.h>

using namespace elbo;
using namespace elbo::tests;

class WeightsFileTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] std::filesystem::path path(const char* name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }

private Q_SLOTS:
    // Each format into each other and back: the same numbers, names, order and description.
    void formatsBecomeEachOther()
    {
        const std::vector<NamedTensor> tensors{{"b", torch::rand({3, 2}).t()},
                                               {"a", torch::ones({2}, torch::kHalf)}};
        const std::map<std::string, std::string> metadata{{"elbo", "{}"}, {"epoch", "7"}};
        writeWeights(path("one.safetensors"), tensors, metadata);
        auto read = readWeights(path("one.safetensors"));
        QVERIFY(read.header.format == WeightsFormat::Safetensors);
        writeWeights(path("two.PTH"), read.tensors, read.header.metadata);
        read = readWeights(path("two.PTH"));
        QVERIFY(read.header.format == WeightsFormat::TorchZip);
        QVERIFY(isTorchFile(path("two.PTH")) && !isTorchFile(path("one.safetensors")));
        writeWeights(path("three.safetensors"), read.tensors, read.header.metadata);
        read = readWeights(path("three.safetensors"));
        QVERIFY(read.header.metadata == metadata);
        QCOMPARE(read.tensors.size(), tensors.size());
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            QCOMPARE(read.tensors[i].name, tensors[i].name);
            QVERIFY(torch::equal(read.tensors[i].tensor, tensors[i].tensor));
            QVERIFY(read.header.tensors[i].shape == tensors[i].tensor.sizes().vec());
        }
    }

    // The content decides, not the name.
    void theNameDoesNotDecide()
    {
        const auto file = path("legacy.safetensors");
        QFile out(QString::fromStdString(file.string()));
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(legacyFile(pickleDictionary({pickleText("w"), pickleTensor({})})));
        out.close();
        QVERIFY(weightsFormat(file) == WeightsFormat::TorchLegacy);
        QCOMPARE(readWeights(file).tensors.size(), std::size_t{1});
        const auto header = readWeightsHeader(file);
        QCOMPARE(header.tensors.at(0).name, std::string("w"));
        QCOMPARE(toString(header.format), std::string_view("pytorch-legacy"));
    }

    void whatIsNoWeightsIsRefused()
    {
        const auto codeOf = [](const std::filesystem::path& file) {
            try {
                static_cast<void>(readWeightsHeader(file));
            } catch (const Error& error) {
                return std::optional(error.code());
            }
            return std::optional<ErrorCode>();
        };
        QVERIFY(codeOf(path("absent.pt")) == ErrorCode::NotFound);
        QVERIFY(codeOf(m_folder.path().toStdString()) == ErrorCode::BadFile);
        QVERIFY(!isTorchFile(m_folder.path().toStdString()));
        QVERIFY(!isTorchFile(path("absent.pt")));
        try {
            writeWeights(path("weights.bin"), {{"a", torch::ones({1})}}, {});
            QFAIL("an unknown ending was accepted");
        } catch (const Error& error) {
            QVERIFY(error.code() == ErrorCode::BadSetting);
        }
        QVERIFY(!std::filesystem::exists(path("weights.bin")));
    }
};

QTEST_GUILESS_MAIN(WeightsFileTest)
#include "tst_weights_file.moc"
