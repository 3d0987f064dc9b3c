// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/data_config.h"
#include "core/io/pair_folder.h"
#include "core/io/rgbd_folder.h"

#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <cmath>
#include <filesystem>
#include <limits>

using namespace elbo;

namespace {

constexpr int kWidth = 8;
constexpr int kHeight = 6;

Image8 colorOf(int seed)
{
    Image8 image{kWidth, kHeight, 3, {}};
    for (int i = 0; i < kWidth * kHeight * 3; ++i)
        image.pixels.push_back(static_cast<std::uint8_t>((i * 7 + seed) % 256));
    return image;
}

ImageF depthOf(float first)
{
    ImageF image{kWidth, kHeight, {}};
    for (int i = 0; i < kWidth * kHeight; ++i)
        image.values.push_back(first + 0.125F * static_cast<float>(i));
    return image;
}

Intrinsics camera()
{
    return {9, 9.5, 3.25, 2.5, kWidth, kHeight, false, "test"};
}

}  // namespace

class PairFolderTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    [[nodiscard]] std::filesystem::path fresh(const char* name) const
    {
        return m_folder.filePath(QString::fromLatin1(name)).toStdString();
    }
    [[nodiscard]] static std::unique_ptr<ImageSource> open(const std::filesystem::path& folder)
    {
        return rgbdFolderReader().open(parseDataSpec("rgbd-folder:path=" + folder.string()), {});
    }

private Q_SLOTS:
    void whatIsWrittenIsReadAsAnRgbdFolder()
    {
        PairFolder pairs(fresh("pairs"));
        auto depth = depthOf(1);
        depth.values[3] = std::numeric_limits<float>::quiet_NaN();
        depth.values[4] = 70;  // more than 16 bits of millimetres can tell
        depth.values[5] = -1;
        pairs.add("scene/one", colorOf(1), depth, camera());
        pairs.add("scene/one", colorOf(2), depthOf(2), camera());
        QCOMPARE(pairs.size(), 2);
        const auto source = open(pairs.folder());
        QCOMPARE(source->items().size(), std::size_t{2});
        QVERIFY(source->metricDepth());
        QVERIFY(source->listingProblems().empty());
        for (const auto& item : source->items())
            QVERIFY2(item.name == "scene_one.color" || item.name == "scene_one-2.color", item.name.c_str());
        const bool firstIsOne = source->items()[0].name == "scene_one.color";
        const auto image = source->read(firstIsOne ? 0 : 1);
        const auto color = colorOf(1);
        const auto expected = at::tensor(at::ArrayRef<std::uint8_t>(color.pixels), at::kByte)
                                  .view({kHeight, kWidth, 3})
                                  .permute({2, 0, 1});
        QVERIFY(at::equal(image.color, expected));
        const auto read = image.depth.contiguous().flatten();
        for (int i = 0; i < kWidth * kHeight; ++i) {
            const bool hole = i >= 3 && i <= 5;
            QVERIFY(std::abs(read[i].item<float>() -
                             (hole ? 0.0F : depth.values[static_cast<std::size_t>(i)])) < 1e-6);
        }
        QVERIFY(image.intrinsics);
        QCOMPARE((*image.intrinsics)[1], 9.5);
        QCOMPARE((*image.intrinsics)[2], 3.25);
    }

    void intrinsicsAreToldOnlyWhenOneCameraTookAll()
    {
        PairFolder guessed(fresh("guessed"));
        auto guess = camera();
        guess.guessed = true;
        guessed.add("a", colorOf(1), depthOf(1), guess);
        guessed.add("b", colorOf(1), depthOf(1), camera());
        QVERIFY(!std::filesystem::exists(guessed.folder() / "camera-intrinsics.txt"));
        PairFolder two(fresh("two"));
        two.add("a", colorOf(1), depthOf(1), camera());
        QVERIFY(std::filesystem::exists(two.folder() / "camera-intrinsics.txt"));
        auto other = camera();
        other.fx = 10;
        two.add("b", colorOf(1), depthOf(1), other);
        QVERIFY(!std::filesystem::exists(two.folder() / "camera-intrinsics.txt"));
    }

    void whatMakesNoPairIsRefused()
    {
        PairFolder pairs(fresh("refused"));
        auto empty = depthOf(1);
        empty.values.assign(empty.values.size(), 0.0F);
        QVERIFY_EXCEPTION_THROWN(pairs.add("a", colorOf(1), empty, {}), Error);
        empty.width = 4;
        QVERIFY_EXCEPTION_THROWN(pairs.add("a", colorOf(1), empty, {}), Error);
        QVERIFY(std::filesystem::is_empty(pairs.folder()));
        QCOMPARE(pairs.size(), 0);
    }

    void aFolderThatHoldsSomethingIsRefused()
    {
        PairFolder pairs(fresh("full"));
        pairs.add("a", colorOf(1), depthOf(1), {});
        QVERIFY_EXCEPTION_THROWN(PairFolder(fresh("full")), Error);
    }

    void aFolderThatCannotBeMadeIsOneSentence()
    {
        QFile file(m_folder.filePath(QStringLiteral("file")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        QVERIFY_EXCEPTION_THROWN(PairFolder(fresh("file") / "below"), Error);
    }
};

QTEST_APPLESS_MAIN(PairFolderTest)
#include "tst_pair_folder.moc"
