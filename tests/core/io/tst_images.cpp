// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/io/images.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <opencv2/imgcodecs.hpp>

#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

using namespace elbo;
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

std::string bytesOf(const fs::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void writeBytes(const fs::path& file, const std::string& bytes)
{
    std::ofstream(file, std::ios::binary) << bytes;
}

Image8 gradient(int width, int height)
{
    Image8 image{width, height, 3, {}};
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            for (const int value : {x, y, x + y})
                image.pixels.push_back(static_cast<std::uint8_t>(value * 3));
        }
    }
    return image;
}

}  // namespace

class ImagesTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path at(const char* name) { return fs::path(m_folder.path().toStdString()) / name; }

private Q_SLOTS:
    void headersTellSidesOfEveryKind_data()
    {
        QTest::addColumn<QString>("suffix");
        for (const char* suffix : {"png", "jpg", "bmp", "tif", "webp", "ppm"})
            QTest::newRow(suffix) << QString::fromUtf8(suffix);
    }
    void headersTellSidesOfEveryKind()
    {
        QFETCH(QString, suffix);
        const auto file = at("header.").string() + suffix.toStdString();
        QVERIFY(cv::imwrite(file, cv::Mat(23, 37, CV_8UC3, cv::Scalar(1, 2, 3))));
        const auto header = readPictureHeader(file);
        QCOMPARE(header.width, 37);
        QCOMPARE(header.height, 23);
        QCOMPARE(readColor(file).sizes(), at::IntArrayRef({3, 23, 37}));
        // Cut short anywhere it is refused, never a crash.
        const auto whole = bytesOf(file);
        for (const std::size_t kept : {std::size_t{0}, std::size_t{3}, std::size_t{20}, whole.size() / 2}) {
            const auto cut = at("cut.").string() + suffix.toStdString();
            writeBytes(cut, whole.substr(0, kept));
            if (suffix == QLatin1String("bmp") || suffix == QLatin1String("ppm") ||
                suffix == QLatin1String("webp") || suffix == QLatin1String("tif"))
                QVERIFY(kept > 20 || sentenceOf([&] { (void)readColor(cut); }) != "no error");
            else
                QVERIFY2(sentenceOf([&] { (void)readColor(cut); }) != "no error",
                         std::to_string(kept).c_str());
        }
    }

    void foreignFilesAreRefused()
    {
        QVERIFY(sentenceOf([&] { (void)readColor(at("nothing.png")); }).find("Could not read") == 0);
        writeBytes(at("empty.png"), "");
        QVERIFY(sentenceOf([&] { (void)readColor(at("empty.png")); }).find("is empty") != std::string::npos);
        writeBytes(at("text.png"), "this is a letter, not a picture");
        QVERIFY(sentenceOf([&] { (void)readColor(at("text.png")); }).find("no picture this program reads") !=
                std::string::npos);
        QVERIFY(sentenceOf([&] { (void)readColor(m_folder.path().toStdString()); }).find("is a folder") !=
                std::string::npos);
    }

    void hugeSidesAreRefusedBeforeDecoding()
    {
        writePng(at("huge.png"), gradient(8, 8));
        auto bytes = bytesOf(at("huge.png"));
        for (const std::size_t offset : {std::size_t{16}, std::size_t{20}})
            bytes.replace(offset, 4, std::string("\x00\x00\xFF\xFF", 4));
        writeBytes(at("huge.png"), bytes);
        QVERIFY(sentenceOf([&] { (void)readColor(at("huge.png")); }).find("65535x65535, above the limit") !=
                std::string::npos);
    }

    void coloursComeBackInOrder()
    {
        const auto image = gradient(20, 10);
        writePng(at("colour.png"), image);
        const auto color = readColor(at("colour.png"));
        QCOMPARE(color[0][4][7].item<int>(), 21);
        QCOMPARE(color[1][4][7].item<int>(), 12);
        QCOMPARE(color[2][4][7].item<int>(), 33);
        const auto encoded = encodePng(image);
        QCOMPARE(std::string(encoded.begin(), encoded.end()), bytesOf(at("colour.png")));
    }

    void greyIsRepeatedOrKept()
    {
        cv::imwrite(at("grey.png").string(), cv::Mat(5, 6, CV_8U, cv::Scalar(77)));
        QCOMPARE(readColor(at("grey.png")).sizes(), at::IntArrayRef({3, 5, 6}));
        QCOMPARE(readColor(at("grey.png"), true).sizes(), at::IntArrayRef({1, 5, 6}));
    }

    void alphaLiesOnBlackAndSixteenBitsAreScaled()
    {
        cv::imwrite(at("alpha.png").string(), cv::Mat(4, 4, CV_8UC4, cv::Scalar(200, 100, 50, 128)));
        const auto half = readColor(at("alpha.png"));
        QCOMPARE(half[0][0][0].item<int>(), 25);
        QCOMPARE(half[2][0][0].item<int>(), 100);
        cv::imwrite(at("deep.png").string(), cv::Mat(4, 4, CV_16UC3, cv::Scalar(65535, 32896, 257)));
        const auto deep = readColor(at("deep.png"));
        QCOMPARE(deep[0][0][0].item<int>(), 1);
        QCOMPARE(deep[1][0][0].item<int>(), 128);
        QCOMPARE(deep[2][0][0].item<int>(), 255);
    }

    void exifOrientationIsApplied()
    {
        cv::imwrite(at("upright.jpg").string(), cv::Mat(16, 32, CV_8UC3, cv::Scalar(0, 0, 255)));
        const auto jpeg = bytesOf(at("upright.jpg"));
        // APP1 with one EXIF tag: orientation 6, turn clockwise.
        const std::string exif("Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0", 32);
        std::string segment("\xFF\xE1", 2);
        segment += static_cast<char>(0);
        segment += static_cast<char>(exif.size() + 2);
        writeBytes(at("turned.jpg"), jpeg.substr(0, 2) + segment + exif + jpeg.substr(2));
        QCOMPARE(readColor(at("turned.jpg")).sizes(), at::IntArrayRef({3, 32, 16}));
    }

    void depthKnowsItsUnit()
    {
        cv::Mat millimetres(2, 3, CV_16U, cv::Scalar(1500));
        millimetres.at<std::uint16_t>(0, 1) = 0;
        millimetres.at<std::uint16_t>(0, 2) = 65535;
        cv::imwrite(at("mm.png").string(), millimetres);
        const auto metres = readDepth(at("mm.png"), std::nullopt);
        QVERIFY(metres.metric);
        QVERIFY(at::equal(metres.depth, at::tensor({1.5F, 0.0F, 0.0F, 1.5F, 1.5F, 1.5F}).view({2, 3})));
        QCOMPARE(readDepth(at("mm.png"), 5000.0).depth[1][1].item<float>(), 0.3F);
        cv::imwrite(at("bytes.png").string(), cv::Mat(2, 3, CV_8U, cv::Scalar(51)));
        QVERIFY(!readDepth(at("bytes.png"), std::nullopt).metric);
        QCOMPARE(readDepth(at("bytes.png"), std::nullopt).depth[0][0].item<float>(), 51.0F);
        QVERIFY(readDepth(at("bytes.png"), 25.5).metric);
        QCOMPARE(readDepth(at("bytes.png"), 25.5).depth[0][0].item<float>(), 2.0F);
        cv::Mat real(1, 4, CV_32F);
        const std::array<float, 4> values{2.5F, -1.0F, std::numeric_limits<float>::quiet_NaN(),
                                          std::numeric_limits<float>::infinity()};
        std::copy(values.begin(), values.end(), real.ptr<float>());
        QVERIFY(cv::imwrite(at("real.tif").string(), real));
        const auto read = readDepth(at("real.tif"), std::nullopt);
        QVERIFY(read.metric);
        QVERIFY(at::equal(read.depth, at::tensor({2.5F, 0.0F, 0.0F, 0.0F}).view({1, 4})));
        writePng(at("coloured.png"), gradient(4, 4));
        QVERIFY(sentenceOf([&] { (void)readDepth(at("coloured.png"), std::nullopt); }).find("3 channels") !=
                std::string::npos);
    }

    void sixteenBitDepthIsWritten()
    {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        writePng16(at("out.png"), {3, 2, {0.4F, 1500.6F, nan, -7.0F, 70000.0F, 65535.0F}});
        const cv::Mat back = cv::imread(at("out.png").string(), cv::IMREAD_UNCHANGED);
        QCOMPARE(back.type(), CV_16U);
        QCOMPARE(std::vector<std::uint16_t>(back.begin<std::uint16_t>(), back.end<std::uint16_t>()),
                 (std::vector<std::uint16_t>{0, 1501, 0, 0, 65535, 65535}));
        QVERIFY(sentenceOf([&] { writePng(at("no/folder/x.png"), gradient(2, 2)); }).find("no/folder") !=
                std::string::npos);
    }

    void depthIsFoundBesideItsColour_data()
    {
        QTest::addColumn<QString>("color");
        QTest::addColumn<QString>("depth");
        QTest::newRow("side by side") << "7.jpg" << "7.png";
        QTest::newRow("folders") << "s/rgb/7.png" << "s/depth/7.png";
        QTest::newRow("bts") << "rgb_00007.jpg" << "sync_depth_00007.png";
        QTest::newRow("kinect") << "frame-7.color.jpg" << "frame-7.depth.png";
    }
    void depthIsFoundBesideItsColour()
    {
        QFETCH(QString, color);
        QFETCH(QString, depth);
        QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        for (const auto& name : {color, depth}) {
            fs::create_directories((root / name.toStdString()).parent_path());
            writeBytes(root / name.toStdString(), "x");
        }
        QCOMPARE(findDepthBeside(root / color.toStdString()), std::optional(root / depth.toStdString()));
        fs::remove(root / depth.toStdString());
        QVERIFY(!findDepthBeside(root / color.toStdString()).has_value());
    }
};

QTEST_GUILESS_MAIN(ImagesTest)
#include "tst_images.moc"
