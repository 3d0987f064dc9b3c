// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/data/load.h"
#include "core/data/preparation.h"
#include "core/io/nyu_mat.h"
#include "core/io/readers.h"
#include "tests/core/io/made_hdf5.h"
#include "tests/core/io/made_mat5.h"
#include "tests/support/shared_folder.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <fstream>
#include <thread>

using namespace elbo;
using elbo::tests::kCount;
using elbo::tests::kHeight;
using elbo::tests::kWidth;
using elbo::tests::MadeHdf5;
using elbo::tests::madeImage;
using elbo::tests::MadeMat5;
using elbo::tests::writeMade;
namespace fs = std::filesystem;

namespace {

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

class NyuMatTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_file;
    fs::path m_out;
    DataReaders m_readers = [] {
        auto readers = computeReaders();
        addIoReaders(readers);
        return readers;
    }();

    [[nodiscard]] std::unique_ptr<ImageSource> open(const std::string& options = "") const
    {
        return m_readers.readers.at("nyu-mat").open(
            parseDataSpec("nyu-mat:" + options + "path=" + m_file.string()), {});
    }
    [[nodiscard]] Dataset prepare(const std::string& options = "size=16,") const
    {
        prepareDataset(parseDataSpec("nyu-mat:" + options + "path=" + m_file.string()), m_readers, m_out, {});
        return readPrepared(m_out);
    }
    void writeSplits(const std::vector<std::uint16_t>& train, const std::vector<std::uint16_t>& test) const
    {
        const MadeMat5 file(m_file.parent_path() / "splits.mat");
        file.put("trainNdxs", MAT_C_UINT16, MAT_T_UINT16, {train.size(), 1}, train);
        file.put("testNdxs", MAT_C_UINT16, MAT_T_UINT16, {test.size(), 1}, test);
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_file = fs::path(m_folder->path().toStdString()) / "set.mat";
        m_out = fs::path(m_folder->path().toStdString()) / "out.safetensors";
    }

    // Values that h5py reads from the file.
    void theSampleIsReadToThePixel()
    {
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        m_file = shared / "data/samples/nyu_v73_sample.mat";
        const auto source = open();
        QCOMPARE(source->items().size(), std::size_t{6});
        QVERIFY(source->metricDepth() && source->hasDepth());
        const auto first = source->read(0);
        QCOMPARE(first.color.sizes(), at::IntArrayRef({3, 480, 640}));
        QCOMPARE(first.depth.sizes(), at::IntArrayRef({480, 640}));
        const auto color = [](const SourceImage& image, int row, int column) {
            const auto at = image.color.select(1, row).select(1, column);
            return std::array<int, 3>{at[0].item<int>(), at[1].item<int>(), at[2].item<int>()};
        };
        QCOMPARE(color(first, 10, 20), (std::array<int, 3>{89, 90, 85}));
        QCOMPARE(color(first, 479, 639), (std::array<int, 3>{255, 252, 255}));
        QCOMPARE(first.depth[10][20].item<float>(), 4.9882355F);
        QCOMPARE(first.depth[479][639].item<float>(), 2.7607844F);
        QVERIFY(std::abs(first.depth.mean().item<double>() - 4.2308364) < 1e-5);
        QCOMPARE(first.depth.max().item<float>(), 8.0F);
        QVERIFY(std::abs((*first.intrinsics)[0] - 518.8579) < 1e-4);
        const auto last = source->read(5);
        QCOMPARE(color(last, 240, 320), (std::array<int, 3>{96, 59, 77}));
        QCOMPARE(last.depth[240][320].item<float>(), 6.3686275F);
        QVERIFY(std::abs(last.color.to(at::kDouble).mean({1, 2})[1].item<double>() - 120.20181641) < 1e-6);
        QCOMPARE(source->items()[3].name, std::string("00003"));
        QCOMPARE(source->items()[3].label, std::optional<std::string>("classroom"));
        QCOMPARE(source->items()[3].group, std::string("classroom_0001"));
        const auto raw = open("depths=raw,")->read(0);
        QCOMPARE(raw.depth.eq(0).sum().item<std::int64_t>(), 18949);
        QCOMPARE(raw.depth[240][320].item<float>(), 5.2078433F);
    }

