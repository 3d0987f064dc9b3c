// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/io/images.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <opencv2/imgcodecs.hpp>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>

#include <unistd.h>

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

std::string bigEndian(std::size_t value)
{
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes += static_cast<char>((value >> static_cast<unsigned>(shift)) & 255U);
    return bytes;
}

std::string littleEndian(std::size_t value)
{
    auto bytes = bigEndian(value);
    std::reverse(bytes.begin(), bytes.end());
    return bytes;
}

/// The same picture with an orientation, put where each kind of file keeps it.
std::string withOrientation(std::string picture, const std::string& suffix, char orientation)
{
    auto exif = std::string("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0", 26);
    exif[19] = orientation;
    if (suffix == "jpg") {  // a segment behind the start mark
        exif.insert(0, std::string("Exif\0\0", 6));
        return picture.insert(2, std::string("\xFF\xE1\0", 3) + static_cast<char>(exif.size() + 2) + exif);
    }
    if (suffix == "png") {  // a chunk behind the first one
        const auto body = "eXIf" + exif;
        const auto sum =
            crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
        return picture.insert(33, bigEndian(exif.size()) + body + bigEndian(sum));
    }
    if (suffix == "webp") {  // the simple file becomes an extended one, its last chunk is the new one
        const auto extended = "VP8X" + littleEndian(10) + std::string("\x08\0\0\0", 4) +
                              littleEndian(31).substr(0, 3) + littleEndian(15).substr(0, 3);
        picture =
            picture.substr(0, 12) + extended + picture.substr(12) + "EXIF" + littleEndian(exif.size()) + exif;
        return picture.replace(4, 4, littleEndian(picture.size() - 8));
    }
    // A directory at the end: the old one with one entry more, in the order of the tags.
    const auto word = [&picture](std::size_t at, std::size_t length) {
        std::size_t value = 0;
        for (std::size_t i = length; i > 0; --i)
            value = (value << 8U) | static_cast<unsigned char>(picture[at + i - 1]);
        return value;
    };
    const auto directory = word(4, 4);
    const auto count = word(directory, 2);
    std::string entries;
    bool added = false;
    for (std::size_t i = 0; i < count; ++i) {
        const auto at = directory + 2 + 12 * i;
        if (!added && word(at, 2) > 274) {
            entries += littleEndian(274 | (3U << 16U)) + littleEndian(1) +
                       littleEndian(static_cast<unsigned char>(orientation));
            added = true;
        }
        entries += picture.substr(at, 12);
    }
    picture.replace(4, 4, littleEndian(picture.size()));
    return picture + littleEndian(count + 1).substr(0, 2) + entries + littleEndian(0);
}

/// A PNG of one pixel, of kinds that OpenCV does not write. @param kind  its colour type  @param extra chunks
std::string pngPixel(int kind, int bits, const std::string& pixel, const std::string& extra = {})
{
    const auto chunk = [](const std::string& body) {
        const auto sum =
            crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
        return bigEndian(body.size() - 4) + body + bigEndian(sum);
    };
    const auto row = std::string(1, '\0') + pixel;
    std::string packed(compressBound(static_cast<uLong>(row.size())), '\0');
    auto length = static_cast<uLongf>(packed.size());
    compress(reinterpret_cast<Bytef*>(packed.data()), &length, reinterpret_cast<const Bytef*>(row.data()),
             static_cast<uLong>(row.size()));
    std::string chunks;
    for (std::size_t at = 0; at < extra.size(); at += 8 + static_cast<std::size_t>(extra[at + 3]))
        chunks += chunk(extra.substr(at + 4, 4 + static_cast<std::size_t>(extra[at + 3])));
    return "\x89PNG\r\n\x1a\n" +
           chunk("IHDR" + bigEndian(1) + bigEndian(1) + static_cast<char>(bits) + static_cast<char>(kind) +
                 std::string(3, '\0')) +
           chunks + chunk("IDAT" + packed.substr(0, length)) + chunk("IEND");
}

