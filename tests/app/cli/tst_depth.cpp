// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/depth/bts.h"
#include "core/geometry/ply.h"
#include "core/io/images.h"
#include "core/io/npy.h"
#include "core/nn/initialisation.h"
#include "core/store/state_dict.h"
#include "core/store/weights_file.h"
#include "tests/app/cli/cli_process.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <ATen/core/Tensor.h>

#include <cmath>
#include <limits>

using namespace elbo::tests;
using elbo::Image8;
using elbo::ImageF;

namespace {

constexpr int kWidth = 40;
constexpr int kHeight = 30;

Image8 picture(int width = kWidth, int height = kHeight, int channels = 3)
{
    Image8 image{width, height, channels, {}};
    for (int i = 0; i < width * height * channels; ++i)
        image.pixels.push_back(static_cast<std::uint8_t>(i * 7 % 256));
    return image;
}

ImageF plane(float metres, int width = kWidth, int height = kHeight)
{
    return {width, height, std::vector<float>(static_cast<std::size_t>(width * height), metres)};
}

}  // namespace

/// depth, evaluate-depth and cloud as scripts meet them.
class DepthTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] QString at(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)); }
    [[nodiscard]] std::filesystem::path path(const char* name) const { return at(name).toStdString(); }
    [[nodiscard]] CliResult depth(const QStringList& arguments, const QStringList& wrapper = {}) const
    {
        return runCli(words("--quiet depth") + arguments, wrapper);
    }
    [[nodiscard]] CliResult cloud(const QStringList& arguments, const QStringList& wrapper = {}) const
    {
        return runCli(words("--quiet cloud --color") + QStringList{at("one.png")} + arguments, wrapper);
    }
    static void verifySentence(const CliResult& result, const char* part, int status = 1)
    {
        QCOMPARE(result.status, status);
        QVERIFY2(result.sentence().contains(part), result.errors.constData());
    }

