// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/io/depth_files.h"
#include "core/io/images.h"
#include "core/io/npy.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <opencv2/imgcodecs.hpp>

#include <cmath>
#include <fstream>
#include <limits>

using namespace elbo;

class DepthFilesTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    [[nodiscard]] std::filesystem::path path(const char* name) const
    {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }

private Q_SLOTS:
    void threeFilesHoldTheDepth()
    {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const ImageF metres{3, 2, {1.2346F, 0.0F, nan, 70.0F, 0.0004F, 2.0F}};
        const auto files = writeDepth(path("new/folder"), "a", toTensor(metres));
        QCOMPARE(files.size(), std::size_t{3});
        const cv::Mat codes = cv::imread(files[0].string(), cv::IMREAD_UNCHANGED);
        QCOMPARE(codes.type(), CV_16U);
        QCOMPARE(std::vector<std::uint16_t>(codes.begin<std::uint16_t>(), codes.end<std::uint16_t>()),
                 (std::vector<std::uint16_t>{1235, 0, 0, 65534, 0, 2000}));  // 65535 would mean no value
        const auto values = readNpy(files[1]);
        QCOMPARE(values.width, 3);
        for (std::size_t i = 0; i < metres.values.size(); ++i)
            QVERIFY(values.values[i] == metres.values[i] || std::isnan(metres.values[i]));
        QVERIFY(std::isnan(values.values[2]));
        const auto shown = readColor(files[2]);
        QCOMPARE(shown.sizes().vec(), (std::vector<std::int64_t>{3, 2, 3}));
    }

    // Colours span the depth that is there: nearest and farthest are the ends of the map, holes have none.
    void coloursSpanTheRangeOfItsOwn()
    {
        ImageF metres{64, 16, std::vector<float>(64 * 16, 2.0F)};
        for (std::size_t i = 0; i < metres.values.size(); ++i)
            metres.values[i] = i % 64 < 32 ? 2.0F : 4.0F;
        const auto files = writeDepth(path("spans"), "a", toTensor(metres));
        for (auto& value : metres.values)
            value *= 2;
        const auto others = writeDepth(path("spans"), "b", toTensor(metres));
        const auto bytes = [](const std::filesystem::path& file) {
            std::ifstream stream(file, std::ios::binary);
            return std::string(std::istreambuf_iterator<char>(stream), {});
        };
        QCOMPARE(bytes(files[2]), bytes(others[2]));
        QVERIFY(bytes(files[0]) != bytes(others[0]));
    }

    void nothingAtAllIsWrittenToo()
    {
        const auto files = writeDepth(path("empty"), "a", toTensor(ImageF{2, 2, {0, 0, 0, 0}}));
        QVERIFY_EXCEPTION_THROWN((void)readDepthFile(files[0], std::nullopt), Error);
        QCOMPARE(readPictureHeader(files[2]).width, 2);
    }

    void aFolderThatCannotBeIsOneSentence()
    {
        std::ofstream(path("file")) << "x";
        QVERIFY_EXCEPTION_THROWN((void)writeDepth(path("file"), "a", toTensor(ImageF{1, 1, {1}})), Error);
    }
};

QTEST_GUILESS_MAIN(DepthFilesTest)
#include "tst_depth_files.moc"
