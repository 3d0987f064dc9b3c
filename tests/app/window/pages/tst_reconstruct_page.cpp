// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/index_text.h"
#include "app/window/pages/reconstruct_page.h"
#include "app/window/pages/run_form.h"
#include "app/window/session/text.h"
#include "core/base/error.h"
#include "core/io/images.h"
#include "core/store/torch_file.h"
#include "tests/app/window/window_fixture.h"
#include "widgets/read_outs.h"
#include "widgets/reconstruction_grid.h"

#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>

using elbo::ReconstructionGrid;
using elbo::tests::WindowFixture;

namespace {

/// A run of two epochs, trained through the window; its folder.
std::filesystem::path trainedRun(WindowFixture& fixture)
{
    fixture.workspace().startTraining(WindowFixture::smallRun(2));
    const auto done = [&] {
        return fixture.workspace().run() && fixture.workspace().run()->state == elbo::RunState::Completed;
    };
    if (!QTest::qWaitFor(done, 60000)) {
        qWarning("the run did not end: %s", qPrintable(fixture.error()));
        return {};
    }
    fixture.window().showPage(QStringLiteral("reconstruct"));
    return fixture.workspace().runFolder();
}

ReconstructionGrid* grid(const WindowFixture& fixture)
{
    return fixture.find<ReconstructionGrid>(QStringLiteral("reconstructionGrid"));
}

bool allDone(const WindowFixture& fixture, std::size_t count)
{
    const auto& items = grid(fixture)->items();
    return items.size() == count &&
           std::all_of(items.begin(), items.end(), [](const auto& item) { return item.result.has_value(); });
}

/// A colour picture and, when asked, its depth image beside it.
void writePair(const std::filesystem::path& folder, const std::string& name, bool withDepth)
{
    std::filesystem::create_directories(folder);
    elbo::Image8 color{40, 30, 3, std::vector<std::uint8_t>(40 * 30 * 3)};
    elbo::ImageF depth{40, 30, std::vector<float>(40 * 30)};
    for (std::size_t i = 0; i < depth.values.size(); ++i) {
        color.pixels[3 * i] = static_cast<std::uint8_t>(i % 251);
        color.pixels[3 * i + 1] = static_cast<std::uint8_t>(i % 83);
        color.pixels[3 * i + 2] = static_cast<std::uint8_t>(i % 41);
        depth.values[i] = 1000.0F + static_cast<float>(i);
    }
    elbo::writePng(folder / (name + ".color.png"), color);
    if (withDepth) {
        elbo::writePng16(folder / (name + ".depth.png"), depth);
    }
}

}  // namespace

class ReconstructPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void testImagesOfTheRunAreReconstructed()
    {
        WindowFixture fixture;
        QVERIFY(!trainedRun(fixture).empty());
        ELBO_TRY_VERIFY(fixture.find<QWidget>(QStringLiteral("addTestImages"))->isEnabled());
        fixture.click(QStringLiteral("addTestImages"));
        ELBO_TRY_VERIFY(allDone(fixture, 6));
        const auto& first = *grid(fixture)->items().front().result;
        QVERIFY(first.mse > 0);
        QVERIFY(first.psnr > 0);
        QVERIFY(!first.depth.empty());
        QVERIFY(first.metric);
        QVERIFY(!fixture.find<QComboBox>(QStringLiteral("asClass"))->isVisible());
    }

    void anImageIsShownAsAnotherClass()
    {
        WindowFixture fixture;
        auto config = WindowFixture::smallRun(1);
        config.model = {};
        config.model.key = "conditional-vae";
        fixture.workspace().startTraining(config);
        ELBO_TRY_VERIFY(fixture.workspace().run() &&
                        fixture.workspace().run()->state == elbo::RunState::Completed);
        fixture.window().showPage(QStringLiteral("reconstruct"));
        auto* classes = fixture.find<QComboBox>(QStringLiteral("asClass"));
        ELBO_TRY_VERIFY(classes->isVisible());
        QVERIFY(classes->count() > 2);
        ELBO_TRY_VERIFY(fixture.find<QWidget>(QStringLiteral("addTestImages"))->isEnabled());
        fixture.click(QStringLiteral("addTestImages"));
        ELBO_TRY_VERIFY(!grid(fixture)->items().empty() && allDone(fixture, grid(fixture)->items().size()));
        const auto sumOf = [&] {
            double sum = 0;
            for (const auto& item : grid(fixture)->items()) {
                sum += item.result.has_value() ? item.result->mse : 0;
            }
            return sum;
        };
        const double own = sumOf();
        classes->setCurrentIndex(1);
        Q_EMIT classes->activated(1);
        ELBO_TRY_VERIFY(allDone(fixture, grid(fixture)->items().size()) && sumOf() != own);
        QVERIFY(fixture.error().isEmpty());
    }

    void indicesAreTakenAndWrongOnesSaid()
    {
        WindowFixture fixture;
        QVERIFY(!trainedRun(fixture).empty());
        auto* indices = fixture.find<QLineEdit>(QStringLiteral("indices"));
        ELBO_TRY_VERIFY(indices->isEnabled());
        indices->setText(QStringLiteral("0, 4-5"));
        fixture.click(QStringLiteral("addIndices"));
        ELBO_TRY_VERIFY(allDone(fixture, 3));
        indices->setText(QStringLiteral("24"));
        fixture.click(QStringLiteral("addIndices"));
        QTRY_VERIFY(fixture.error().contains(QStringLiteral("0 to 23")));
        QCOMPARE(grid(fixture)->items().size(), std::size_t{3});
    }

    void aDroppedPairIsReconstructed()
    {
        WindowFixture fixture;
        QVERIFY(!trainedRun(fixture).empty());
        const auto folder = fixture.path(QStringLiteral("pictures"));
        writePair(folder, "sofa", true);
        fixture.window().openPaths({folder / "sofa.color.png", folder / "sofa.depth.png"});
        ELBO_TRY_VERIFY(allDone(fixture, 1));
        QVERIFY(!grid(fixture)->items().front().result->truthDepth.empty());
    }

    void aLoneColourPictureNeedsDepthAndIsNotReconstructed()
    {
        WindowFixture fixture;
        QVERIFY(!trainedRun(fixture).empty());
        const auto folder = fixture.path(QStringLiteral("pictures"));
        writePair(folder, "lone", false);
        writePair(folder / "other", "lamp", true);
        fixture.window().openPaths({folder / "lone.color.png"});
        ELBO_TRY_COMPARE(grid(fixture)->items().size(), std::size_t{1});
        QCOMPARE(grid(fixture)->items().front().placeholder,
                 QStringLiteral("needs depth: add its depth image"));
        QVERIFY(!grid(fixture)->items().front().result.has_value());
        // Its depth image is given by hand.
        fixture.answers().files = {elbo::toQt(folder / "other" / "lamp.depth.png")};
        QTRY_VERIFY(fixture.find<QWidget>(QStringLiteral("addDepth"))->isVisible());
        fixture.click(QStringLiteral("addDepth"));
        ELBO_TRY_VERIFY(allDone(fixture, 1));
    }

    void aSampleDiffersFromTheMeanAndRepeats()
    {
        WindowFixture fixture;
        QVERIFY(!trainedRun(fixture).empty());
        auto* indices = fixture.find<QLineEdit>(QStringLiteral("indices"));
        ELBO_TRY_VERIFY(indices->isEnabled());
        indices->setText(QStringLiteral("3"));
        fixture.click(QStringLiteral("addIndices"));
        ELBO_TRY_VERIFY(allDone(fixture, 1));
        const auto mean = grid(fixture)->items().front().result->mse;
        fixture.find<QAbstractButton>(QStringLiteral("useSample"))->click();
        ELBO_TRY_VERIFY(allDone(fixture, 1) && grid(fixture)->items().front().result->mse != mean);
        fixture.find<QAbstractButton>(QStringLiteral("useMean"))->click();
        ELBO_TRY_VERIFY(allDone(fixture, 1) && grid(fixture)->items().front().result->mse == mean);
    }

    void resultsAreSavedAndCopied()
    {
        WindowFixture fixture;
        QVERIFY(!trainedRun(fixture).empty());
        ELBO_TRY_VERIFY(fixture.find<QWidget>(QStringLiteral("addTestImages"))->isEnabled());
        fixture.click(QStringLiteral("addTestImages"));
        ELBO_TRY_VERIFY(allDone(fixture, 6));
        const auto folder = fixture.path(QStringLiteral("saved"));
        fixture.answers().folder = elbo::toQt(folder);
        fixture.click(QStringLiteral("saveResults"));
        ELBO_TRY_VERIFY(std::filesystem::exists(folder / "table.csv"));
        std::ifstream table(folder / "table.csv");
        std::string line;
        int lines = 0;
        while (std::getline(table, line)) {
            ++lines;
        }
        QCOMPARE(lines, 1 + 6 + 1);  // heading, images, average
        int color = 0;
        int depth = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            const auto name = entry.path().filename().string();
            color += name.ends_with(".color.png") ? 1 : 0;
            depth += name.ends_with(".depth.png") ? 1 : 0;
        }
        QCOMPARE(color, 6);
        QCOMPARE(depth, 6);
        fixture.click(QStringLiteral("copyTable"));
        QVERIFY(QGuiApplication::clipboard()->text().startsWith(QStringLiteral("name,mse,")));
        fixture.click(QStringLiteral("copyPicture"));
        ELBO_TRY_VERIFY(!QGuiApplication::clipboard()->image().isNull());
        // Saved again, nothing is overwritten.
        std::ofstream(folder / "table.csv") << "mine";
        fixture.click(QStringLiteral("saveResults"));
        ELBO_TRY_VERIFY(std::filesystem::exists(folder / "reconstructions" / "table.csv"));
        fixture.click(QStringLiteral("saveResults"));
        ELBO_TRY_VERIFY(std::filesystem::exists(folder / "reconstructions-2" / "table.csv"));
        QCOMPARE(std::filesystem::file_size(folder / "table.csv"), std::uintmax_t{4});
    }

    void theTableAveragesWhatIsKnown()
    {
        auto known = std::make_shared<elbo::Reconstruction>();
        known->name = "known";
        known->mse = 2;
        known->psnr = 20;
        known->ssim = 0.5;
        known->depth = {1, 1, {1.0F}};
        known->mseDepth = 1;
        known->depthRmse = 0.25;
        auto perfect = std::make_shared<elbo::Reconstruction>();
        perfect->name = "perfect";
        perfect->psnr = std::numeric_limits<double>::infinity();
        perfect->ssim = 1;
        const auto table = QString::fromStdString(elbo::reconstructionTable({known, perfect}));
        QVERIFY2(table.endsWith(QStringLiteral("average,1,0,1,20,0.75,0.25\n")), qPrintable(table));
    }

    void whatThePersonOpenedStaysWhileARunTrains()
    {
        WindowFixture fixture;
        const auto run = trainedRun(fixture);
        QVERIFY(!run.empty());
        auto* page = fixture.window().findChild<elbo::ReconstructPage*>();
        ELBO_TRY_VERIFY(page->hasModel());
        const auto weights = fixture.path(QStringLiteral("mine.safetensors"));
        std::filesystem::copy_file(run / "weights" / "last.safetensors", weights);
        fixture.window().openPaths({weights});
        ELBO_TRY_COMPARE(page->modelName(), QStringLiteral("mine"));
        QSignalSpy models(page, &elbo::ReconstructPage::modelChanged);
        fixture.workspace().startTraining(WindowFixture::smallRun(3));
        ELBO_TRY_VERIFY(fixture.workspace().runFolder() != run);
        ELBO_TRY_VERIFY(fixture.workspace().runHasWeights() && !fixture.workspace().isTraining());
        fixture.window().showPage(QStringLiteral("train"));
        fixture.window().showPage(QStringLiteral("reconstruct"));
        QCOMPARE(models.size(), 0);
        QCOMPARE(page->modelName(), QStringLiteral("mine"));
        // Choosing the run brings its weights.
        page->openModel(fixture.workspace().runFolder());
        ELBO_TRY_COMPARE(page->modelName(), elbo::fileTitle(fixture.workspace().runFolder()));
    }

    void weightsOfAnotherModelAreSaidAndTheOldStay()
    {
        WindowFixture fixture;
        const auto run = trainedRun(fixture);
        QVERIFY(!run.empty());
        auto* page = fixture.window().findChild<elbo::ReconstructPage*>();
        ELBO_TRY_VERIFY(page->hasModel());
        // The tensors of one model under the name of another: the header is a length of eight bytes, then
        // JSON.
        std::ifstream in(run / "weights" / "last.safetensors", std::ios::binary);
        std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
        std::uint64_t length = 0;
        std::memcpy(&length, bytes.data(), sizeof length);
        auto header = bytes.substr(8, length);
        const auto place = header.find("fc-vae");
        QVERIFY(place != std::string::npos);
        header.replace(place, 6, "rgbd-vae");
        while (header.size() % 8 != 0) {
            header += ' ';
        }
        const std::uint64_t newLength = header.size();
        const auto file = fixture.path(QStringLiteral("other.safetensors"));
        std::ofstream out(file, std::ios::binary);
        out.write(reinterpret_cast<const char*>(&newLength), sizeof newLength);
        out << header << bytes.substr(8 + length);
        out.close();
        page->openModel(file);
        ELBO_TRY_VERIFY(!fixture.error().isEmpty());
        QVERIFY2(fixture.error().endsWith(QLatin1Char('.')), qPrintable(fixture.error()));
        QCOMPARE(page->modelName(), elbo::fileTitle(run));
    }

    // A state dict of another program, without a word of ours: dropped on the window it opens and
    // reconstructs.
    void weightsOfPyTorchOpen()
    {
        WindowFixture fixture;
        const auto run = trainedRun(fixture);
        QVERIFY(!run.empty());
        const auto file = fixture.path(QStringLiteral("published.pth"));
        elbo::writeTorch(file, elbo::readSafetensors(run / "weights/last.safetensors").tensors, {});
        fixture.window().openPaths({file});
        auto* page = fixture.window().findChild<elbo::ReconstructPage*>();
        ELBO_TRY_COMPARE(page->modelName(), QStringLiteral("published"));
        // What it is: told by names and shapes alone.
        const auto* numbers = fixture.find<elbo::ReadOuts>(QStringLiteral("modelNumbers"));
        QCOMPARE(numbers->valueText(QStringLiteral("model")), QStringLiteral("FC-VAE"));
        QCOMPARE(numbers->valueText(QStringLiteral("file")), QStringLiteral("PyTorch"));
        QCOMPARE(numbers->valueText(QStringLiteral("epoch")), QStringLiteral("not told"));
        QVERIFY(!numbers->valueText(QStringLiteral("parameters")).isEmpty());
        ELBO_TRY_VERIFY(fixture.find<QWidget>(QStringLiteral("addTestImages"))->isEnabled());
        fixture.click(QStringLiteral("addTestImages"));
        ELBO_TRY_VERIFY(allDone(fixture, 6));
        QVERIFY2(fixture.error().isEmpty(), qPrintable(fixture.error()));
    }

    void addedPicturesAreFittedAndShownAsTheyWere()
    {
        WindowFixture fixture;
        QVERIFY(!trainedRun(fixture).empty());
        const auto folder = fixture.path(QStringLiteral("pictures"));
        writePair(folder, "sofa", true);  // 40x30, for a network of 32x32
        fixture.window().openPaths({folder / "sofa.color.png"});
        ELBO_TRY_VERIFY(allDone(fixture, 1));
        const auto shown = [&] {
            const auto& result = grid(fixture)->items().front().result;
            return result ? QSize(result->color.width, result->color.height) : QSize();
        };
        QCOMPARE(shown(), QSize(43, 32));
        auto* fit = fixture.find<QComboBox>(QStringLiteral("fit"));
        fit->setCurrentIndex(1);
        ELBO_TRY_COMPARE(shown(), QSize(32, 32));
        fit->setCurrentIndex(2);
        ELBO_TRY_COMPARE(shown(), QSize(32, 24));
    }

    void aPictureIsSaved()
    {
        WindowFixture fixture;
        QVERIFY(!trainedRun(fixture).empty());
        ELBO_TRY_VERIFY(fixture.find<QWidget>(QStringLiteral("addTestImages"))->isEnabled());
        fixture.click(QStringLiteral("addTestImages"));
        ELBO_TRY_VERIFY(allDone(fixture, 6));
        const auto id = grid(fixture)->items().front().id;
        QMenu menu;
        Q_EMIT grid(fixture)->menuWanted(id, ReconstructionGrid::Picture::Depth, &menu);
        const auto actions = menu.actions();
        const auto save = std::find_if(actions.begin(), actions.end(), [](const QAction* action) {
            return action->text() == QStringLiteral("Save picture as...");
        });
        QVERIFY(save != actions.end());
        const auto saved = fixture.path(QStringLiteral("depth.png"));
        fixture.answers().saveFile = elbo::toQt(saved);
        (*save)->trigger();
        ELBO_TRY_VERIFY(std::filesystem::exists(saved));
        QCOMPARE(QImage(elbo::toQt(saved)).size(), QSize(32, 32));
    }

    void weightsAloneAreEnough()
    {
        WindowFixture fixture;
        const auto run = trainedRun(fixture);
        const auto weights = fixture.path(QStringLiteral("mine.safetensors"));
        std::filesystem::copy_file(run / "weights" / "last.safetensors", weights);
        fixture.workspace().closeRun();
        auto* page = fixture.window().findChild<elbo::ReconstructPage*>();
        fixture.window().openPaths({weights});
        ELBO_TRY_COMPARE(page->modelName(), QStringLiteral("mine"));
    }

    void badWeightsAreSaidAndTheOldStay_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("truncated") << QByteArray("\x40\0\0\0\0\0\0\0{\"fc", 12);
        QTest::newRow("foreign") << QByteArray("GIF89a, surely no weights at all");
    }

    void badWeightsAreSaidAndTheOldStay()
    {
        QFETCH(QByteArray, bytes);
        WindowFixture fixture;
        QVERIFY(!trainedRun(fixture).empty());
        auto* page = fixture.window().findChild<elbo::ReconstructPage*>();
        ELBO_TRY_VERIFY(page->hasModel());
        const auto file = fixture.path(QStringLiteral("bad.safetensors"));
        std::ofstream(file, std::ios::binary).write(bytes.constData(), bytes.size());
        page->openModel(file);
        ELBO_TRY_VERIFY(!fixture.error().isEmpty());
        QVERIFY(page->hasModel());
    }

    void anUnreadablePictureIsSaid()
    {
        WindowFixture fixture;
        QVERIFY(!trainedRun(fixture).empty());
        const auto file = fixture.path(QStringLiteral("broken.png"));
        std::ofstream(file) << "no picture";
        fixture.window().openPaths({file});
        ELBO_TRY_VERIFY(fixture.error().contains(QStringLiteral("broken.png")));
    }

    void indexTextIsParsed()
    {
        QCOMPARE(elbo::parseIndices(QStringLiteral("0, 2-4 ,9"), 10),
                 (std::vector<std::int64_t>{0, 2, 3, 4, 9}));
        for (const auto& wrong : {"x", "5-2", "-1", "10", "1-2-3", "0-99999999999"}) {
            bool refused = false;
            try {
                (void)elbo::parseIndices(QString::fromLatin1(wrong), 10);
            } catch (const elbo::Error& error) {
                refused = error.code() == elbo::ErrorCode::BadSetting;
            }
            QVERIFY2(refused, wrong);
        }
    }
};

QTEST_MAIN(ReconstructPageTest)
#include "tst_reconstruct_page.moc"