/// A TIFF of one pixel with R, G, B and alpha. @param extra  what it says of alpha: 1 colours are multiplied
/// by it, 2 they are not
std::string tiffPixel(int bits, std::size_t extra, const std::array<int, 4>& pixel)
{
    std::string data;
    for (const int value : pixel)
        data += std::string(static_cast<std::size_t>(bits / 8), static_cast<char>(value));
    std::string entries;
    std::size_t count = 0;
    const auto entry = [&](std::size_t tag, std::size_t type, std::size_t values, std::size_t value) {
        entries += littleEndian(tag | (type << 16U)) + littleEndian(values) + littleEndian(value);
        ++count;
    };
    constexpr std::size_t kHeader = 8, kShort = 3, kLong = 4;
    const std::size_t directory = kHeader + 8 + data.size();
    entry(256, kShort, 1, 1);
    entry(257, kShort, 1, 1);
    entry(258, kShort, 4, kHeader);  // where the bits of each value stand
    entry(259, kShort, 1, 1);
    entry(262, kShort, 1, 2);
    entry(273, kLong, 1, kHeader + 8);
    entry(277, kShort, 1, 4);
    entry(278, kShort, 1, 1);
    entry(279, kLong, 1, data.size());
    entry(338, kShort, 1, extra);
    std::string widths;
    for (int i = 0; i < 4; ++i)
        widths += littleEndian(static_cast<std::size_t>(bits)).substr(0, 2);
    return std::string("II*\0", 4) + littleEndian(directory) + widths + data +
           littleEndian(count).substr(0, 2) + entries + littleEndian(0);
}