    void theSampleIsPrepared()
    {
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        m_file = shared / "data/samples/nyu_v73_sample.mat";
        const auto data = prepare();
        QCOMPARE(data.size(), 6);
        QVERIFY(data.metricDepth && data.problems.empty());
        QCOMPARE(data.labelNames, (std::vector<std::string>{"bathroom", "bedroom", "classroom", "office"}));
        QCOMPARE(data.splitKind, std::string("seeded"));
        // The published split is of 1449 images: it says nothing about six of them.
        const auto splits = (shared / "data/nyu_labeled_8bit/splits.mat").string();
        const auto sentence = sentenceOf([&] { (void)prepare("size=16,splits=" + splits + ","); });
        QVERIFY2(sentence.find("names image 1449 but") != std::string::npos, sentence.c_str());
    }

    // Values that scipy.io reads from the file.
    void thePapersFileIsReadToThePixel()
    {
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        m_file = shared / "data/samples/nyu128_v5_sample.mat";
        const auto source = open();
        QCOMPARE(source->items().size(), std::size_t{24});
        QVERIFY(!source->items()[0].label.has_value());
        const auto last = source->read(23);  // the order must not matter
        const auto first = source->read(0);
        QCOMPARE(first.color.sizes(), at::IntArrayRef({3, 128, 128}));
        const auto rgb = at::tensor({24, 10, 9}, at::kByte);
        QVERIFY(at::equal(first.color.select(1, 10).select(1, 20), rgb));
        QVERIFY(at::equal(first.color.select(1, 64).select(1, 100), at::tensor({213, 188, 194}, at::kByte)));
        QVERIFY(at::equal(last.color.select(1, 10).select(1, 20), at::tensor({190, 205, 249}, at::kByte)));
        QCOMPARE(first.depth[10][20].item<float>(), 5.709804F);
        QCOMPARE(first.depth[127][0].item<float>(), 3.8588235F);
        QCOMPARE(last.depth[64][100].item<float>(), 4.7058825F);
        QCOMPARE(last.depth.max().item<float>(), 7.9686275F);
    }

    void bothStoragesOfTheNewLayoutAreRead_data()
    {
        QTest::addColumn<bool>("packed");
        QTest::newRow("chunked and packed") << true;
        QTest::newRow("in one piece") << false;
    }
    void bothStoragesOfTheNewLayoutAreRead()
    {
        QFETCH(bool, packed);
        writeMade(m_file, packed);
        const auto source = open();
        const auto raw = open("depths=raw,");
        for (std::int64_t i = 0; i < static_cast<std::int64_t>(kCount); ++i) {
            const auto made = madeImage(i);
            QVERIFY(at::equal(source->read(i).color, made.color));
            QVERIFY(at::equal(source->read(i).depth, made.depth));
            QVERIFY(at::equal(raw->read(i).depth, made.rawDepth));
        }
        QCOMPARE(source->items()[0].label, std::optional<std::string>("home_office"));
        QVERIFY(!source->items()[1].label.has_value());
        QCOMPARE(source->items()[3].group, std::string("home_office_0001"));
        QCOMPARE(source->read(0).intrinsics.has_value(), true);
    }

    void chunksAcrossImagesAreRead()
    {
        {
            const MadeHdf5 file(m_file);
            const H5Handle<H5Pclose> properties(H5Pcreate(H5P_DATASET_CREATE));
            const std::array<hsize_t, 4> chunk{3, 2, 5, 7};
            H5Pset_chunk(properties.get(), 4, chunk.data());
            H5Pset_deflate(properties.get(), 3);
            const auto images = file.create("images", H5T_NATIVE_UINT8, {kCount, 3, kWidth, kHeight}, nullptr,
                                            properties.get());
            const auto values = at::arange(static_cast<std::int64_t>(kCount * 3 * kWidth * kHeight), at::kInt)
                                    .remainder(253)
                                    .to(at::kByte);
            H5Dwrite(images.get(), H5T_NATIVE_UINT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.const_data_ptr());
            file.put("depths", H5T_NATIVE_DOUBLE, {kCount, kWidth, kHeight});
        }
        const auto source = open();
        const auto image = source->read(3);
        const auto flat = [](int channel, int row, int column) {
            return static_cast<int>(((3 * 3 + channel) * kWidth + column) * kHeight + row) % 253;
        };
        QCOMPARE(image.color[1][11][15].item<int>(), flat(1, 11, 15));
        QCOMPARE(image.color[2][0][9].item<int>(), flat(2, 0, 9));
        QVERIFY(!source->items()[0].label.has_value() && source->items()[0].group.empty());
    }

