// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/dataset.h"
#include "core/data/load.h"
#include "core/data/preparation.h"
#include "core/io/readers.h"
#include "tests/support/plain_user.h"
#include "tests/support/shared_folder.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <dirent.h>
#include <dlfcn.h>
#include <opencv2/imgcodecs.hpp>

#include <cerrno>
#include <fstream>

using namespace elbo;
namespace fs = std::filesystem;

namespace {

/// A disk that fails while a folder is listed: so many entries are given first; negative: it never does.
int entriesUntilFailure = -1;

}  // namespace

/// Comes before the C library's for every library in this program, the one that lists folders among them.
extern "C" dirent* readdir(DIR* folder)
{
    static const auto original = reinterpret_cast<dirent* (*)(DIR*)>(dlsym(RTLD_NEXT, "readdir"));
    if (entriesUntilFailure == 0) {
        errno = EIO;
        return nullptr;
    }
    if (entriesUntilFailure > 0)
        --entriesUntilFailure;
    return original(folder);
}

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

cv::Mat colorMat(int seed, int width = 40, int height = 30)
{
    cv::Mat image(height, width, CV_8UC3);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x)
            image.at<cv::Vec3b>(y, x) = {static_cast<unsigned char>(x * 5 + seed),
                                         static_cast<unsigned char>(y * 7),
                                         static_cast<unsigned char>(x + y + seed)};
    }
    return image;
}

cv::Mat depthMat(int seed, int width = 40, int height = 30)
{
    cv::Mat image(height, width, CV_16U);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x)
            image.at<std::uint16_t>(y, x) = static_cast<std::uint16_t>(1000 + 20 * x + 10 * y + seed);
    }
    return image;
}

}  // namespace

class RgbdFolderTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_root;
    fs::path m_out;
    DataReaders m_readers = [] {
        auto readers = computeReaders();
        addIoReaders(readers);
        return readers;
    }();

    void put(const std::string& name, const cv::Mat& image) const
    {
        fs::create_directories((m_root / name).parent_path());
        QVERIFY(cv::imwrite((m_root / name).string(), image));
    }

    Dataset prepare(const std::string& options = "") const
    {
        prepareDataset(parseDataSpec("rgbd-folder:size=16" + options + ",path=" + m_root.string()), m_readers,
                       m_out, {});
        return readPrepared(m_out);
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_root = fs::path(m_folder->path().toStdString()) / "set";
        m_out = fs::path(m_folder->path().toStdString()) / "out.safetensors";
        fs::create_directories(m_root);
    }

    void everyLayoutIsMatched_data()
    {
        QTest::addColumn<QString>("color");
        QTest::addColumn<QString>("depth");
        QTest::newRow("side by side") << "%1.jpg" << "%1.png";
        QTest::newRow("folders") << "rgb/%1.png" << "depth/%1.png";
        QTest::newRow("bts") << "train/office/rgb_0000%1.jpg" << "train/office/sync_depth_0000%1.png";
        QTest::newRow("kinect") << "frame-00%1.color.jpg" << "frame-00%1.depth.png";
        QTest::newRow("deep") << "a/b/rgb/%1.jpg" << "a/b/depth/%1.png";
    }
    void everyLayoutIsMatched()
    {
        QFETCH(QString, color);
        QFETCH(QString, depth);
        for (int i = 1; i <= 3; ++i) {
            put(color.arg(i).toStdString(), colorMat(i));
            put(depth.arg(i).toStdString(), depthMat(i));
        }
        const auto data = prepare();
        QCOMPARE(data.size(), 3);
        QVERIFY(data.problems.empty());
        QVERIFY(data.metricDepth);
        QCOMPARE(data.names[1], fs::path(color.arg(2).toStdString()).replace_extension().string());
        QVERIFY(std::abs(data.ranges[1][3][0].item<float>() - 1.02F) <
                0.03F);  // metres of the second, not of another
    }

    void whatHasNoPartnerIsListed()
    {
        for (int i = 1; i <= 2; ++i) {
            put(std::to_string(i) + ".jpg", colorMat(i));
            put(std::to_string(i) + ".png", depthMat(i));
        }
        put("alone.jpg", colorMat(7));
        put("dark.depth.png", depthMat(7));
        std::ofstream(m_root / "3.jpg") << "no picture";
        put("3.png", depthMat(3));
        put("4.jpg", colorMat(4));
        std::ofstream(m_root / "4.png") << "";
        put("5.jpg", colorMat(5));
        put("5.png", depthMat(5, 40, 40));
        const auto data = prepare();
        QCOMPARE(data.names, (std::vector<std::string>{"1", "2"}));
        std::map<std::string, std::string> found;
        for (const auto& problem : data.problems) {
            QVERIFY(problem.leftOut);
            found[problem.name] = problem.sentence;
        }
        QCOMPARE(found.size(), std::size_t{5});
        QVERIFY(found["alone"].find("has no depth image") == 0);
        QVERIFY(found["dark.depth"].find("without its colour") != std::string::npos);
        QVERIFY(found["3"].find("no picture this program reads") != std::string::npos);
        QVERIFY(found["4"].find("is empty") != std::string::npos);
        QVERIFY(found["5"].find("40x30 but depth is 40x40") != std::string::npos);
    }

    void depthOfAnotherKindIsListed()
    {
        for (int i = 1; i <= 6; ++i) {
            put(std::to_string(i) + ".jpg", colorMat(i));
            put(std::to_string(i) + ".png", depthMat(i));
        }
        put("2.png", colorMat(2));          // a coloured picture of it
        put("3.png", depthMat(3, 30, 40));  // on its side
        cv::Mat relative;
        depthMat(4).convertTo(relative, CV_8U, 0.05);
        put("4.png", relative);
        fs::remove(m_root / "5.png");
        fs::create_directory(m_root / "5.png");
        const auto data = prepare();
        QCOMPARE(data.names, (std::vector<std::string>{"1", "6"}));
        std::map<std::string, std::string> found;
        for (const auto& problem : data.problems)
            found[problem.name] = problem.sentence;
        QVERIFY2(found["2"].find("has 3 channels, but a depth image has one") != std::string::npos,
                 found["2"].c_str());
        QVERIFY2(found["3"].find("40x30 but depth is 30x40") != std::string::npos, found["3"].c_str());
        QVERIFY2(found["4"].find("is relative (8 bits) unlike the other images'") != std::string::npos,
                 found["4"].c_str());
        QVERIFY2(found["5"].find("has no depth image") == 0, found["5"].c_str());
    }

    void listsThatDisagreeAreRefused()
    {
        for (int i = 1; i <= 4; ++i) {
            put("pairs/" + std::to_string(i) + ".jpg", colorMat(i));
            put("pairs/" + std::to_string(i) + ".png", depthMat(i));
        }
        std::ofstream(m_root / "official_train_idx0.txt") << "1\n2\n3\n";
        std::ofstream(m_root / "official_test_idx0.txt") << "3\n4\n";
        const auto sentence = sentenceOf([&] { (void)prepare(); });
        QVERIFY2(
            sentence.find("names pairs/3, which another list has on the other side") != std::string::npos,
            sentence.c_str());
        // A list of anything else decides nothing.
        std::ofstream(m_root / "official_test_idx0.txt", std::ios::binary)
            << std::string("\0\x01\xFF,4;;\n", 9);
        QCOMPARE(prepare().splitKind, std::string("seeded"));
    }

    void unusableImagesEndThePreparationWhenAsked()
    {
        for (int i = 1; i <= 3; ++i) {
            put(std::to_string(i) + ".jpg", colorMat(i));
            put(std::to_string(i) + ".png", depthMat(i));
        }
        QCOMPARE(prepare(",unusable=refuse").size(), 3);
        fs::remove(m_out);
        put("alone.jpg", colorMat(7));
        std::ofstream(m_root / "2.png") << "no picture";
        QCOMPARE(prepare(",unusable=leave-out").names, (std::vector<std::string>{"1", "3"}));
        fs::remove(m_out);
        const auto sentence = sentenceOf([&] { (void)prepare(",unusable=refuse"); });
        QVERIFY2(
            sentence.find("2 images of the set cannot be used; the first, alone: has no depth image") == 0,
            sentence.c_str());
        QVERIFY2(sentence.ends_with("; mend or remove them, or leave them out with unusable=leave-out."),
                 sentence.c_str());
        QVERIFY(!fs::exists(m_out));
    }

    void namesNeedNotBeUtf8()
    {
        for (const char* name : {"caf\xE9", "b"}) {
            put(std::string(name) + ".jpg", colorMat(1));
            put(std::string(name) + ".png", depthMat(1));
        }
        std::ofstream(m_root / "official_test_idx0.txt") << "caf\xE9\n";
        const auto data = prepare();
        QCOMPARE(data.names, (std::vector<std::string>{"b", "caf\\xE9"}));
        QCOMPARE(data.indices(SplitSide::Test), std::vector<std::int64_t>{1});
    }

    void aListingThatEndsEarlyIsNotTakenForWhole()
    {
        for (int i = 1; i <= 9; ++i) {
            put("pairs/" + std::to_string(i) + ".jpg", colorMat(i));
            put("pairs/" + std::to_string(i) + ".png", depthMat(i));
        }
        entriesUntilFailure = 8;
        const auto sentence = sentenceOf([&] { (void)prepare(); });
        const bool came = entriesUntilFailure == 0;
        entriesUntilFailure = -1;
        QVERIFY(came);
        QVERIFY2(sentence.find("Could not read " + m_root.string()) == 0, sentence.c_str());
    }

    void colourAloneIsRefused()
    {
        put("a.jpg", colorMat(1));
        put("b.jpg", colorMat(2));
        const auto sentence = sentenceOf([&] { (void)prepare(); });
        QVERIFY2(sentence.find("has no depth image") != std::string::npos, sentence.c_str());
    }

    void foldersWithoutPicturesAreRefused()
    {
        QVERIFY(sentenceOf([&] { (void)prepare(); }).find("holds no pictures") != std::string::npos);
        const auto file = m_root / "file.txt";
        std::ofstream(file) << "x";
        QVERIFY(sentenceOf([&] {
                    prepareDataset(parseDataSpec("rgbd-folder:path=" + file.string()), m_readers, m_out, {});
                }).find("is a file") != std::string::npos);
        QVERIFY(sentenceOf([&] {
                    prepareDataset(parseDataSpec("rgbd-folder:path=/no/such"), m_readers, m_out, {});
                }).find("There is no file or folder") == 0);
    }

    void foldersWithoutPermissionAreSaid()
    {
        const elbo::tests::PlainUser user;
        QVERIFY(user.isPlain());
        fs::permissions(m_root, fs::perms::none);
        const auto sentence = sentenceOf([&] { (void)prepare(); });
        fs::permissions(m_root, fs::perms::owner_all);
        QVERIFY2(sentence.find("Could not read") == 0, sentence.c_str());
    }

    void labelsListsScaleAndIntrinsicsAreUsed()
    {
        for (int i = 1; i <= 4; ++i) {
            put("pairs/" + std::to_string(i) + ".jpg", colorMat(i));
            put("pairs/" + std::to_string(i) + ".png", depthMat(i));
        }
        std::ofstream(m_root / "types.csv") << "image,type\n1,kitchen\n2,unknown\n3,bath\n";
        std::ofstream(m_root / "notes.csv") << "who,what\n1,2\n";
        std::ofstream(m_root / "official_test_idx0.txt") << "4\n";
        std::ofstream(m_root / "official_train_idx0.txt") << "1\n2\n3\n";
        std::ofstream(m_root / "camera-intrinsics.txt") << "50 0 19.5\n0 60 14.5\n0 0 1\n";
        const auto data = prepare(",depth-scale=2000");
        QCOMPARE(data.labelNames, (std::vector<std::string>{"bath", "kitchen"}));
        QVERIFY(at::equal(
            data.labels,
            at::tensor({std::int64_t{1}, std::int64_t{-1}, std::int64_t{0}, std::int64_t{-1}}, at::kLong)));
        QCOMPARE(data.splitKind, std::string("official"));
        QCOMPARE(data.indices(SplitSide::Test), std::vector<std::int64_t>{3});
        QVERIFY(at::allclose(data.intrinsics[0], at::tensor({20.0F, 32.0F, 7.5F, 7.5F})));
        QVERIFY(std::abs(data.ranges[0][3][0].item<float>() - 0.5F) < 0.03F);
        QVERIFY(data.problems.back().sentence.find("2 of 4 images have no label") == 0);
        std::ofstream(m_root / "mine.txt") << "image,type\n1,x\n2,x\n3,y\n4,y\n";
        QCOMPARE(prepare(",labels=" + (m_root / "mine.txt").string()).labelNames,
                 (std::vector<std::string>{"x", "y"}));
        QCOMPARE(
            sentenceOf([&] { (void)prepare(",intrinsics=1;2"); }).find("intrinsics must be four numbers"),
            std::size_t{0});
    }

    void everyInputFileCounts()
    {
        put("1.jpg", colorMat(1));
        put("1.png", depthMat(1));
        const auto config = parseDataSpec("rgbd-folder:path=" + m_root.string());
        const auto first = dataFingerprint(config, m_readers);
        put("1.png", depthMat(2, 40, 31));
        const auto second = dataFingerprint(config, m_readers);
        QVERIFY(first != second);
        std::ofstream(m_root / "labels.csv") << "image,type\n1,a\n";
        QVERIFY(dataFingerprint(config, m_readers) != second);
    }

    // Values of torch.nn.functional.interpolate(mode="bicubic", antialias=True) on the same decoded pictures.
    void theRealPairsMatchTheReference()
    {
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        const auto folder = shared / "data/nyu_labeled_8bit";
        prepareDataset(parseDataSpec("rgbd-folder:limit=24,path=" + folder.string()), m_readers, m_out, {});
        const auto data = readPrepared(m_out);
        QCOMPARE(data.size(), 24);
        QCOMPARE(data.names[0], std::string("pairs/00002"));
        QVERIFY(!data.metricDepth);
        QCOMPARE(data.splitKind, std::string("seeded"));
        QVERIFY(data.splitNote.find("no test images among the 24 present") != std::string::npos);
        QVERIFY(data.labels.defined());
        QCOMPARE(data.shape(), (ImageShape{4, 128, 128, data.shape().classes, true}));
        const auto values = imageValues(data, {0, 12});
        QCOMPARE(data.names[12], std::string("pairs/00682"));
        // Depth is stored without loss, so only the code's step is allowed; JPEG decoders differ by a level
        // or two.
        const auto near = [&](int image, int channel, int row, int column, double expected) {
            const double tolerance = channel == 3 ? 1e-4 : 2e-2;
            return std::abs(values[image][channel][row][column].item<double>() - expected) < tolerance;
        };
        QVERIFY(near(0, 3, 10, 20, 0.60216) && near(0, 3, 64, 64, 0.32410) && near(0, 3, 120, 90, 0.12342));
        QVERIFY(near(1, 3, 10, 20, 0.70822) && near(1, 3, 64, 64, 0.74240) && near(1, 3, 120, 90, 0.02344));
        QVERIFY(near(0, 0, 10, 20, 0.09415) && near(0, 1, 64, 64, 0.72763) && near(0, 2, 100, 3, 0.35640));
        QVERIFY(near(1, 0, 10, 20, 0.36337) && near(1, 1, 64, 64, 0.44607) && near(1, 2, 100, 3, 0.46854));
        const auto means = at::tensor({0.598341F, 0.510004F, 0.530857F, 0.324723F, 0.488036F, 0.396881F,
                                       0.326414F, 0.456370F})
                               .view({2, 4});
        QVERIFY(at::allclose(values.flatten(2).mean(2), means, 0.0, 2e-3));
        QVERIFY(std::abs(data.ranges[0][3][0].item<float>() - 73.5937F) < 1e-2F);
    }

    void officialSplitsTakeSidesAndTypesFromFolders()
    {
        const auto pair = [&](const std::string& scene, int number) {
            put(scene + "/rgb_0000" + std::to_string(number) + ".jpg", colorMat(number));
            put(scene + "/sync_depth_0000" + std::to_string(number) + ".png", depthMat(number));
        };
        for (int i = 1; i <= 2; ++i) {
            pair("train/kitchen_0028b", i);
            pair("train/somewhere", i);
        }
        pair("test/office", 3);
        put("train/kitchen_0028b/notes.jpg", colorMat(7));  // is no rgb_N
        const auto read = [&] {
            prepareDataset(parseDataSpec("official-splits:size=16,path=" + m_root.string()), m_readers, m_out,
                           {});
            return readPrepared(m_out);
        };
        const auto data = read();
        QCOMPARE(data.size(), 5);
        QCOMPARE(data.problems.size(), std::size_t{1});  // two have no label
        QCOMPARE(data.names[0], std::string("test/office/rgb_00003"));
        QCOMPARE(data.splitKind, std::string("official"));
        QCOMPARE(data.indices(SplitSide::Test), std::vector<std::int64_t>{0});
        QCOMPARE(data.labelNames, (std::vector<std::string>{"kitchen", "office"}));
        QCOMPARE(data.labels[0].item<std::int64_t>(), 1);
        // Published lists go before folders; they begin with a stroke and name the depth too.
        std::ofstream(m_root / "nyudepthv2_test_files_with_gt.txt")
            << "/kitchen_0028b/rgb_00002.jpg /kitchen_0028b/sync_depth_00002.png 518.8579\n";
        std::ofstream(m_root / "nyudepthv2_train_files_with_gt.txt")
            << "office/rgb_00003.jpg office/sync_depth_00003.png 518.8579\n";
        const auto listed = read();
        QCOMPARE(listed.names[2], std::string("train/kitchen_0028b/rgb_00002"));
        QCOMPARE(listed.indices(SplitSide::Test), std::vector<std::int64_t>{2});
    }

    void officialSplitsNeedTheirNames()
    {
        put("train/office/1.jpg", colorMat(1));
        put("train/office/1.png", depthMat(1));
        const auto read = [&] {
            prepareDataset(parseDataSpec("official-splits:size=16,path=" + m_root.string()), m_readers, m_out,
                           {});
        };
        QVERIFY(sentenceOf(read).find("holds no rgb_NNNNN.jpg with sync_depth_NNNNN.png") !=
                std::string::npos);
        put("train/office/rgb_00001.jpg", colorMat(1));
        QVERIFY(sentenceOf(read).find("has no depth image") != std::string::npos);
    }

    void theSampleLayoutsAreRead()
    {
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        prepareDataset(
            parseDataSpec("rgbd-folder:size=32,path=" + (shared / "data/samples/official_splits").string()),
            m_readers, m_out, {});
        QCOMPARE(readPrepared(m_out).size(), 3);
        prepareDataset(parseDataSpec((shared / "data/samples/official_splits").string() + ",size=32"),
                       m_readers, m_out, {});
        const auto official = readPrepared(m_out);
        QCOMPARE(official.config.key, std::string("official-splits"));
        QCOMPARE(official.labelNames, (std::vector<std::string>{"bedroom", "office"}));
        QVERIFY2(official.splitNote.find("leaves no test images among the 3") != std::string::npos,
                 official.splitNote.c_str());
        QVERIFY(official.metricDepth);
        prepareDataset(
            parseDataSpec("rgbd-folder:size=32,path=" + (shared / "data/7scenes_kitchen").string()),
            m_readers, m_out, {});
        const auto kitchen = readPrepared(m_out);
        QCOMPARE(kitchen.size(), 50);
        QVERIFY(kitchen.metricDepth && kitchen.intrinsics.defined());
        QVERIFY(kitchen.ranges.select(1, 3).max().item<float>() < 10.0F);
    }
};

QTEST_GUILESS_MAIN(RgbdFolderTest)
#include "tst_rgbd_folder.moc"
