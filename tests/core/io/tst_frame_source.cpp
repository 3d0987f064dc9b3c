// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/io/frame_source.h"

#include <QtTest/QtTest>

#include <opencv2/core.hpp>
#include <opencv2/videoio.hpp>

#include <cstdlib>
#include <filesystem>

namespace {

constexpr int kFrames = 5;

/// Plain pictures, each greyer than the one before; red at the left half.
void writeVideo(const std::filesystem::path& file)
{
    cv::VideoWriter writer(file.string(), cv::VideoWriter::fourcc('M', 'J', 'P', 'G'), 10, cv::Size(64, 48));
    QVERIFY(writer.isOpened());
    for (int i = 0; i < kFrames; ++i) {
        cv::Mat picture(48, 64, CV_8UC3, cv::Scalar::all(40 * i));
        picture(cv::Rect(0, 0, 32, 48)).setTo(cv::Scalar(0, 0, 200));  // BGR
        writer.write(picture);
    }
}

}  // namespace

class FrameSourceTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    [[nodiscard]] std::filesystem::path path(const char* name) const
    {
        return m_folder.filePath(QString::fromLatin1(name)).toStdString();
    }

private Q_SLOTS:
    void everyPictureOfAVideoInOrder()
    {
        writeVideo(path("video.avi"));
        const auto video = elbo::openVideo(path("video.avi"));
        QVERIFY(!video->isLive());
        QCOMPARE(video->title(), std::string("video.avi"));
        QCOMPARE(video->frameCount(), kFrames);
        for (int i = 0; i < kFrames; ++i) {
            const auto frame = video->next();
            QVERIFY(frame);
            QCOMPARE(frame->index, i);
            QVERIFY(std::abs(frame->seconds - i / 10.0) < 1e-9);
            QCOMPARE(frame->color.width, 64);
            QCOMPARE(frame->color.height, 48);
            QCOMPARE(frame->color.pixels.size(), std::size_t{64 * 48 * 3});
            const auto* left = &frame->color.pixels[(24 * 64 + 8) * 3];
            QVERIFY(std::abs(left[0] - 200) < 12 && left[2] < 12);  // RGB
            const auto* right = &frame->color.pixels[(24 * 64 + 56) * 3];
            QVERIFY(std::abs(right[0] - 40 * i) < 12);
        }
        QVERIFY(!video->next());
        QVERIFY(!video->next());
    }

    void aVideoThatIsCutGivesWhatItHas()
    {
        writeVideo(path("cut.avi"));
        std::filesystem::resize_file(path("cut.avi"), std::filesystem::file_size(path("cut.avi")) / 2);
        int frames = 0;
        try {
            const auto video = elbo::openVideo(path("cut.avi"));
            while (video->next())
                ++frames;
        } catch (const elbo::Error& error) {
            QVERIFY(QString::fromUtf8(error.what()).contains(QStringLiteral("cut.avi")));
        }
        QVERIFY(frames < kFrames);
    }

    void whatIsNoVideoIsRefused()
    {
        QVERIFY_EXCEPTION_THROWN((void)elbo::openVideo(path("none.mp4")), elbo::Error);
        QVERIFY_EXCEPTION_THROWN((void)elbo::openVideo(m_folder.path().toStdString()), elbo::Error);
        QFile file(m_folder.filePath(QStringLiteral("text.mp4")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(5000, 'x'));
        file.close();
        QVERIFY_EXCEPTION_THROWN((void)elbo::openVideo(path("text.mp4")), elbo::Error);
    }

    void aCameraThatIsNotThereIsOneSentence()
    {
        try {
            (void)elbo::openCamera(97);
            QFAIL("no machine has that many cameras");
        } catch (const elbo::Error& error) {
            QVERIFY(error.code() == elbo::ErrorCode::NotFound);
            QVERIFY(QString::fromUtf8(error.what()).contains(QStringLiteral("camera 97")));
        }
        for (const auto& camera : elbo::listCameras())
            QVERIFY(camera.index >= 0 && !camera.name.empty());
    }
};

QTEST_APPLESS_MAIN(FrameSourceTest)
#include "tst_frame_source.moc"
