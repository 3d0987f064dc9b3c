// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/io/exif.h"

#include <QtTest/QtTest>

#include <exiv2/exiv2.hpp>
#include <opencv2/imgcodecs.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>

using namespace elbo;

class ExifTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::filesystem::path picture(const char* name, std::uint16_t focal) const
    {
        const auto path = m_folder.filePath(QString::fromLatin1(name));
        if (!cv::imwrite(path.toStdString(), cv::Mat(24, 32, CV_8UC3, cv::Scalar(20, 90, 30))))
            qFatal("the picture cannot be written");
        if (focal > 0) {
            const auto file = Exiv2::ImageFactory::open(path.toStdString());
            Exiv2::ExifData exif;
            exif["Exif.Photo.FocalLengthIn35mmFilm"] = focal;
            file->setExifData(exif);
            file->writeMetadata();
        }
        return path.toStdString();
    }

private Q_SLOTS:
    void theFocalLengthIsRead()
    {
        const auto file = picture("phone.jpg", 26);
        QCOMPARE(focalLength35(file).value_or(0), 26.0);
        const auto camera = knownIntrinsics(file, 4032, 3024);
        QVERIFY(!camera.guessed);
        QCOMPARE(camera.source, std::string("EXIF focal length"));
        QVERIFY(std::abs(camera.fx - 26.0 / std::hypot(36, 24) * 5040) < 1e-6);
    }

    void withoutAnyItIsAGuess()
    {
        QVERIFY(!focalLength35(picture("plain.png", 0)));
        QVERIFY(knownIntrinsics(picture("plain.jpg", 0), 32, 24).guessed);
        QVERIFY(!focalLength35(m_folder.filePath(QStringLiteral("none.jpg")).toStdString()));
        QVERIFY(!focalLength35(m_folder.path().toStdString()));
        const auto damaged = m_folder.filePath(QStringLiteral("damaged.jpg")).toStdString();
        std::ofstream(damaged) << "\xff\xd8\xff\xe1\xff\xff" << "Exif";
        QVERIFY(!focalLength35(damaged));
    }

    void theFoldersIntrinsicsGoFirst()
    {
        const auto file = picture("with.jpg", 26);
        const auto told = std::filesystem::path(m_folder.path().toStdString()) / "camera-intrinsics.txt";
        std::ofstream(told) << "585 0 320\n0 586 240\n0 0 1\n";
        const auto camera = knownIntrinsics(file, 640, 480);
        QCOMPARE(camera.fy, 586.0);
        QCOMPARE(camera.cx, 320.0);
        QVERIFY(!camera.guessed);
        std::ofstream(told) << "585 zero";
        QVERIFY_EXCEPTION_THROWN((void)knownIntrinsics(file, 640, 480), Error);
        std::ofstream(told) << "0 0 0\n0 0 0\n0 0 1\n";
        QVERIFY_EXCEPTION_THROWN((void)knownIntrinsics(file, 640, 480), Error);
        std::filesystem::remove(told);
    }
};

QTEST_APPLESS_MAIN(ExifTest)
#include "tst_exif.moc"
