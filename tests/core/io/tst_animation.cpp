// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/io/animation.h"
#include "core/io/code_files.h"
#include "core/io/npy.h"
#include "core/nn/initialisation.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <ATen/ATen.h>

#include <gif_lib.h>
#include <opencv2/videoio.hpp>

#include <cmath>

using namespace elbo;

namespace {

std::vector<Image8> frames(int count, int width = 33, int height = 20)
{
    std::vector<Image8> made;
    for (int i = 0; i < count; ++i) {
        Image8 frame{.width = width, .height = height, .channels = 3, .pixels = {}};
        for (int pixel = 0; pixel < width * height; ++pixel)
            for (const int value : {60 * i, 255 - 40 * i, 100})
                frame.pixels.push_back(static_cast<std::uint8_t>(value));
        made.push_back(std::move(frame));
    }
    return made;
}

}  // namespace

/// Animations, and codes as files and text.
class AnimationTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] std::filesystem::path path(const char* name) const
    {
        return m_folder.filePath(QString::fromLatin1(name)).toStdString();
    }

private Q_SLOTS:
    void aGifHasItsFramesColoursAndPace()
    {
        const auto made = frames(4);
        writeGif(path("a.gif"), made, 8);
        int error = 0;
        auto* gif = DGifOpenFileName(path("a.gif").c_str(), &error);
        QVERIFY(gif != nullptr && DGifSlurp(gif) == GIF_OK);
        QCOMPARE(gif->ImageCount, 4);
        QCOMPARE(gif->SWidth, 33);
        QCOMPARE(gif->SHeight, 20);
        for (int i = 0; i < 4; ++i) {
            const auto& image = gif->SavedImages[i];
            GraphicsControlBlock control{};
            QVERIFY(DGifSavedExtensionToGCB(gif, i, &control) == GIF_OK);
            QCOMPARE(control.DelayTime, 13);  // an eighth of a second in hundredths
            const auto& color = image.ImageDesc.ColorMap->Colors[image.RasterBits[100]];
            QVERIFY(std::abs(int(color.Red) - 60 * i) <= 8 && std::abs(int(color.Blue) - 100) <= 8);
        }
        DGifCloseFile(gif, nullptr);
        QFile file(QString::fromStdString(path("a.gif").string()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().contains("NETSCAPE2.0"));  // it loops
    }

    void anMp4HasItsFrames()
    {
        writeMp4(path("a.mp4"), frames(5), 10);
        cv::VideoCapture video(path("a.mp4").string());
        QVERIFY(video.isOpened());
        QCOMPARE(static_cast<int>(video.get(cv::CAP_PROP_FRAME_WIDTH)), 34);
        QVERIFY(std::abs(video.get(cv::CAP_PROP_FPS) - 10) < 0.1);
        int count = 0;
        for (cv::Mat frame; video.read(frame); ++count)
            QVERIFY(std::abs(frame.at<cv::Vec3b>(10, 10)[2] - 60 * count) < 12);
        QCOMPARE(count, 5);
        QCOMPARE(QDir(m_folder.path()).entryList({QStringLiteral("*.part*")}).size(), 0);
    }

    void whatIsNoAnimationIsRefused()
    {
        auto mixed = frames(2);
        mixed[1] = frames(1, 10, 10).front();
        for (const auto& wrong : {std::vector<Image8>(), mixed}) {
            QVERIFY_EXCEPTION_THROWN(writeGif(path("b.gif"), wrong, 8), Error);
            QVERIFY_EXCEPTION_THROWN(writeMp4(path("b.mp4"), wrong, 8), Error);
        }
        QVERIFY_EXCEPTION_THROWN(writeGif(path("b.gif"), frames(2), 0), Error);
        QVERIFY_EXCEPTION_THROWN(writeGif(path("none/b.gif"), frames(2), 8), Error);
        QVERIFY_EXCEPTION_THROWN(writeMp4(path("none/b.mp4"), frames(2), 8), Error);
        QCOMPARE(QDir(m_folder.path()).entryList({QStringLiteral("b.*")}).size(), 0);
    }

    void codesReadBackToTheBit()
    {
        const auto z = goldenUniform("codes", 60).view({5, 12}) * 3.7;
        const auto files = writeCodes(m_folder.path().toStdString(), "z", z);
        QCOMPARE(files.size(), std::size_t{2});
        const auto array = readNpy(files[1]);
        QCOMPARE(array.width, 12);
        QCOMPARE(array.height, 5);
        for (std::int64_t i = 0; i < 60; ++i)
            QCOMPARE(array.values[static_cast<std::size_t>(i)], z.flatten()[i].item<float>());
        QFile table(QString::fromStdString(files[0].string()));
        QVERIFY(table.open(QIODevice::ReadOnly));
        const auto lines = table.readAll().trimmed().split('\n');
        QCOMPARE(lines.size(), 6);
        QVERIFY(lines[0].startsWith("z0,z1,") && lines[0].endsWith("z11"));
        for (int row = 0; row < 5; ++row)
            QVERIFY(codeFromText(lines[row + 1].toStdString(), 12).equal(z[row]));
    }

    void codesOfAnotherLengthAndWordsAreOneSentence()
    {
        QVERIFY(codeFromText("[1, -2.5e0;\t3\n]", 3).equal(at::tensor(std::vector<float>{1, -2.5F, 3})));
        for (const auto& [text, part] :
             std::vector<std::pair<const char*, const char*>>{{"1,2", "these are 2"},
                                                              {"", "these are 0"},
                                                              {"1,two,3", "\"two\""},
                                                              {"1,nan,3", "nan"},
                                                              {"1,1e99,3", "1e99"}}) {
            try {
                static_cast<void>(codeFromText(text, 3));
                QFAIL(text);
            } catch (const Error& error) {
                QVERIFY2(std::string(error.what()).find(part) != std::string::npos, error.what());
            }
        }
    }
};

QTEST_GUILESS_MAIN(AnimationTest)
#include "tst_animation.moc"
