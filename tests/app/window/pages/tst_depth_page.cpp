// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/depth_page.h"
#include "app/window/session/depth_session.h"
#include "app/window/session/text.h"
#include "core/base/error.h"
#include "core/geometry/ply.h"
#include "core/io/frame_source.h"
#include "core/io/images.h"
#include "core/io/npy.h"
#include "tests/app/window/window_fixture.h"
#include "widgets/picture_view.h"
#include "widgets/point_cloud_view.h"
#include "widgets/read_outs.h"

#include <QtGui/QAction>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDoubleSpinBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

#include <atomic>
#include <fstream>

using elbo::tests::WindowFixture;

namespace {

constexpr int kWidth = 40;
constexpr int kHeight = 30;

elbo::Image8 colorPicture(int seed = 0)
{
    elbo::Image8 color{kWidth, kHeight, 3, {}};
    for (int i = 0; i < kWidth * kHeight; ++i) {
        for (const int part : {251, 83, 41}) {
            color.pixels.push_back(static_cast<std::uint8_t>((i + seed) % part));
        }
    }
    return color;
}

/// A colour picture and, when asked, its depth in millimetres and its pose beside it.
std::filesystem::path writeFrame(const std::filesystem::path& folder, const std::string& name, bool depth,
                                 bool pose = false)
{
    std::filesystem::create_directories(folder);
    elbo::writePng(folder / (name + ".color.png"), colorPicture());
    if (depth) {
        elbo::ImageF values{kWidth, kHeight, {}};
        for (int i = 0; i < kWidth * kHeight; ++i) {
            values.values.push_back(i == 0 ? 0.0F : 1500.0F + static_cast<float>(i) / 4);
        }
        elbo::writePng16(folder / (name + ".depth.png"), values);
    }
    if (pose) {
        std::ofstream(folder / (name + ".pose.txt")) << "1 0 0 0\n0 1 0 0\n0 0 1 0\n0 0 0 1\n";
    }
    return folder / (name + ".color.png");
}

/// A camera of a test: gives pictures until it is told to end.
class TestCamera : public elbo::FrameSource {
public:
    enum class End { None, OfVideo, Unplugged };
    explicit TestCamera(std::shared_ptr<std::atomic<End>> end) : m_end(std::move(end)) {}
    std::optional<elbo::VideoFrame> next() override
    {
        if (m_end->load() == End::OfVideo) {
            return std::nullopt;
        }
        if (m_end->load() == End::Unplugged) {
            throw elbo::Error(elbo::ErrorCode::NotFound,
                              "The camera gives no more pictures: connect it again.");
        }
        const auto index = m_index++;
        return elbo::VideoFrame{colorPicture(static_cast<int>(index)), index, 0};
    }
    [[nodiscard]] bool isLive() const override { return true; }
    [[nodiscard]] std::int64_t frameCount() const override { return 0; }
    [[nodiscard]] std::string title() const override { return "test camera"; }

private:
    std::shared_ptr<std::atomic<End>> m_end;
    std::int64_t m_index = 0;
};

elbo::DepthPage& page(WindowFixture& fixture)
{
    fixture.window().showPage(QStringLiteral("depth"));
    return *fixture.find<elbo::DepthPage>(QStringLiteral("depthPage"));
}

QString number(const WindowFixture& fixture, const char* key)
{
    return fixture.find<elbo::ReadOuts>(QStringLiteral("depthNumbers"))->valueText(QString::fromLatin1(key));
}

bool isShown(const WindowFixture& fixture, const char* picture)
{
    return fixture.find<QWidget>(QString::fromLatin1(picture))->isVisible();
}

}  // namespace

class DepthPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aPictureBecomesDepthAndACloud()
    {
        WindowFixture fixture;
        auto& depth = page(fixture);
        depth.openFiles({writeFrame(fixture.path(QStringLiteral("in")), "one", false)});
        ELBO_TRY_VERIFY(depth.session().scene());
        const auto& scene = *depth.session().scene();
        QCOMPARE(scene.estimated.width, kWidth);
        QVERIFY(scene.intrinsics.guessed);
        QVERIFY(!scene.metrics && !scene.reconstruction);
        const auto cloud = fixture.find<elbo::PointCloudView>(QStringLiteral("clouds"))->cloud(0);
        QVERIFY(cloud && cloud->size() > 100);
        QVERIFY(cloud->metric);
        QVERIFY(isShown(fixture, "colorPicture") && isShown(fixture, "estimatedPicture"));
        QVERIFY(!isShown(fixture, "truthPicture") && !isShown(fixture, "rebuiltDepthPicture"));
        QCOMPARE(number(fixture, "size"), QStringLiteral("40 x 30"));
        auto* times = fixture.find<elbo::ReadOuts>(QStringLiteral("depthTimes"));
        QVERIFY(times->valueText(QStringLiteral("estimate")).toDouble() > 0);
    }

    void cloudsAreClipped()
    {
        WindowFixture fixture;
        auto& depth = page(fixture);
        depth.openFiles({writeFrame(fixture.path(QStringLiteral("in")), "one", true)});
        ELBO_TRY_VERIFY(depth.session().scene());
        const auto* clouds = fixture.find<elbo::PointCloudView>(QStringLiteral("clouds"));
        QCOMPARE(clouds->clip(), elbo::CloudClip{});
        fixture.find<QDoubleSpinBox>(QStringLiteral("clipFar"))->setValue(2);
        QCOMPARE(clouds->clip().farthest.value_or(0), 2.0F);
        QVERIFY(!clouds->clip().nearest && !clouds->clip().box);
        fixture.find<QDoubleSpinBox>(QStringLiteral("clipBox-1"))->setValue(0.25);
        QVERIFY(clouds->clip().box);
        QCOMPARE(clouds->clip().box->high[0], 0.25F);
        QCOMPARE(clouds->clip().box->low[1], -1000.0F);
    }

    void trueDepthIsComparedAndShown()
    {
        WindowFixture fixture;
        auto& depth = page(fixture);
        const auto file = writeFrame(fixture.path(QStringLiteral("in")), "one", true);
        depth.openFiles({file, fixture.path(QStringLiteral("in")) / "one.depth.png"});
        ELBO_TRY_VERIFY(depth.session().scene());
        QCOMPARE(depth.session().inputs().size(), std::size_t{1});  // the depth picture joined its colour
        const auto& scene = *depth.session().scene();
        QVERIFY(scene.metrics);
        QCOMPARE(scene.metrics->pixels, kWidth * kHeight - 1);  // one hole
        QVERIFY(std::isnan(scene.truth.values[0]) && std::isnan(scene.difference.values[0]));
        QCOMPARE(scene.difference.values[5], scene.estimated.values[5] - scene.truth.values[5]);
        QVERIFY(isShown(fixture, "truthPicture") && isShown(fixture, "differencePicture"));
        QVERIFY(number(fixture, "rmse").toDouble() > 0);
        // The cloud of the true depth, then with its hole filled.
        fixture.find<QDoubleSpinBox>(QStringLiteral("edge"))->setValue(0);
        fixture.find<QCheckBox>(QStringLiteral("cloudOfTruth"))->setChecked(true);
        ELBO_TRY_VERIFY(depth.session().scene()->cloud->size() == kWidth * kHeight - 1);
        auto* filling = fixture.find<QComboBox>(QStringLiteral("holeFilling"));
        filling->setCurrentIndex(1);
        Q_EMIT filling->activated(1);
        ELBO_TRY_VERIFY(depth.session().scene()->cloud->size() == kWidth * kHeight);
    }

    void aRelativeTruthHasAScaleThatCanBeSet()
    {
        WindowFixture fixture;
        auto& depth = page(fixture);
        const auto file = writeFrame(fixture.path(QStringLiteral("in")), "one", false);
        elbo::Image8 grey{kWidth, kHeight, 1, {}};
        for (int i = 0; i < kWidth * kHeight; ++i) {
            grey.pixels.push_back(static_cast<std::uint8_t>(51 + i % 100));
        }
        elbo::writePng(fixture.path(QStringLiteral("in")) / "one.depth.png", grey);
        depth.openFiles({file, fixture.path(QStringLiteral("in")) / "one.depth.png"});
        ELBO_TRY_VERIFY(depth.session().scene());
        QVERIFY(!depth.session().scene()->truthMetric);
        auto* scale = fixture.find<QDoubleSpinBox>(QStringLiteral("truthScale"));
        QVERIFY(scale->isVisible());
        QCOMPARE(scale->text(), QStringLiteral("as the estimate"));
        scale->setValue(5);
        ELBO_TRY_VERIFY(std::abs(depth.session().scene()->truth.values[0] - 1) < 1e-5F);  // 51 of 255 of 5 m
        QCOMPARE(depth.session().scene()->metrics->scale, 1.0);
    }

    // The run in view is of a depth network: it estimates, until the person chooses another estimator.
    void aTrainedDepthNetworkEstimates()
    {
        WindowFixture fixture;
        auto config = WindowFixture::smallRun(1);
        config.model = {"bts-mobilenetv2", {}};
        config.model.fields.set("decoder_width", std::string("64"));
        fixture.workspace().startTraining(config);
        ELBO_TRY_VERIFY(fixture.workspace().run() &&
                        fixture.workspace().run()->state == elbo::RunState::Completed);
        const auto run = fixture.workspace().runFolder();
        auto& depth = page(fixture);
        depth.openFiles({writeFrame(fixture.path(QStringLiteral("in")), "one", false)});
        ELBO_TRY_VERIFY(depth.session().scene());
        auto* estimator = fixture.find<QComboBox>(QStringLiteral("estimator"));
        QCOMPARE(estimator->currentData().toString(), QStringLiteral("bts-mobilenetv2"));
        QVERIFY(depth.session().estimator().weights == run);
        QVERIFY(!depth.session().scene()->reconstruction);
        QVERIFY2(fixture.error().isEmpty(), qPrintable(fixture.error()));
        // It is no VAE: Reconstruct waits for another run, without a complaint.
        fixture.window().showPage(QStringLiteral("reconstruct"));
        fixture.window().showPage(QStringLiteral("depth"));
        QVERIFY2(fixture.error().isEmpty(), qPrintable(fixture.error()));
        estimator->setCurrentIndex(0);
        Q_EMIT estimator->activated(0);
        ELBO_TRY_VERIFY(depth.session().estimator().weights.empty());
        fixture.window().showPage(QStringLiteral("train"));
        fixture.window().showPage(QStringLiteral("depth"));
        QCOMPARE(estimator->currentIndex(), 0);
        fixture.answers().folder = elbo::toQt(run);
        fixture.click(QStringLiteral("openEstimatorRun"));
        QCOMPARE(estimator->currentData().toString(), QStringLiteral("bts-mobilenetv2"));
    }

    void theVaeOfTheRunInViewRebuilds()
    {
        WindowFixture fixture;
        fixture.workspace().startTraining(WindowFixture::smallRun(1));
        ELBO_TRY_VERIFY(fixture.workspace().run() &&
                        fixture.workspace().run()->state == elbo::RunState::Completed);
        auto& depth = page(fixture);
        ELBO_TRY_VERIFY(depth.hasModel());
        depth.openFiles({writeFrame(fixture.path(QStringLiteral("in")), "one", false)});
        ELBO_TRY_VERIFY(depth.session().scene() && depth.session().scene()->reconstruction);
        const auto& scene = *depth.session().scene();
        QVERIFY(scene.reconstruction->metric);
        QVERIFY(scene.rebuilt && scene.rebuilt->size() > 0);
        QVERIFY(isShown(fixture, "rebuiltColorPicture") && isShown(fixture, "rebuiltDepthPicture"));
        QVERIFY(scene.reconstruction->mse > 0);
        QVERIFY2(
            !number(fixture, "vae_mse").isEmpty() && number(fixture, "vae_mse") != number(fixture, "rmse"),
            qPrintable(number(fixture, "vae_mse")));
        // A point of both clouds lies on the same ray.
        const auto& given = scene.intrinsics;
        const double sides = static_cast<double>(scene.reconstruction->depth.width) / scene.color.width;
        const auto pixel = scene.rebuilt->pixels.front();
        const double column = pixel % static_cast<unsigned>(scene.rebuilt->width);
        const double ray = ((column + 0.5) / sides - 0.5 - given.cx) / given.fx;
        QVERIFY(std::abs(static_cast<double>(scene.rebuilt->positions[0]) /
                             static_cast<double>(scene.rebuilt->positions[2]) -
                         ray) < 1e-4);
    }

    void intrinsicsAreChosenAndChecked()
    {
        WindowFixture fixture;
        auto& depth = page(fixture);
        depth.openFiles({writeFrame(fixture.path(QStringLiteral("in")), "one", false)});
        ELBO_TRY_VERIFY(depth.session().scene());
        auto* kind = fixture.find<QComboBox>(QStringLiteral("cameraKind"));
        const auto choose = [kind](int index) {
            kind->setCurrentIndex(index);
            Q_EMIT kind->activated(index);
        };
        choose(1);
        ELBO_TRY_VERIFY(depth.session().scene()->intrinsics.source == "NYU Depth V2");
        QVERIFY(std::abs(depth.session().scene()->intrinsics.fx - 518.8579 * kWidth / 640) < 1e-6);
        choose(kind->count() - 2);
        auto* degrees = fixture.find<QDoubleSpinBox>(QStringLiteral("angleOfView"));
        QVERIFY(degrees->isVisible());
        degrees->setValue(90);
        ELBO_TRY_VERIFY(std::abs(depth.session().scene()->intrinsics.fx - kWidth / 2.0) < 1e-6);
        choose(kind->count() - 1);
        auto* fx = fixture.find<QDoubleSpinBox>(QStringLiteral("typed-fx"));
        QVERIFY(fx->isVisible());
        QCOMPARE(fx->value(), 20.0);  // what was in use
        fx->setValue(0);
        ELBO_TRY_VERIFY(fixture.error().contains(QStringLiteral("focal lengths")));
        QVERIFY(depth.session().scene());  // what was there stays
    }

    void wrongWeightsAreOneSentence()
    {
        WindowFixture fixture;
        auto& depth = page(fixture);
        depth.openFiles({writeFrame(fixture.path(QStringLiteral("in")), "one", false)});
        ELBO_TRY_VERIFY(depth.session().scene());
        auto* estimator = fixture.find<QComboBox>(QStringLiteral("estimator"));
        estimator->setCurrentIndex(2);
        Q_EMIT estimator->activated(2);
        QVERIFY(fixture.find<QLabel>(QStringLiteral("weightsNote"))
                    ->text()
                    .contains(QStringLiteral("no weights")));
        const auto file = fixture.path(QStringLiteral("wrong.pth"));
        std::ofstream(file) << "no weights at all";
        fixture.answers().files = {elbo::toQt(file)};
        fixture.click(QStringLiteral("openEstimatorWeights"));
        ELBO_TRY_VERIFY(fixture.error().contains(QStringLiteral("wrong.pth")));
        estimator->setCurrentIndex(0);
        Q_EMIT estimator->activated(0);
        QSignalSpy scenes(&depth.session(), &elbo::DepthSession::sceneChanged);
        fixture.find<QCheckBox>(QStringLiteral("flip"))->setChecked(true);
        ELBO_TRY_VERIFY(scenes.count() > 0);
    }

    void unusablePicturesAreOneSentence_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no picture") << QByteArray("hello");
        // The header of a PNG of 20,000 x 20,000 pixels.
        QTest::newRow("huge") << QByteArray::fromHex(
            "89504e470d0a1a0a0000000d4948445200004e2000004e2008020000004d4f"
            "0b1e");
    }
    void unusablePicturesAreOneSentence()
    {
        QFETCH(QByteArray, bytes);
        WindowFixture fixture;
        auto& depth = page(fixture);
        const auto file = fixture.path(QStringLiteral("bad.png"));
        std::ofstream(file, std::ios::binary) << bytes.toStdString();
        depth.openFiles({file});
        ELBO_TRY_VERIFY(fixture.error().contains(QStringLiteral("bad.png")));
        // The page goes on with the next one.
        elbo::writePng(fixture.path(QStringLiteral("dot.png")), {1, 1, 3, {1, 2, 3}});
        depth.openFiles({fixture.path(QStringLiteral("dot.png"))});
        ELBO_TRY_VERIFY(depth.session().scene());
        QCOMPARE(depth.session().scene()->estimated.values.size(), std::size_t{1});
    }

    void aDepthOfZerosIsOneSentence()
    {
        WindowFixture fixture;
        auto& depth = page(fixture);
        const auto file = writeFrame(fixture.path(QStringLiteral("in")), "one", false);
        elbo::writePng16(fixture.path(QStringLiteral("in")) / "one.depth.png",
                         {kWidth, kHeight, std::vector<float>(kWidth * kHeight, 0.0F)});
        depth.openFiles({file});
        ELBO_TRY_VERIFY(fixture.error().contains(QStringLiteral("holds no depth")));
    }

    void liveKeepsUpPausesAndRecords()
    {
        WindowFixture fixture;
        auto& depth = page(fixture);
        auto& session = depth.session();
        const auto end = std::make_shared<std::atomic<TestCamera::End>>(TestCamera::End::None);
        session.startLive(std::make_shared<TestCamera>(end));
        QVERIFY(session.isLive());
        QSignalSpy scenes(&session, &elbo::DepthSession::sceneChanged);
        ELBO_TRY_VERIFY(scenes.count() >= 2);
        QVERIFY(fixture.find<QWidget>(QStringLiteral("pauseLive"))->isVisible());
        // Recording.
        const auto folder = fixture.path(QStringLiteral("recording"));
        fixture.answers().folder = elbo::toQt(folder);
        QSignalSpy written(&session, &elbo::DepthSession::pairsWritten);
        fixture.click(QStringLiteral("recordLive"));
        QVERIFY(session.isRecording());
        const auto before = scenes.count();
        ELBO_TRY_VERIFY(scenes.count() >= before + 3);
        fixture.click(QStringLiteral("recordLive"));
        QVERIFY(!session.isRecording());
        QCOMPARE(written.count(), 1);
        QVERIFY(written.front()[1].toLongLong() >= 2);
        // Pause: the picture stays, and what is changed applies to it.
        fixture.click(QStringLiteral("pauseLive"));
        QVERIFY(session.isPaused());
        const auto name = session.scene()->input.name;
        fixture.find<QDoubleSpinBox>(QStringLiteral("edge"))->setValue(0);
        ELBO_TRY_VERIFY(session.scene()->cloud->size() == kWidth * kHeight);
        QCOMPARE(session.scene()->input.name, name);
        fixture.click(QStringLiteral("pauseLive"));
        const auto paused = scenes.count();
        ELBO_TRY_VERIFY(scenes.count() > paused);
        end->store(TestCamera::End::OfVideo);
        ELBO_TRY_VERIFY(!session.isLive());
        QVERIFY(session.scene());
        QVERIFY(fixture.error().isEmpty());
    }

    void anUnpluggedCameraIsOneSentence()
    {
        WindowFixture fixture;
        auto& depth = page(fixture);
        const auto end = std::make_shared<std::atomic<TestCamera::End>>(TestCamera::End::None);
        depth.session().startLive(std::make_shared<TestCamera>(end));
        ELBO_TRY_VERIFY(depth.session().scene());
        end->store(TestCamera::End::Unplugged);
        ELBO_TRY_VERIFY(fixture.error().contains(QStringLiteral("connect it again")));
        QVERIFY(!depth.session().isLive());
        QVERIFY(depth.session().scene());  // the last picture stays
        fixture.answers().files = {elbo::toQt(fixture.path(QStringLiteral("none.mp4")))};
        fixture.click(QStringLiteral("openVideo"));
        ELBO_TRY_VERIFY(fixture.error().contains(QStringLiteral("none.mp4")));
    }

    void everythingIsSaved()
    {
        WindowFixture fixture;
        auto& depth = page(fixture);
        const auto folder = fixture.path(QStringLiteral("in"));
        writeFrame(folder, "one", true);
        writeFrame(folder, "two", false);
        std::ofstream(folder / "bad.png") << "no picture";
        depth.openFiles({folder});
        ELBO_TRY_VERIFY(depth.session().inputs().size() == 3);
        const auto out = fixture.path(QStringLiteral("out"));
        fixture.answers().folder = elbo::toQt(out);
        QSignalSpy saved(&depth.session(), &elbo::DepthSession::saved);
        fixture.click(QStringLiteral("saveDepth"));
        ELBO_TRY_VERIFY(saved.count() == 1);
        QCOMPARE(saved.front()[1].toInt(), 2);
        QCOMPARE(saved.front()[2].toStringList().size(), 1);
        for (const char* file :
             {"one.color.color.png", "one.color.depth.png", "one.color.depth.npy", "one.color.depth.jpg",
              "one.color.ply", "one.color.true-depth.png", "two.color.ply", "table.csv"}) {
            QVERIFY2(std::filesystem::exists(out / file), file);
        }
        const auto metres = elbo::readNpy(out / "two.color.depth.npy");
        const auto millimetres = elbo::readDepth(out / "two.color.depth.png", std::nullopt);
        QVERIFY(millimetres.metric);
        QCOMPARE(metres.width, kWidth);
        QVERIFY(elbo::readPly(out / "two.color.ply").size() > 100);
        std::ifstream table(out / "table.csv");
        const std::string text((std::istreambuf_iterator<char>(table)), {});
        QCOMPARE(std::count(text.begin(), text.end(), '\n'), 3);
    }

    void cloudsAndViewsAreSaved()
    {
        WindowFixture fixture;
        auto& depth = page(fixture);
        depth.openFiles({writeFrame(fixture.path(QStringLiteral("in")), "one", false)});
        ELBO_TRY_VERIFY(depth.session().scene());
        const auto trigger = [&](const char* action, const char* file) {
            fixture.answers().saveFile = elbo::toQt(fixture.path(QString::fromLatin1(file)));
            fixture.find<QAction>(QString::fromLatin1(action))->trigger();
        };
        trigger("plyTextNormals", "cloud");  // the ending is added
        ELBO_TRY_VERIFY(std::filesystem::exists(fixture.path(QStringLiteral("cloud.ply"))));
        const auto cloud = elbo::readPly(fixture.path(QStringLiteral("cloud.ply")));
        QCOMPARE(cloud.size(), depth.session().scene()->cloud->size());
        QCOMPARE(cloud.normals.size(), cloud.positions.size());
        trigger("plyBinary", "none/cloud.ply");
        ELBO_TRY_VERIFY(fixture.error().contains(QStringLiteral("none")));
        trigger("viewTwice", "view.png");
        ELBO_TRY_VERIFY(std::filesystem::exists(fixture.path(QStringLiteral("view.png"))));
        const auto header = elbo::readPictureHeader(fixture.path(QStringLiteral("view.png")));
        QCOMPARE(header.width, 2 * fixture.find<QWidget>(QStringLiteral("clouds"))->width());
    }

    void picturesBecomeTrainingData()
    {
        WindowFixture fixture;
        auto& depth = page(fixture);
        const auto folder = fixture.path(QStringLiteral("in"));
        writeFrame(folder, "one", false);
        writeFrame(folder, "two", false);
        depth.openFiles({folder});
        ELBO_TRY_VERIFY(depth.session().inputs().size() == 2);
        fixture.answers().folder = elbo::toQt(fixture.path(QStringLiteral("pairs")));
        fixture.click(QStringLiteral("writePairs"));
        ELBO_TRY_VERIFY(fixture.workspace().data());
        QCOMPARE(fixture.workspace().data()->summary.images, 2);
        QVERIFY(fixture.find<QWidget>(QStringLiteral("dataPage"))->isVisible());
        // A folder that holds something already is refused.
        (void)page(fixture);
        fixture.answers().folder = elbo::toQt(folder);
        fixture.click(QStringLiteral("writePairs"));
        ELBO_TRY_VERIFY(fixture.error().contains(QStringLiteral("holds something already")));
    }

    void framesAreJoinedByTheirPoses()
    {
        WindowFixture fixture;
        auto& depth = page(fixture);
        const auto folder = fixture.path(QStringLiteral("in"));
        writeFrame(folder, "frame-1", true, true);
        QVERIFY(!depth.session().canJoin());
        writeFrame(folder, "frame-2", true, true);
        depth.openFiles({folder});
        ELBO_TRY_VERIFY(depth.session().scene());
        auto* join = fixture.find<QPushButton>(QStringLiteral("joinFrames"));
        QVERIFY(join->isVisible());
        QSignalSpy joined(&depth.session(), &elbo::DepthSession::joined);
        fixture.click(QStringLiteral("joinFrames"));
        ELBO_TRY_VERIFY(joined.count() == 1);
        QCOMPARE(joined.front()[2].toDouble(), 1.0);  // the same frame twice
        const auto cloud = fixture.find<elbo::PointCloudView>(QStringLiteral("clouds"))->cloud(0);
        QCOMPARE(cloud->size(), std::size_t{2 * (kWidth * kHeight - 1)});
        QVERIFY(fixture.log().contains(QStringLiteral("100.0 %")));
    }

    void picturesAreSentOnAndBack()
    {
        WindowFixture fixture;
        auto& depth = page(fixture);
        depth.openFiles({writeFrame(fixture.path(QStringLiteral("in")), "one", true)});
        ELBO_TRY_VERIFY(depth.session().scene());
        fixture.click(QStringLiteral("sendToReconstruct"));
        ELBO_TRY_VERIFY(fixture.find<QWidget>(QStringLiteral("reconstructPage"))->isVisible());
        // What is dropped while the page is in front stays on it; a video always goes there.
        (void)page(fixture);
        fixture.window().openPaths({writeFrame(fixture.path(QStringLiteral("in")), "two", false)});
        ELBO_TRY_VERIFY(depth.session().inputs().size() == 2);
        QVERIFY(depth.isVisible());
        // So does a folder with pictures in it.
        fixture.window().openPaths({fixture.path(QStringLiteral("in"))});
        ELBO_TRY_VERIFY(depth.session().inputs().size() == 4);
        fixture.click(QStringLiteral("clearPictures"));
        QVERIFY(!depth.session().scene());
        QVERIFY(fixture.find<QWidget>(QStringLiteral("emptyDepthAction"))->isVisible());
    }
};

QTEST_MAIN(DepthPageTest)
#include "tst_depth_page.moc"
