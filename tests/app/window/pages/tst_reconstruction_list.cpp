// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/reconstruct_page.h"
#include "app/window/pages/reconstruction_list.h"
#include "app/window/session/text.h"
#include "core/io/images.h"
#include "tests/app/window/window_fixture.h"
#include "widgets/message_bar.h"
#include "widgets/reconstruction_grid.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QToolButton>

#include <algorithm>
#include <fstream>
#include <numeric>

using elbo::ReconstructionGrid;
using elbo::ReconstructionList;
using elbo::tests::WindowFixture;

namespace {

ReconstructionGrid* grid(const WindowFixture& fixture)
{
    return fixture.find<ReconstructionGrid>(QStringLiteral("reconstructionGrid"));
}

elbo::ReconstructPage* page(WindowFixture& fixture)
{
    return fixture.window().findChild<elbo::ReconstructPage*>();
}

/// Trains one epoch of that configuration and takes its weights away from the run: a file that can be opened.
std::filesystem::path trainedWeights(WindowFixture& fixture, const elbo::DataConfig& data,
                                     const QString& name)
{
    auto run = WindowFixture::smallRun(1);
    run.training.fields.set("batch_size", std::int64_t{60});  // few steps: what it learns does not matter
    run.data = data;
    fixture.workspace().startTraining(run);
    const auto done = [&] {
        return fixture.workspace().run() && fixture.workspace().run()->state == elbo::RunState::Completed;
    };
    if (!QTest::qWaitFor(done, 60000)) {
        qWarning("the run did not end: %s", qPrintable(fixture.error()));
        return {};
    }
    auto file = fixture.path(name);
    std::filesystem::copy_file(fixture.workspace().runFolder() / "weights" / "last.safetensors", file);
    fixture.workspace().closeRun();
    return file;
}

void writeGrey(const std::filesystem::path& file)
{
    elbo::Image8 picture{28, 28, 1, std::vector<std::uint8_t>(28 * 28)};
    std::iota(picture.pixels.begin(), picture.pixels.end(), std::uint8_t{0});
    elbo::writePng(file, picture);
}

QString placeholder(const WindowFixture& fixture)
{
    const auto& items = grid(fixture)->items();
    return items.empty() ? QString() : items.front().placeholder;
}

}  // namespace

class ReconstructionListTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void greyPicturesWaitForAModelAndLeaveWithOneThatNeedsDepth()
    {
        WindowFixture fixture;
        const auto grey =
            trainedWeights(fixture, WindowFixture::smallDigits(fixture.path(QStringLiteral("digits"))),
                           QStringLiteral("grey.safetensors"));
        const auto deep =
            trainedWeights(fixture, WindowFixture::smallRooms(), QStringLiteral("deep.safetensors"));

        WindowFixture other;  // where no model is open
        writeGrey(other.path(QStringLiteral("seven.png")));
        writeGrey(other.path(QStringLiteral("nine.png")));
        other.window().openPaths(
            {other.path(QStringLiteral("seven.png")), other.path(QStringLiteral("nine.png"))});
        ELBO_TRY_COMPARE(grid(other)->items().size(), std::size_t{2});
        QVERIFY2(other.error().isEmpty(), qPrintable(other.error()));
        QCOMPARE(placeholder(other), QStringLiteral("waiting for a run or weights"));

        page(other)->openModel(grey);
        ELBO_TRY_VERIFY(grid(other)->items().front().result.has_value());
        // What the grey model made of them is not shown as the other model's.
        page(other)->openModel(deep);
        ELBO_TRY_VERIFY(!grid(other)->items().front().result.has_value());
        QCOMPARE(placeholder(other), QStringLiteral("needs depth: add its depth image"));
    }

    void aLargeAdditionIsCutAndSaid()
    {
        WindowFixture fixture;
        auto many = WindowFixture::smallRooms();
        many.fields.set("count", ReconstructionList::kMostImages + 20);
        fixture.workspace().loadData(many);
        ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
        std::vector<std::int64_t> all(static_cast<std::size_t>(ReconstructionList::kMostImages + 20));
        std::iota(all.begin(), all.end(), std::int64_t{0});
        auto* list = fixture.window().findChild<ReconstructionList*>();
        QSignalSpy updates(list, &ReconstructionList::updated);
        page(fixture)->addImages(all);
        QVERIFY2(fixture.error().contains(QStringLiteral("first 500")), qPrintable(fixture.error()));
        ELBO_TRY_COMPARE(grid(fixture)->items().size(),
                         static_cast<std::size_t>(ReconstructionList::kMostImages));
        QTRY_VERIFY(!list->isBusy());
        QVERIFY2(updates.size() <= 3, qPrintable(QString::number(updates.size())));  // not one an image
    }

    void severalBadPicturesAreOneSentenceWithTheirNames()
    {
        WindowFixture fixture;
        std::vector<std::filesystem::path> files;
        for (const auto& name : {"one.png", "two.png", "three.png"}) {
            files.push_back(fixture.path(QString::fromLatin1(name)));
            std::ofstream(files.back()) << "no picture";
        }
        QSignalSpy complaints(&fixture.workspace(), &elbo::Workspace::complaintRaised);
        fixture.window().openPaths(files);
        ELBO_TRY_COMPARE(complaints.size(), 1);
        QVERIFY2(fixture.error().startsWith(QLatin1Char('3')), qPrintable(fixture.error()));
        const auto log = fixture.log();
        for (const auto& name : {"one.png", "two.png", "three.png"}) {
            QVERIFY2(log.contains(QString::fromLatin1(name)), qPrintable(log));
        }
    }

    void computingIsShownInTheStatusBarAndCancelled()
    {
        WindowFixture fixture;
        auto large = WindowFixture::smallRooms();
        large.fields.set("size", std::string("64"));
        large.fields.set("count", std::int64_t{500});
        const auto weights = trainedWeights(fixture, large, QStringLiteral("large.safetensors"));
        page(fixture)->openModel(weights);
        ELBO_TRY_VERIFY(page(fixture)->hasModel());
        std::vector<std::int64_t> all(500);
        std::iota(all.begin(), all.end(), std::int64_t{0});
        page(fixture)->addImages(all);
        const auto* job = fixture.find<QToolButton>(QStringLiteral("statusJob"));
        ELBO_TRY_VERIFY(job->isVisible() && job->text() == QStringLiteral("Reconstructing"));
        QVERIFY(fixture.find<QProgressBar>(QStringLiteral("statusBar"))->isVisible());
        fixture.click(QStringLiteral("statusCancel"));
        auto* list = fixture.window().findChild<ReconstructionList*>();
        ELBO_TRY_VERIFY(!list->isBusy());
        QVERIFY(list->results().size() < all.size());
        QCOMPARE(grid(fixture)->items().back().placeholder, QStringLiteral("cancelled"));
        QTRY_VERIFY(!job->isVisible());
    }
};

QTEST_MAIN(ReconstructionListTest)
#include "tst_reconstruction_list.moc"