    void severalThreadsReadAtATime()
    {
        writeMade(m_file, true, 40);
        const auto source = open();
        std::atomic<int> wrong{0};
        {
            std::vector<std::jthread> threads;
            for (int t = 0; t < 4; ++t)
                threads.emplace_back([&, t] {
                    for (std::int64_t i = t; i < 40; i += 4) {
                        const auto image = source->read(i);
                        if (!at::equal(image.color, madeImage(i).color) ||
                            !at::equal(image.depth, madeImage(i).depth))
                            ++wrong;
                    }
                });
        }
        QCOMPARE(wrong.load(), 0);
    }

    void theOldLayoutIsRead_data()
    {
        QTest::addColumn<bool>("packed");
        QTest::addColumn<int>("count");
        QTest::newRow("packed") << true << 4;
        QTest::newRow("plain") << false << 4;
        QTest::newRow("one image, whose axis MATLAB leaves out") << true << 1;
    }
    void theOldLayoutIsRead()
    {
        QFETCH(bool, packed);
        QFETCH(int, count);
        {
            const MadeMat5 file(m_file);
            file.putSet(packed ? MAT_COMPRESSION_ZLIB : MAT_COMPRESSION_NONE,
                        static_cast<std::size_t>(count));
            file.putTexts("sceneTypes", std::vector<std::string>(static_cast<std::size_t>(count), "kitchen"));
        }
        const auto source = open();
        QCOMPARE(source->items().size(), static_cast<std::size_t>(count));
        const auto image = source->read(count - 1);
        QVERIFY(std::abs(image.depth[3][5].item<float>() - (4.5F + 100.0F * static_cast<float>(count - 1))) <
                1e-4F);
        QCOMPARE(image.color[2][3][5].item<int>(), 3 + 50 + 100 + count - 1);
        QCOMPARE(source->items()[0].label, std::optional<std::string>("kitchen"));
    }

    void millimetresAreToldAndScaled()
    {
        {
            const MadeHdf5 file(m_file);
            file.put("images", H5T_NATIVE_UINT8, {kCount, 3, kWidth, kHeight});
            file.put("depths", H5T_NATIVE_FLOAT, {kCount, kWidth, kHeight}, 2000.0);
        }
        const auto sentence = sentenceOf([&] { (void)prepare(); });
        QVERIFY2(sentence.find("None of the 4 images could be used") == 0, sentence.c_str());
        QVERIFY2(sentence.find("depth reaches 2099 m") != std::string::npos, sentence.c_str());
        QVERIFY2(sentence.find("give depth-scale=") != std::string::npos, sentence.c_str());
        QCOMPARE(open("depth-scale=1000,")->read(0).depth.max().item<float>(), 2.099F);
        // 16-bit depth is in millimetres by custom.
        {
            const MadeHdf5 file(m_file);
            file.put("images", H5T_NATIVE_UINT8, {kCount, 3, kWidth, kHeight});
            file.put("depths", H5T_NATIVE_UINT16, {kCount, kWidth, kHeight}, 2000.0);
        }
        QCOMPARE(open()->read(0).depth.max().item<float>(), 2.099F);
    }

    void valuesThatAreNoDepthAreHoles()
    {
        {
            const MadeHdf5 file(m_file);
            file.put("images", H5T_NATIVE_UINT8, {2, 3, kWidth, kHeight});
            std::vector<double> depths(2 * kWidth * kHeight, 3.0);
            depths[0] = std::numeric_limits<double>::quiet_NaN();
            depths[1] = -2.0;
            depths[2] = std::numeric_limits<double>::infinity();
            depths[3] = 1.0;
            std::fill(depths.begin() + kWidth * kHeight, depths.end(), -1.0);
            file.putValues("depths", H5T_NATIVE_FLOAT, {2, kWidth, kHeight}, depths);
        }
        const auto data = prepare("size=native,fill=none,");
        QCOMPARE(data.size(), 1);
        QCOMPARE(data.ranges[0][3][0].item<float>(), 1.0F);
        QCOMPARE(data.ranges[0][3][1].item<float>(), 3.0F);
        QCOMPARE(data.depth[0].view(at::kShort).eq(0).sum().item<int>(), 3);
        QCOMPARE(data.problems.front().name, std::string("00001"));
        QVERIFY(data.problems.front().sentence.find("no valid value") != std::string::npos);
    }

