// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/data/preparation.h"
#include "core/io/frames_h5.h"
#include "core/io/readers.h"
#include "tests/core/io/made_hdf5.h"
#include "tests/support/shared_folder.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <fstream>

using namespace elbo;
using elbo::tests::MadeHdf5;
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

class FramesH5Test : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_root;
    DataReaders m_readers = [] {
        auto readers = computeReaders();
        addIoReaders(readers);
        return readers;
    }();

    [[nodiscard]] std::unique_ptr<ImageSource> open(const std::string& options = "") const
    {
        return m_readers.readers.at("frames-h5")
            .open(parseDataSpec("frames-h5:" + options + "path=" + m_root.string()), {});
    }
    [[nodiscard]] Dataset prepare(const std::string& options = "") const
    {
        const auto out = fs::path(m_folder->path().toStdString()) / "out.safetensors";
        prepareDataset(parseDataSpec("frames-h5:size=16," + options + "path=" + m_root.string()), m_readers,
                       out, {});
        return readPrepared(out);
    }
    [[nodiscard]] MadeHdf5 made(const std::string& name) const
    {
        fs::create_directories((m_root / name).parent_path());
        return MadeHdf5(m_root / name);
    }
    void putFrame(const std::string& name, hid_t depthType = H5T_NATIVE_FLOAT) const
    {
        const auto file = made(name);
        file.put("rgb", H5T_NATIVE_UINT8, {3, 12, 16});
        file.put("depth", depthType, {12, 16});
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_root = fs::path(m_folder->path().toStdString()) / "set";
        fs::create_directories(m_root);
    }

    // Values that h5py reads from the files.
    void theSampleIsReadToThePixel()
    {
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        m_root = shared / "data/samples/frames_h5";
        const auto source = open();
        QCOMPARE(source->items().size(), std::size_t{2});
        const auto& train = source->items()[0];
        QCOMPARE(train.name, std::string("train/office_0001/00001"));
        QCOMPARE(train.group, std::string("office_0001"));
        QCOMPARE(train.label, std::optional<std::string>("office"));
        QCOMPARE(train.officialSide, std::optional(SplitSide::Train));
        const auto& test = source->items()[1];
        QCOMPARE(test.group, std::string());  // "official" is no place
        QCOMPARE(test.officialSide, std::optional(SplitSide::Test));
        const auto first = source->read(0);
        QCOMPARE(first.color.sizes(), at::IntArrayRef({3, 480, 640}));
        QVERIFY(at::equal(first.color.select(1, 10).select(1, 20), at::tensor({89, 90, 85}, at::kByte)));
        QCOMPARE(first.depth[10][20].item<float>(), 4.9882355F);
        const auto second = source->read(1);
        QVERIFY(
            at::equal(second.color.select(1, 240).select(1, 320), at::tensor({172, 162, 135}, at::kByte)));
        QCOMPARE(second.depth[240][320].item<float>(), 2.447059F);
        const auto data = prepare();
        QCOMPARE(data.splitKind, std::string("official"));
        QCOMPARE(data.indices(SplitSide::Test), std::vector<std::int64_t>{1});
        QVERIFY(data.metricDepth);
    }

    void scenesAreGroupsAndLabels()
    {
        for (const char* name :
             {"kitchen_0028b/1.h5", "kitchen_0028b/2.h5", "home_office_0001/1.h5",
              "excercise_room_0001/1.hdf5", "elsewhere/1.h5", "nyu_office_0/1.h5", "top.h5"})
            putFrame(name);
        std::ofstream(m_root / "types.csv") << "image,type\nelsewhere/1,garden\n";
        const auto source = open();
        std::map<std::string, std::string> labels;
        for (const auto& item : source->items())
            labels[item.name] = item.group + ":" + item.label.value_or("-");
        QCOMPARE(labels["kitchen_0028b/2"], std::string("kitchen_0028b:kitchen"));
        QCOMPARE(labels["home_office_0001/1"], std::string("home_office_0001:home_office"));
        QCOMPARE(labels["excercise_room_0001/1"], std::string("excercise_room_0001:exercise_room"));
        QCOMPARE(labels["elsewhere/1"], std::string("elsewhere:garden"));
        QCOMPARE(labels["nyu_office_0/1"], std::string("nyu_office_0:office"));
        QCOMPARE(labels["top"], std::string(":-"));
    }

    void unitsOfDepth()
    {
        putFrame("1.h5", H5T_NATIVE_UINT16);
        QCOMPARE(open()->read(0).depth.max().item<float>(), 0.1F);
        QCOMPARE(open("depth-scale=10,")->read(0).depth.max().item<float>(), 10.0F);
        {
            const auto file = made("1.h5");
            file.put("rgb", H5T_NATIVE_UINT8, {3, 12, 16});
            file.put("depth", H5T_NATIVE_FLOAT, {12, 16}, 3000.0);
        }
        QVERIFY(sentenceOf([&] { (void)open()->read(0); }).find("give depth-scale=") != std::string::npos);
    }

    void badFramesAreListedByName_data()
    {
        using Sizes = std::vector<hsize_t>;
        QTest::addColumn<Sizes>("rgb");
        QTest::addColumn<Sizes>("depth");
        QTest::addColumn<QString>("part");
        const auto row = [](const char* name, const Sizes& rgb, const Sizes& depth, const char* part) {
            QTest::newRow(name) << rgb << depth << QString::fromUtf8(part);
        };
        row("no depth", {3, 12, 16}, {}, "has no variable depth");
        row("no rgb", {}, {12, 16}, "has no variable rgb");
        row("colour last", {12, 16, 3}, {12, 16}, "its rgb is 12x16x3, so its axes are transposed");
        row("no colours", {5, 12, 16}, {12, 16}, "its rgb is 5x12x16, without three colours");
        row("rank of rgb", {12, 16}, {12, 16}, "its rgb has 2 axes instead of 3");
        row("rank of depth", {3, 12, 16}, {1, 12, 16}, "its depth has 3 axes instead of 2");
        row("depth on its side", {3, 12, 16}, {16, 12}, "so the axes of one are transposed");
        row("other sides", {3, 12, 16}, {12, 12}, "colour is 16x12 but depth is 12x12");
    }
    void badFramesAreListedByName()
    {
        using Sizes = std::vector<hsize_t>;
        QFETCH(Sizes, rgb);
        QFETCH(Sizes, depth);
        QFETCH(QString, part);
        putFrame("good.h5");
        {
            const auto file = made("bad.h5");
            if (!rgb.empty())
                file.put("rgb", H5T_NATIVE_UINT8, rgb);
            if (!depth.empty())
                file.put("depth", H5T_NATIVE_FLOAT, depth);
        }
        const auto data = prepare();
        QCOMPARE(data.names, std::vector<std::string>{"good"});
        QCOMPARE(data.problems.front().name, std::string("bad"));
        QVERIFY2(QString::fromStdString(data.problems.front().sentence).contains(part),
                 data.problems.front().sentence.c_str());
    }

    void badTypesAndFilesAreListedByName()
    {
        putFrame("good.h5");
        putFrame("integer.h5", H5T_NATIVE_INT32);
        {
            const auto file = made("real.h5");
            file.put("rgb", H5T_NATIVE_FLOAT, {3, 12, 16});
            file.put("depth", H5T_NATIVE_FLOAT, {12, 16});
        }
        std::ofstream(m_root / "text.h5") << "no HDF5 file";
        std::ofstream(m_root / "void.h5") << "";
        fs::copy_file(m_root / "good.h5", m_root / "cut.h5");
        fs::resize_file(m_root / "cut.h5", fs::file_size(m_root / "good.h5") - 1);
        const auto data = prepare();
        std::map<std::string, std::string> found;
        for (const auto& problem : data.problems)
            found[problem.name] = problem.sentence;
        QCOMPARE(found.size(), std::size_t{5});
        QVERIFY(found["integer"].find("its depth is of class int32") == 0);
        QVERIFY(found["real"].find("its rgb is of class single") == 0);
        QVERIFY(found["text"].find("is no HDF5 file") != std::string::npos);
        QVERIFY(found["void"].find("is empty") != std::string::npos);
        QVERIFY(found["cut"].find("is damaged or cut short") != std::string::npos);
    }

    void everyCutIsTold()
    {
        putFrame("1.h5");
        std::ifstream in(m_root / "1.h5", std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(in), {}};
        for (std::size_t length = 0; length < bytes.size(); length += 1 + bytes.size() / 300) {
            std::ofstream(m_root / "1.h5", std::ios::binary) << bytes.substr(0, length);
            QVERIFY(sentenceOf([&] { (void)open()->read(0); }) != "no error");
        }
    }

    void foldersWithoutFramesAreRefused()
    {
        QVERIFY(sentenceOf([&] { (void)open(); }).find("holds no .h5 files") != std::string::npos);
        m_root /= "file";
        std::ofstream(m_root) << "x";
        QVERIFY(sentenceOf([&] { (void)open(); }).find("is a file: give the folder with the frames") !=
                std::string::npos);
    }
};

QTEST_GUILESS_MAIN(FramesH5Test)
#include "tst_frames_h5.moc"
