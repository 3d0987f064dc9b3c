// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/data/load.h"
#include "core/data/preparation.h"
#include "core/data/recognise.h"
#include "core/io/idx.h"
#include "core/io/readers.h"
#include "tests/support/shared_folder.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <zlib.h>

#include <fstream>

using namespace elbo;
namespace fs = std::filesystem;

namespace {

std::string idxBytes(std::initializer_list<std::uint32_t> sizes, std::size_t payload)
{
    std::string bytes("\0\0\x08", 3);
    bytes += static_cast<char>(sizes.size());
    for (const auto size : sizes) {
        for (int shift = 24; shift >= 0; shift -= 8)
            bytes += static_cast<char>((size >> static_cast<unsigned>(shift)) & 0xFFU);
    }
    for (std::size_t i = 0; i < payload; ++i)
        bytes += static_cast<char>(i % 10);
    return bytes;
}

void writeBytes(const fs::path& file, const std::string& bytes)
{
    std::ofstream(file, std::ios::binary) << bytes;
}

void writeGz(const fs::path& file, const std::string& bytes)
{
    auto* stream = gzopen(file.c_str(), "wb");
    gzwrite(stream, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(stream);
}

std::string sentenceOf(const std::function<void()>& work)
{
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

class MnistTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path at(const std::string& name) { return fs::path(m_folder.path().toStdString()) / name; }
    DataReaders m_readers = [] {
        auto readers = computeReaders();
        addIoReaders(readers);
        return readers;
    }();

private Q_SLOTS:
    void readsPlainAndCompressed()
    {
        const auto bytes = idxBytes({3, 4, 5}, 60);
        writeBytes(at("plain"), bytes);
        writeGz(at("packed.gz"), bytes);
        const auto plain = readIdx(at("plain"), 3);
        QCOMPARE(plain.sizes(), at::IntArrayRef({3, 4, 5}));
        QCOMPARE(plain[2][3][4].item<int>(), 9);
        QVERIFY(at::equal(plain, readIdx(at("packed.gz"), 3)));
    }

    void badFilesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("part");
        const auto row = [](const char* name, const std::string& bytes, const char* part) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << QString::fromUtf8(part);
        };
        row("empty", "", "is empty");
        row("short header", idxBytes({3, 4, 5}, 0).substr(0, 9), "is cut short");
        row("foreign", "a text that is long enough to be a header", "is no IDX file of images");
        row("labels", idxBytes({60}, 60), "is no IDX file of images");
        row("truncated", idxBytes({3, 4, 5}, 59), "is cut short");
        row("trailing", idxBytes({3, 4, 5}, 61), "more bytes");
        row("nothing inside", idxBytes({0, 4, 5}, 0), "nothing");
        row("absurd sizes", idxBytes({0xFFFFFFFFU, 0xFFFFFFFFU, 0xFFFFFFFFU}, 60),
            "more than this program reads");
        row("large without data", idxBytes({100000, 50, 50}, 60), "is cut short");
    }
    void badFilesAreRefused()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, part);
        writeBytes(at("bad"), bytes.toStdString());
        const auto plain = sentenceOf([&] { (void)readIdx(at("bad"), 3); });
        QVERIFY2(QString::fromStdString(plain).contains(part), plain.c_str());
        if (bytes.isEmpty())
            return;
        writeGz(at("bad.gz"), bytes.toStdString());
        const auto packed = sentenceOf([&] { (void)readIdx(at("bad.gz"), 3); });
        QVERIFY2(QString::fromStdString(packed).contains(part), packed.c_str());
    }

    void aTruncatedStreamIsRefused()
    {
        writeGz(at("whole.gz"), idxBytes({30, 40, 50}, 60000));
        fs::resize_file(at("whole.gz"), fs::file_size(at("whole.gz")) - 12);
        QVERIFY(sentenceOf([&] { (void)readIdx(at("whole.gz"), 3); }).find("cut short") != std::string::npos);
        QVERIFY(sentenceOf([&] { (void)readIdx(at("not there"), 3); }).find("Could not read") == 0);
    }

    void everyCutIsTold()
    {
        const auto bytes = idxBytes({3, 4, 5}, 60);
        writeGz(at("whole.gz"), bytes);
        std::ifstream in(at("whole.gz"), std::ios::binary);
        const std::string packed{std::istreambuf_iterator<char>(in), {}};
        for (const auto& [name, whole] :
             {std::pair<std::string, std::string>{"cut", bytes}, {"cut.gz", packed}}) {
            for (std::size_t length = 0; length < whole.size(); ++length) {
                writeBytes(at(name), whole.substr(0, length));
                const auto told = sentenceOf([&] { (void)readIdx(at(name), 3); });
                QVERIFY2(told.find(at(name).string()) != std::string::npos,
                         (name + " " + std::to_string(length) + ": " + told).c_str());
            }
        }
    }

    void aFileOrAFolderInItsPlaceIsTold()
    {
        writeBytes(at("digits"), "x");
        DataConfig config{"mnist", {}};
        config.fields.set("path", at("digits").string());
        const auto prepare = [&] { prepareDataset(config, m_readers, at("set.safetensors"), {}); };
        QVERIFY(sentenceOf(prepare).find("is a file: give the folder with the four official files") !=
                std::string::npos);
        fs::create_directories(at("folders") / "train-images-idx3-ubyte");
        config.fields.set("path", at("folders").string());
        QVERIFY(sentenceOf(prepare).find("There is no train-images-idx3-ubyte") == 0);
        QVERIFY(sentenceOf([&] { (void)readIdx(at("folders"), 3); }).find(at("folders").string()) !=
                std::string::npos);
    }

    void countsMustAgreeAndFilesBeThere()
    {
        const auto folder = at("set");
        fs::create_directories(folder);
        DataConfig config{"mnist", {}};
        config.fields.set("path", folder.string());
        const auto prepare = [&] { prepareDataset(config, m_readers, at("set.safetensors"), {}); };
        QVERIFY(sentenceOf(prepare).find("There is no train-images-idx3-ubyte") == 0);
        writeBytes(folder / "train-images-idx3-ubyte", idxBytes({20, 8, 8}, 1280));
        writeBytes(folder / "train-labels-idx1-ubyte", idxBytes({19}, 19));
        writeBytes(folder / "t10k-images.idx3-ubyte", idxBytes({5, 8, 8}, 320));
        writeGz(folder / "t10k-labels-idx1-ubyte.gz", idxBytes({5}, 5));
        QVERIFY(sentenceOf(prepare).find("holds 20 images but") != std::string::npos);
        writeBytes(folder / "train-labels-idx1-ubyte", idxBytes({20}, 20));
        QCOMPARE(sentenceOf(prepare), std::string("no error"));
        const auto data = readPrepared(at("set.safetensors"));
        QCOMPARE(data.size(), 25);
        QCOMPARE(data.splitKind, std::string("official"));
        QCOMPARE(data.indices(SplitSide::Test), (std::vector<std::int64_t>{20, 21, 22, 23, 24}));
        QCOMPARE(data.color[0][0][0][7].item<int>(), 7);  // stored as they are, not stretched
        QCOMPARE(data.labels[3].item<std::int64_t>(), 3);
        auto labels = idxBytes({20}, 20);
        labels.back() = 11;
        writeBytes(folder / "train-labels-idx1-ubyte", labels);
        QVERIFY(sentenceOf(prepare).find("the label 11") != std::string::npos);
    }

    void theRealSetIsRead()
    {
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        const auto config = parseDataSpec("mnist:" + (shared / "data/mnist").string());
        prepareDataset(config, m_readers, at("mnist.safetensors"), {});
        const auto data = readPrepared(at("mnist.safetensors"));
        QCOMPARE(data.indices(SplitSide::Train).size(), std::size_t{60000});
        QCOMPARE(data.indices(SplitSide::Test).size(), std::size_t{10000});
        QCOMPARE(data.shape(), (ImageShape{1, 28, 28, 10, false}));
        QVERIFY(data.storedUnchanged);
        // The first digit is a five; the mean of the training set is known: 0.1307 (33.318 of 255).
        QCOMPARE(data.labels[0].item<std::int64_t>(), 5);
        QVERIFY(std::abs(data.color.slice(0, 0, 60000).to(at::kFloat).mean().item<double>() - 33.3184) <
                1e-3);
        QVERIFY(data.problems.empty());
        QCOMPARE(recogniseDataSet((shared / "data/mnist").string()), std::string("mnist"));
    }
};

QTEST_GUILESS_MAIN(MnistTest)
#include "tst_mnist.moc"