private Q_SLOTS:
    void initTestCase()
    {
        elbo::writePng(path("one.png"), picture());
        elbo::writePng(path("grey.png"), picture(kWidth, kHeight, 1));
        elbo::writePng(path("dot.png"), picture(1, 1));
        elbo::writePng16(path("sixteen.png"), plane(30000));
        elbo::writePng16(path("one.depth.png"), plane(2000));
        elbo::writeNpy(path("two-metres.npy"), plane(2));
        elbo::writeNpy(path("zeros.npy"), plane(0));
        elbo::writeNpy(path("nothing.npy"), plane(std::numeric_limits<float>::quiet_NaN()));
        elbo::writeNpy(path("square.npy"), plane(2, 30, 30));
        // The header of a PNG of 20,000 x 20,000 pixels.
        QFile huge(at("huge.png"));
        QVERIFY(huge.open(QIODevice::WriteOnly));
        huge.write(QByteArray::fromHex("89504e470d0a1a0a0000000d4948445200004e2000004e2008020000004d4f0b1e"));
        QFile text(at("text.png"));
        QVERIFY(text.open(QIODevice::WriteOnly));
        text.write("no picture");
        elbo::Bts network("mobilenetv2", 64);
        elbo::initialiseFromNames(network);
        auto tensors = elbo::stateDict(network);
        elbo::writeWeights(path("bts.safetensors"), tensors, {});
        std::erase_if(tensors, [](const auto& tensor) { return tensor.name.starts_with("decoder.conv2"); });
        elbo::writeWeights(path("lacking.pth"), tensors, {});
    }

    void depthWritesThreeFilesThatAgree()
    {
        const auto result = depth({at("one.png"), QStringLiteral("--out"), at("out")});
        QVERIFY2(result.status == 0, result.errors.constData());
        QCOMPARE(result.output.trimmed().split('\n').size(), 3);
        const auto metres = elbo::readNpy(path("out/one.depth.npy"));
        QCOMPARE(metres.width, kWidth);
        QCOMPARE(metres.height, kHeight);
        const auto millimetres = elbo::readDepth(path("out/one.depth.png"), std::nullopt);
        QVERIFY(millimetres.metric);
        const auto* read = millimetres.depth.const_data_ptr<float>();
        for (std::size_t i = 0; i < metres.values.size(); ++i)
            QVERIFY(std::abs(read[i] - metres.values[i]) < 0.00051F);
        QCOMPARE(elbo::readPictureHeader(path("out/one.depth.jpg")).width, kWidth);
    }

    void everyKindOfPictureIsRead_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("grey") << QStringLiteral("grey.png");
        QTest::newRow("one pixel") << QStringLiteral("dot.png");
        QTest::newRow("16 bits") << QStringLiteral("sixteen.png");
    }
    void everyKindOfPictureIsRead()
    {
        QFETCH(QString, name);
        const auto result = depth({m_folder.filePath(name), QStringLiteral("--out"), at("kinds")});
        QVERIFY2(result.status == 0, result.errors.constData());
    }

    void onePictureThatFailsKeepsNoOther()
    {
        const auto result =
            depth({at("text.png"), at("one.png"), at("huge.png"), QStringLiteral("--out"), at("some")});
        verifySentence(result, "2 of 3 pictures");
        QVERIFY(QFile::exists(at("some/one.depth.npy")));
        verifySentence(depth({at("huge.png"), QStringLiteral("--out"), at("none")}), "huge.png");
        verifySentence(depth({at("absent.png"), QStringLiteral("--out"), at("none")}), "absent.png");
    }

    void estimatorsAndWeightsAreChecked()
    {
        const QStringList rest{at("one.png"), QStringLiteral("--out"), at("bts")};
        const auto with = [&](const char* options, const char* weights = nullptr) {
            auto arguments = words(options);
            if (weights != nullptr)
                arguments << QStringLiteral("--weights") << at(weights);
            return depth(arguments + rest);
        };
        QVERIFY(with("--estimator bts-mobilenetv2 --flip", "bts.safetensors").status == 0);
        verifySentence(with("--estimator meter-xs"), "nearest: meter-xxs");
        verifySentence(with("--estimator bts-resnet50"), "comes without weights");
        verifySentence(with("--estimator bts-resnet50", "bts.safetensors"), "weights of BTS, MobileNetV2");
        verifySentence(with("--estimator bts-mobilenetv2", "lacking.pth"), "lacks 1 of");
        verifySentence(with("--estimator bts-mobilenetv2", "one.png"), "one.png");
        verifySentence(with("--estimator bts-mobilenetv2 --max-depth 0", "bts.safetensors"), "largest depth");
        verifySentence(with("--estimator bts-mobilenetv2 --focal -1", "bts.safetensors"), "focal length");
    }

    // Trained here, by the same command as a VAE; its run is a file of weights to the others.
    void aTrainedRunEstimatesDepth()
    {
        const auto run = at("run");
        const auto data = words("--data rooms:count=12,size=64");
        const auto trained =
            runCli(words("--quiet train --model bts-mobilenetv2 --set decoder_width=64 --set max_depth=8 "
                         "--set batch_size=4 --epochs 1") +
                   data + QStringList{QStringLiteral("--out"), run});
        QVERIFY2(trained.status == 0, trained.errors.constData());
        const auto weights = QStringList{QStringLiteral("--weights"), run};
        const auto result =
            depth(weights + QStringList{at("one.png"), QStringLiteral("--out"), at("by-run")});
        QVERIFY2(result.status == 0, result.errors.constData());
        for (const auto value : elbo::readNpy(path("by-run/one.depth.npy")).values)
            QVERIFY(value > 0 && value < 8);
        const auto evaluated = runCli(words("--quiet evaluate-depth --json") + data + weights);
        QVERIFY2(evaluated.status == 0, evaluated.errors.constData());
        QCOMPARE(evaluated.json()[QStringLiteral("estimator")].toString(), QStringLiteral("bts-mobilenetv2"));
        verifySentence(depth(weights + words("--estimator bts-resnet50") +
                             QStringList{at("one.png"), QStringLiteral("--out"), at("by-run")}),
                       "weights of BTS, MobileNetV2");
        verifySentence(runCli(words("--quiet evaluate") + QStringList{run}), "no latent code");
        const auto info = runCli(words("info --json") + QStringList{run});
        QVERIFY2(info.status == 0, info.errors.constData());
        const auto more = runCli(words("--quiet train --epochs 2 --resume") + QStringList{run});
        QVERIFY2(more.status == 0, more.errors.constData());
    }

    void aCloudOfAPlane()
    {
        for (const char* file : {"one.depth.png", "two-metres.npy"}) {
            const auto result = cloud(words("--intrinsics 20,20,19.5,14.5 --normals --ascii --depth") +
                                      QStringList{at(file), QStringLiteral("--out"), at("plane.ply")});
            QVERIFY2(result.status == 0, result.errors.constData());
            const auto points = elbo::readPly(path("plane.ply"));
            QCOMPARE(points.size(), std::size_t{kWidth * kHeight});
            QVERIFY(points.metric);
            QVERIFY(std::abs(points.positions[0] + 1.95F) < 1e-5F);  // -19.5 / 20 * 2
            QVERIFY(std::abs(points.positions[1] + 1.45F) < 1e-5F);
            QVERIFY(std::abs(points.positions[2] - 2) < 1e-5F);
            QVERIFY(std::abs(points.normals[2] + 1) < 1e-5F);
            QCOMPARE(points.colors[1], std::uint8_t{7});
        }
        const auto estimated =
            cloud({QStringLiteral("--estimator"), QStringLiteral("meter-xxs"), QStringLiteral("--intrinsics"),
                   QStringLiteral("NYU Depth V2"), QStringLiteral("--out"), at("estimated.ply")});
        QVERIFY2(estimated.status == 0, estimated.errors.constData());
        QVERIFY(elbo::readPly(path("estimated.ply")).size() > 100);
    }

    void clipsAndGuessesOfACloud()
    {
        const auto result = runCli(words("cloud --color") +
                                   QStringList{at("one.png"), QStringLiteral("--depth"), at("two-metres.npy"),
                                               QStringLiteral("--out"), at("guess.ply")});
        QVERIFY2(result.status == 0 && result.errors.contains("guessed"), result.errors.constData());
        verifySentence(cloud(words("--far 1 --depth") +
                             QStringList{at("two-metres.npy"), QStringLiteral("--out"), at("far.ply")}),
                       "no points");
        QVERIFY(!QFile::exists(at("far.ply")));
    }

    void whatMakesNoCloudIsOneSentence()
    {
        const auto out = QStringList{QStringLiteral("--out"), at("bad.ply")};
        const auto from = [&](const char* file, const char* options = "--intrinsics 20,20,19.5,14.5") {
            return cloud(words(options) + QStringList{QStringLiteral("--depth"), at(file)} + out);
        };
        verifySentence(from("zeros.npy"), "holds no depth");
        verifySentence(from("nothing.npy"), "holds no depth");
        verifySentence(from("square.npy"), "proportions");
        verifySentence(from("absent.npy"), "absent.npy");
        verifySentence(from("two-metres.npy", "--intrinsics 0,0,0,0"), "focal lengths");
        verifySentence(from("two-metres.npy", "--intrinsics 20,20"), "four numbers");
        verifySentence(from("two-metres.npy", "--intrinsics NYU"), "No camera is known");
        verifySentence(from("two-metres.npy", "--fov 200"), "angle of view");
        verifySentence(from("two-metres.npy", "--near 3 --far 2"), "below the far");
        verifySentence(cloud(out), "needs depth");
        verifySentence(
            cloud(words("--estimator meter-xxs --depth") + QStringList{at("two-metres.npy")} + out),
            "not both");
        QVERIFY(!QFile::exists(at("bad.ply")));
    }

    void aFullDiskLeavesWhatWasThere()
    {
        QFile old(at("full.ply"));
        QVERIFY(old.open(QIODevice::WriteOnly));
        old.write("old");
        old.close();
        // A file may grow to 4 KB only; the cloud is larger.
        const auto result =
            cloud(words("--intrinsics 20,20,19.5,14.5 --depth") +
                      QStringList{at("two-metres.npy"), QStringLiteral("--out"), at("full.ply")},
                  limited(QStringLiteral("trap '' XFSZ; ulimit -f 8")));
        QCOMPARE(result.status, 1);
        QVERIFY2(result.sentence().contains("full.ply"), result.errors.constData());
        QVERIFY(old.open(QIODevice::ReadOnly));
        QCOMPARE(old.readAll(), QByteArray("old"));
        QCOMPARE(QDir(m_folder.path()).entryList({QStringLiteral("full.ply*")}).size(), 1);
        verifySentence(cloud(words("--intrinsics 20,20,19.5,14.5 --depth") +
                             QStringList{at("two-metres.npy"), QStringLiteral("--out"), at("none/x.ply")}),
                       "none");
    }

    void depthIsEvaluated()
    {
        const auto result =
            runCli(words("--quiet evaluate-depth --data rooms:count=4,size=64 --estimator meter-xxs --json"));
        QVERIFY2(result.status == 0, result.errors.constData());
        const auto json = result.json();
        const auto number = [&](const char* key) { return json[QString::fromLatin1(key)].toDouble(-1); };
        QCOMPARE(number("images"), 4.0);
        for (const char* key : {"silog", "abs_rel", "log10", "rmse", "sq_rel", "rmse_log", "ms_per_image"})
            QVERIFY2(number(key) > 0, key);
        QVERIFY(number("d1") <= number("d2") && number("d2") <= number("d3") && number("d3") <= 1);
        const auto scaled =
            runCli(words("--quiet evaluate-depth --data rooms:count=4,size=64 --median-scaling --crop eigen "
                         "--cap 5 --json"));
        QVERIFY(scaled.json()[QStringLiteral("scale")].toDouble() > 0);
        QVERIFY(scaled.json()[QStringLiteral("pixels")].toInt() < json[QStringLiteral("pixels")].toInt());
    }

    void setsThatCannotBeEvaluatedAreOneSentence()
    {
        const auto folder = at("relative");
        QVERIFY(QDir().mkpath(folder));
        for (int i = 0; i < 3; ++i) {
            const auto name = (folder + QStringLiteral("/%1").arg(i)).toStdString();
            elbo::writePng(name + ".color.png", picture());
            elbo::writePng(name + ".depth.png", picture(kWidth, kHeight, 1));
        }
        const auto data = QStringList{QStringLiteral("--data"), QStringLiteral("rgbd-folder:path=") + folder};
        verifySentence(runCli(words("--quiet evaluate-depth") + data), "median scaling");
        const auto scaled = runCli(words("--quiet evaluate-depth --median-scaling --json") + data);
        QVERIFY2(scaled.status == 0, scaled.errors.constData());
        QCOMPARE(scaled.json()[QStringLiteral("metric_truth")].toBool(true), false);
        verifySentence(runCli(words("--quiet evaluate-depth --data rooms:count=4,size=64 --cap 0.001")),
                       "bounds");
        verifySentence(
            runCli(words("--quiet evaluate-depth --data rooms:count=4,size=64 --min-depth 9 --cap 9.5")),
            "between the bounds");
    }
};

QTEST_GUILESS_MAIN(DepthTest)
#include "tst_depth.moc"