    void theOfficialSplitIsFoundBesideOrNamed()
    {
        writeMade(m_file);
        QCOMPARE(prepare().splitKind, std::string("seeded"));
        const auto config = parseDataSpec("nyu-mat:path=" + m_file.string());
        const auto without = dataFingerprint(config, m_readers);
        writeSplits({1, 3, 4}, {2});
        QVERIFY(dataFingerprint(config, m_readers) != without);
        const auto data = prepare();
        QCOMPARE(data.splitKind, std::string("official"));
        QCOMPARE(data.indices(SplitSide::Test), std::vector<std::int64_t>{1});
        const auto other = m_file.parent_path() / "other.mat";
        fs::rename(m_file.parent_path() / "splits.mat", other);
        QCOMPARE(prepare().splitKind, std::string("seeded"));
        QCOMPARE(prepare("size=16,splits=" + other.string() + ",").indices(SplitSide::Test),
                 std::vector<std::int64_t>{1});
        QVERIFY(sentenceOf([&] { (void)prepare("size=16,splits=/no/such.mat,"); }).find("There is no file") ==
                0);
    }

    void aSplitOfOtherImagesIsNotUsed()
    {
        writeMade(m_file);
        writeSplits({1, 3}, {2, 5});
        const auto data = prepare();
        QCOMPARE(data.splitKind, std::string("seeded"));
        QVERIFY2(data.splitNote.find("names image 5 but") != std::string::npos, data.splitNote.c_str());
    }

    void everyCutOfASplitIsTold()
    {
        writeMade(m_file);
        writeSplits({1, 3}, {2, 4});
        const auto splits = m_file.parent_path() / "splits.mat";
        std::ifstream in(splits, std::ios::binary);
        const std::string whole{std::istreambuf_iterator<char>(in), {}};
        for (std::size_t length = 0; length < whole.size(); ++length) {
            std::ofstream(splits, std::ios::binary | std::ios::trunc) << whole.substr(0, length);
            const auto told = sentenceOf([&] { (void)open(); });
            QVERIFY2(told.find("splits.mat") != std::string::npos,
                     (std::to_string(length) + ": " + told).c_str());
        }
    }

    void badSplitsAreRefused()
    {
        writeMade(m_file);
        const auto splits = m_file.parent_path() / "splits.mat";
        const auto refused = [&](const char* part) {
            const auto sentence = sentenceOf([&] { (void)open(); });
            QVERIFY2(sentence.find(part) != std::string::npos, sentence.c_str());
        };
        writeSplits({1, 0}, {2});
        refused("holds 0, which is no index");
        writeSplits({1, 2}, {2});
        refused("image 2 on both sides");
        {
            const MadeMat5 file(splits);
            file.put("trainNdxs", MAT_C_DOUBLE, MAT_T_DOUBLE, {2, 1}, std::vector<double>{1.5, 2.0});
            file.put("testNdxs", MAT_C_DOUBLE, MAT_T_DOUBLE, {1, 1}, std::vector<double>{3.0});
        }
        refused("holds 1.5, which is no index");
        {
            const MadeMat5 file(splits);
            file.put("trainNdxs", MAT_C_DOUBLE, MAT_T_DOUBLE, {1, 1}, std::vector<double>{1.0});
        }
        refused("has no variable testNdxs");
        {
            const MadeMat5 file(splits);
            file.putTexts("trainNdxs", {"a", "b"});
        }
        refused("is of class cell");
        fs::remove(splits);
        fs::create_directory(splits);
        QVERIFY(sentenceOf([&] {
                    (void)open("splits=" + splits.string() + ",");
                }).find("it is a folder; give a file") != std::string::npos);
        fs::remove(splits);
        std::ofstream(splits) << "no mat file";
        refused("is no .mat file");
        {
            const MadeHdf5 file(splits);  // a split of MATLAB 7.3 is as good
            file.putValues("trainNdxs", H5T_NATIVE_DOUBLE, {1, 3}, {1, 2, 4});
            file.putValues("testNdxs", H5T_NATIVE_DOUBLE, {1, 1}, {3});
        }
        QCOMPARE(open()->items()[2].officialSide, std::optional(SplitSide::Test));
    }
};

QTEST_GUILESS_MAIN(NyuMatTest)
#include "tst_nyu_mat.moc"