/// What the work prints on standard error, libraries included.
std::string printedBy(const std::function<void()>& work)
{
    std::FILE* file = std::tmpfile();
    std::fflush(stderr);
    const int before = dup(STDERR_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    work();
    std::fflush(stderr);
    dup2(before, STDERR_FILENO);
    close(before);
    std::rewind(file);
    std::string text(4096, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file));
    std::fclose(file);
    return text;
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
        QTest::addColumn<int>("type");
        for (const char* suffix : {"png", "jpg", "bmp", "tif", "webp", "ppm"})
            QTest::newRow(suffix) << QString::fromUtf8(suffix) << CV_8UC3;
        QTest::newRow("pgm") << QStringLiteral("pgm") << CV_8UC1;
        QTest::newRow("pgm of 16 bits") << QStringLiteral("pgm") << CV_16UC1;
        QTest::newRow("png of 16 bits") << QStringLiteral("png") << CV_16UC1;
        QTest::newRow("float tif") << QStringLiteral("tif") << CV_32FC1;
    }
    void headersTellSidesOfEveryKind()
    {
        QFETCH(QString, suffix);
        QFETCH(int, type);
        const auto file = at("header.").string() + suffix.toStdString();
        QVERIFY(cv::imwrite(file, cv::Mat(23, 37, type, cv::Scalar(1, 2, 3))));
        const auto header = readPictureHeader(file);
        QCOMPARE(header.width, 37);
        QCOMPARE(header.height, 23);
        const auto read = [type](const fs::path& picture) {
            return CV_MAT_CN(type) == 3 ? readColor(picture) : readDepth(picture, std::nullopt).depth;
        };
        QCOMPARE(read(file).size(-1), 37);
        QCOMPARE(read(file).size(-2), 23);
        // Cut short anywhere it is refused, never a crash.
        const auto whole = bytesOf(file);
        for (const std::size_t kept : {std::size_t{0}, std::size_t{3}, std::size_t{20}, whole.size() / 2}) {
            const auto cut = at("cut.").string() + suffix.toStdString();
            writeBytes(cut, whole.substr(0, kept));
            QVERIFY2(sentenceOf([&] { (void)read(cut); }) != "no error", std::to_string(kept).c_str());
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

    // 8x8 pixels of full magenta and yellow, as presses print red.
    void cmykIsConverted()
    {
        const auto bytes = QByteArray::fromBase64(
            "/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBET"
            "FBUVFQwPFxgWFBgSFBUU/9sAQwEDBAQFBAUJBQUJFA0LDRQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU"
            "FBQUFBQUFBQUFBQU/8AAFAgACAAIBAERAAIRAQMRAQQRAP/EABUAAQEAAAAAAAAAAAAAAAAAAAgJ/8QAFBABAAAAAAAAAAAA"
            "AAAAAAAAAP/EABUBAQEAAAAAAAAAAAAAAAAAAAcJ/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAA4EAQACEQMRBAAAPwBEHNKp"
            "VN//2Q==");
        QFile file(QString::fromStdString(at("print.jpg").string()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
        file.close();
        const auto color = readColor(at("print.jpg"));
        QCOMPARE(color.sizes().vec(), (std::vector<std::int64_t>{3, 8, 8}));
        QVERIFY(color[0].gt(240).all().item<bool>());
        QVERIFY(color[1].lt(15).all().item<bool>());
        QVERIFY(color[2].lt(15).all().item<bool>());
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

    void alphaOfEveryKindLiesOnBlack_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QList<int>>("color");
        const auto add = [](const char* name, const char* file, const std::string& bytes,
                            const QList<int>& color) {
            QTest::newRow(name) << QString::fromUtf8(file) << QByteArray::fromStdString(bytes) << color;
        };
        const auto text = [](std::initializer_list<int> values) {
            std::string bytes;
            for (const int value : values)
                bytes += static_cast<char>(value);
            return bytes;
        };
        add("grey png", "pixel.png", pngPixel(4, 8, text({200, 128})), {100, 100, 100});
        add("grey png of 16 bits", "pixel.png", pngPixel(4, 16, text({200, 200, 128, 128})), {100, 100, 100});
        add("png of 16 bits", "pixel.png", pngPixel(6, 16, text({200, 200, 100, 100, 50, 50, 128, 128})),
            {100, 50, 25});
        const auto palette = bigEndian(3) + "PLTE" + text({200, 100, 50});
        add("palette png", "pixel.png", pngPixel(3, 8, text({0}), palette), {200, 100, 50});
        add("palette png with alpha", "pixel.png",
            pngPixel(3, 8, text({0}), palette + bigEndian(1) + "tRNS" + text({128})), {100, 50, 25});
        for (const int bits : {8, 16}) {
            const auto name = [bits](const char* what) {
                return std::to_string(bits) + " bits of tiff, " + what;
            };
            add(name("not multiplied").c_str(), "pixel.tif", tiffPixel(bits, 2, {200, 100, 50, 128}),
                {100, 50, 25});
            add(name("multiplied").c_str(), "pixel.tif", tiffPixel(bits, 1, {100, 50, 25, 128}),
                {100, 50, 25});
        }
    }
    void alphaOfEveryKindLiesOnBlack()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        QFETCH(QList<int>, color);
        const auto file = at(name.toStdString().c_str());
        writeBytes(file, bytes.toStdString());
        const auto read = readColor(file);
        QCOMPARE(read.sizes().vec(), (std::vector<std::int64_t>{3, 1, 1}));
        for (int c = 0; c < 3; ++c)
            QVERIFY2(std::abs(read[c][0][0].item<int>() - color[c]) <= 1,
                     std::to_string(read[c][0][0].item<int>()).c_str());
    }

    // The sentence is ours alone: libpng and OpenCV print lines of their own when they meet such a file.
    void damagedPicturesAreToldWithoutOtherLines_data()
    {
        QTest::addColumn<QString>("suffix");
        QTest::addColumn<bool>("cut");
        QTest::addColumn<QByteArray>("part");
        for (const char* suffix : {"png", "jpg", "bmp", "ppm"})
            QTest::addRow("%s cut", suffix)
                << QString::fromUtf8(suffix) << true << QByteArray("is cut short");
        QTest::newRow("png damaged") << QStringLiteral("png") << false << QByteArray("is damaged");
    }
    void damagedPicturesAreToldWithoutOtherLines()
    {
        QFETCH(QString, suffix);
        QFETCH(bool, cut);
        QFETCH(QByteArray, part);
        const auto file = at("whole.").string() + suffix.toStdString();
        QVERIFY(cv::imwrite(file, cv::Mat(23, 37, CV_8UC3, cv::Scalar(1, 2, 3))));
        auto bytes = bytesOf(file);
        if (cut)
            bytes.resize(bytes.size() - 9);
        else
            bytes[bytes.size() - 20] = static_cast<char>(~bytes[bytes.size() - 20]);
        writeBytes(file, bytes);
        std::string sentence;
        const auto lines = printedBy([&] { sentence = sentenceOf([&] { (void)readColor(file); }); });
        QVERIFY2(QByteArray::fromStdString(sentence).contains(part), sentence.c_str());
        QCOMPARE(lines, std::string());
    }

    void everyCutIsTold_data()
    {
        QTest::addColumn<QString>("suffix");
        for (const char* suffix : {"png", "jpg", "tif", "webp", "bmp", "ppm"})
            QTest::newRow(suffix) << QString::fromUtf8(suffix);
    }
    void everyCutIsTold()
    {
        QFETCH(QString, suffix);
        const auto file = at("whole.").string() + suffix.toStdString();
        cv::Mat picture(11, 13, CV_8UC3);
        cv::randu(picture, 0, 255);
        QVERIFY(cv::imwrite(file, picture));
        const auto whole = bytesOf(file);
        const auto values = readColor(file);
        for (std::size_t length = 0; length < whole.size(); ++length) {
            writeBytes(file, whole.substr(0, length));
            at::Tensor read;
            const auto told = sentenceOf([&] { read = readColor(file); });
            if (told == "no error")  // what was cut off tells nothing of the pixels
                QVERIFY2(at::equal(read, values), std::to_string(length).c_str());
            else
                QVERIFY2(told.find(file) != std::string::npos && told.ends_with('.'), told.c_str());
        }
    }

    void exifOrientationIsApplied_data()
    {
        QTest::addColumn<QString>("suffix");
        QTest::addColumn<int>("orientation");
        for (const char* suffix : {"jpg", "png", "webp", "tif"}) {
            for (int orientation = 1; orientation <= 8; ++orientation)
                QTest::addRow("%s %d", suffix, orientation) << QString::fromUtf8(suffix) << orientation;
        }
    }
    void exifOrientationIsApplied()
    {
        QFETCH(QString, suffix);
        QFETCH(int, orientation);
        // What the camera stored: its first row is bright, of which the first half is brighter.
        cv::Mat stored(16, 32, CV_8UC3, cv::Scalar(20, 20, 20));
        stored(cv::Rect(0, 0, 32, 8)) = cv::Scalar(120, 120, 120);
        stored(cv::Rect(0, 0, 16, 8)) = cv::Scalar(220, 220, 220);
        const auto file = at("turned.").string() + suffix.toStdString();
        QVERIFY(cv::imwrite(file, stored));
        writeBytes(file,
                   withOrientation(bytesOf(file), suffix.toStdString(), static_cast<char>(orientation)));
        const auto read = readColor(file)[0].to(at::kInt);
        QCOMPARE(read.sizes(), orientation < 5 ? at::IntArrayRef({16, 32}) : at::IntArrayRef({32, 16}));
        // Where the brightest quarter lies when it is shown, and the less bright one beside it.
        const std::array<std::array<int, 4>, 8> corners{{{0, 0, 0, 1},
                                                         {0, 1, 0, 0},
                                                         {1, 1, 1, 0},
                                                         {1, 0, 1, 1},
                                                         {0, 0, 1, 0},
                                                         {0, 1, 1, 1},
                                                         {1, 1, 0, 1},
                                                         {1, 0, 0, 0}}};
        const auto& expected = corners.at(static_cast<std::size_t>(orientation - 1));
        const auto corner = [&read](int down, int right) {
            return read[down * (read.size(0) - 1)][right * (read.size(1) - 1)].item<int>();
        };
        QVERIFY(std::abs(corner(expected[0], expected[1]) - 220) < 12);
        QVERIFY(std::abs(corner(expected[2], expected[3]) - 120) < 12);
    }

    // Depth that a camera stored lying on its side stands up with its colour.
    void depthIsTurnedLikeItsColour()
    {
        QVERIFY(cv::imwrite(at("depth.png").string(), cv::Mat(16, 32, CV_16U, cv::Scalar(1500))));
        writeBytes(at("depth.png"), withOrientation(bytesOf(at("depth.png")), "png", 6));
        QCOMPARE(readDepth(at("depth.png"), std::nullopt).depth.sizes(), at::IntArrayRef({32, 16}));
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
