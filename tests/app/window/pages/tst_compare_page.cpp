// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/compare_page.h"
#include "app/window/session/comparison_session.h"
#include "app/window/session/text.h"
#include "core/training/run_lock.h"
#include "tests/app/window/window_fixture.h"
#include "widgets/comparison_table.h"
#include "widgets/picture_table.h"
#include "widgets/rate_distortion_plot.h"
#include "widgets/run_curves.h"
#include "widgets/wipe_view.h"

#include <QtCore/QFile>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QTableWidget>

using elbo::ComparisonTable;
using elbo::plainPath;
using elbo::toQt;
using elbo::tests::WindowFixture;

namespace {

/// The id of a new run in the table.
QString train(WindowFixture& fixture, const elbo::RunConfig& config)
{
    return toQt(plainPath(fixture.train(config)));
}

elbo::RunConfig run(std::int64_t latentSize)
{
    auto config = WindowFixture::smallRun(2);
    config.model.fields.set("latent_size", latentSize);
    return config;
}

elbo::ComparePage& page(WindowFixture& fixture)
{
    fixture.window().showPage(QStringLiteral("compare"));
    return *fixture.find<elbo::ComparePage>(QStringLiteral("comparePage"));
}

ComparisonTable& table(WindowFixture& fixture)
{
    return *fixture.find<ComparisonTable>(QStringLiteral("comparisonTable"));
}

QTabWidget& tabs(WindowFixture& fixture)
{
    return *fixture.find<QTabWidget>(QStringLiteral("compareTabs"));
}

}  // namespace

class ComparePageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void withoutRunsItSaysWhatBelongsThere()
    {
        WindowFixture fixture;
        page(fixture);
        auto* button = fixture.find<QAbstractButton>(QStringLiteral("compareEmptyAction"));
        ELBO_TRY_VERIFY(button->isVisible());
        fixture.click(QStringLiteral("compareEmptyAction"));
        QCOMPARE(fixture.window().currentPage()->id(), QStringLiteral("train"));
    }

    void runsAreListedDrawnAndTellWhatDiffers()
    {
        WindowFixture fixture;
        const auto a = train(fixture, run(4)), b = train(fixture, run(6));
        page(fixture);
        ELBO_TRY_COMPARE(table(fixture).rowCount(), 2);
        QCOMPARE(table(fixture).text(a, QStringLiteral("latent")), QStringLiteral("4"));
        QVERIFY(!table(fixture).text(a, QStringLiteral("mse")).isEmpty());
        QVERIFY(table(fixture).text(a, QStringLiteral("size")).contains(QStringLiteral("B")));
        // The newest are chosen at first, so that there is something to see.
        QCOMPARE(table(fixture).chosen().size(), 2);
        auto* curves = fixture.find<elbo::RunCurves>(QStringLiteral("runCurves"));
        QVERIFY(curves->isVisible());
        QCOMPARE(curves->pointsOf(0), 2);
        QCOMPARE(curves->pointsOf(1), 2);
        QCOMPARE(fixture.find<elbo::RateDistortionPlot>(QStringLiteral("rateDistortion"))->points().size(),
                 std::size_t{2});
        auto* differences = fixture.find<QTableWidget>(QStringLiteral("configDifferences"));
        QCOMPARE(differences->rowCount(), 1);
        QCOMPARE(differences->columnCount(), 2);
        QStringList values{differences->item(0, 0)->text(), differences->item(0, 1)->text()};
        values.sort();
        QCOMPARE(values, QStringList({QStringLiteral("4"), QStringLiteral("6")}));
        table(fixture).setChosen({a});
        QVERIFY(differences->item(0, 0)->text().contains(QStringLiteral("two runs")));
        table(fixture).setChosen({});
        QVERIFY(!fixture.find<QAbstractButton>(QStringLiteral("compareJudge"))->isEnabled());
        QVERIFY2(fixture.error().isEmpty(), qPrintable(fixture.error()));
    }

    void judgingAddsFiguresAndPrincipalComponents()
    {
        WindowFixture fixture;
        const auto a = train(fixture, run(4)), b = train(fixture, run(6));
        page(fixture);
        ELBO_TRY_COMPARE(table(fixture).chosen().size(), 2);
        QVERIFY(table(fixture).text(a, QStringLiteral("psnr")).isEmpty());
        fixture.click(QStringLiteral("compareJudge"));
        ELBO_TRY_COMPARE(table(fixture).rowCount(), 4);  // a baseline for each latent size
        for (const auto& id : {a, b}) {
            QVERIFY(table(fixture).text(id, QStringLiteral("psnr")).toDouble() > 0);
            QVERIFY(!table(fixture).text(id, QStringLiteral("ssim")).isEmpty());
            QVERIFY(!table(fixture).text(id, QStringLiteral("bits_per_value")).isEmpty());
            QCOMPARE(table(fixture).text(id, QStringLiteral("images")), QStringLiteral("6"));
        }
        QVERIFY(table(fixture).order().filter(QStringLiteral("baseline")).size() == 2);
        QCOMPARE(fixture.find<elbo::RateDistortionPlot>(QStringLiteral("rateDistortion"))->points().size(),
                 std::size_t{4});
        QVERIFY2(fixture.error().isEmpty(), qPrintable(fixture.error()));
    }

    void theSameImagesThroughAllModels()
    {
        WindowFixture fixture;
        const auto a = train(fixture, run(4)), b = train(fixture, run(6));
        auto& session = page(fixture).session();
        ELBO_TRY_COMPARE(table(fixture).chosen().size(), 2);
        tabs(fixture).setCurrentIndex(1);
        auto* pictures = fixture.find<elbo::PictureTable>(QStringLiteral("compareTable"));
        ELBO_TRY_COMPARE(pictures->rows(), 3);  // the truth and two models
        QCOMPARE(pictures->columns(), 6);       // all test images there are
        QVERIFY(pictures->captions().at(0).isEmpty());
        QVERIFY(pictures->captions().at(6).toDouble() > 0);
        // The error map is what lies between truth and model.
        const auto& rows = session.pictures()->rows;
        const auto& truth = rows[0].color[2];
        const auto& made = rows[1].color[2];
        double expected = 0;
        for (int c = 0; c < 3; ++c) {
            expected +=
                std::abs(int(truth.pixels[std::size_t(30 + c)]) - int(made.pixels[std::size_t(30 + c)]));
        }
        QVERIFY(std::abs(rows[1].colorError[2].values[10] - expected / (3 * 255)) < 1e-6);
        auto* kind = fixture.find<QComboBox>(QStringLiteral("compareKind"));
        QCOMPARE(kind->count(), 4);
        const auto before = pictures->picture(8);
        kind->setCurrentIndex(2);
        QVERIFY(pictures->picture(8) != before);
        // Fewer images on request, and the wipe between two rows of one of them.
        auto* places = fixture.find<QLineEdit>(QStringLiteral("comparePlaces"));
        places->setText(QStringLiteral("1, 3"));
        QTest::keyClick(places, Qt::Key_Return);
        ELBO_TRY_COMPARE(pictures->columns(), 2);
        QCOMPARE(fixture.find<QComboBox>(QStringLiteral("wipeRight"))->count(), 3);
        QVERIFY(fixture.find<elbo::WipeView>(QStringLiteral("compareWipe"))->isVisible());
        places->setText(QStringLiteral("1, x"));
        QTest::keyClick(places, Qt::Key_Return);
        QVERIFY(fixture.error().contains(QStringLiteral("x")));
    }

    // Runs on other data or of another size: told, and the others are shown.
    void runsThatDoNotFitAreLeftOutAndNamed()
    {
        WindowFixture fixture;
        auto larger = WindowFixture::smallRun(1);
        larger.data.fields.set("size", std::string("64"));
        const auto other = train(fixture, larger), rooms = train(fixture, run(4));
        auto& session = page(fixture).session();
        ELBO_TRY_COMPARE(table(fixture).rowCount(), 2);
        table(fixture).setChosen({rooms, other});
        tabs(fixture).setCurrentIndex(1);
        ELBO_TRY_VERIFY(session.pictures() != nullptr);
        QCOMPARE(session.pictures()->rows.size(), std::size_t{2});
        QCOMPARE(session.pictures()->problems.size(), std::size_t{1});
        QVERIFY(fixture.log().contains(QStringLiteral("another size")));
        fixture.click(QStringLiteral("compareJudge"));
        ELBO_TRY_VERIFY(fixture.log().contains(QStringLiteral("do not compare")));
        QVERIFY2(fixture.error().isEmpty(), qPrintable(fixture.error()));
    }

    // Both sides of this set are the same images: one run that cannot be judged does not keep the other back.
    void aRunWithoutUnseenImagesIsNamed()
    {
        WindowFixture fixture;
        auto digits = WindowFixture::smallRun(1);
        digits.data = WindowFixture::smallDigits(fixture.path(QStringLiteral("digits")));
        const auto seen = train(fixture, digits), rooms = train(fixture, run(4));
        page(fixture);
        ELBO_TRY_COMPARE(table(fixture).chosen().size(), 2);
        fixture.click(QStringLiteral("compareJudge"));
        ELBO_TRY_VERIFY(fixture.error().contains(QStringLiteral("is not judged")));
        QVERIFY(fixture.error().contains(elbo::fileTitle(elbo::toPath(seen))));
        QVERIFY(!table(fixture).text(rooms, QStringLiteral("psnr")).isEmpty());
        QVERIFY(table(fixture).text(seen, QStringLiteral("psnr")).isEmpty());
    }

    void aHalfDeletedRunIsNamedAndTheOthersGoOn()
    {
        WindowFixture fixture;
        const auto a = train(fixture, run(4)), b = train(fixture, run(6));
        fixture.workspace().closeRun();
        QVERIFY(QFile::remove(a + QStringLiteral("/history.jsonl")));
        QVERIFY(std::filesystem::remove_all(elbo::toPath(a) / "weights") > 0);
        page(fixture);
        ELBO_TRY_COMPARE(table(fixture).rowCount(), 2);
        QCOMPARE(table(fixture).text(a, QStringLiteral("state")), QStringLiteral("incomplete"));
        table(fixture).setChosen({b, a});
        tabs(fixture).setCurrentIndex(1);
        auto& session = page(fixture).session();
        ELBO_TRY_VERIFY(session.pictures() != nullptr);
        QCOMPARE(session.pictures()->rows.size(), std::size_t{2});
        fixture.click(QStringLiteral("compareJudge"));
        ELBO_TRY_VERIFY(fixture.error().contains(QStringLiteral("weights")));
    }

    void notesAndTagsAreKept()
    {
        WindowFixture fixture;
        const auto a = train(fixture, run(4)), b = train(fixture, run(6));
        page(fixture);
        ELBO_TRY_COMPARE(table(fixture).rowCount(), 2);
        table(fixture).setCurrent(a);
        auto* notes = fixture.find<QPlainTextEdit>(QStringLiteral("compareNotes"));
        auto* tags = fixture.find<QLineEdit>(QStringLiteral("compareTags"));
        QTest::keyClicks(notes, QStringLiteral("blurred chairs"));
        QTest::keyClicks(tags, QStringLiteral("small, first"));
        table(fixture).setCurrent(b);  // another run: what was typed is not lost
        QVERIFY(notes->toPlainText().isEmpty());
        ELBO_TRY_COMPARE(table(fixture).text(a, QStringLiteral("note")), QStringLiteral("blurred chairs"));
        QCOMPARE(table(fixture).text(a, QStringLiteral("tags")), QStringLiteral("small, first"));
        table(fixture).setCurrent(a);
        QCOMPARE(notes->toPlainText(), QStringLiteral("blurred chairs"));
        const auto info = elbo::readRunInfo(elbo::toPath(a));
        QCOMPARE(info.notes, std::string("blurred chairs"));
        QVERIFY((info.tags == std::vector<std::string>{"small", "first"}));
    }

    void aRunGoesToTheTrashUnlessItTrains()
    {
        WindowFixture fixture;
        const auto a = train(fixture, run(4)), b = train(fixture, run(6));
        page(fixture);
        ELBO_TRY_COMPARE(table(fixture).rowCount(), 2);
        {
            const elbo::RunLock trains(elbo::toPath(a));
            page(fixture).session().moveToTrash(elbo::toPath(a));
            ELBO_TRY_VERIFY(fixture.error().contains(QStringLiteral("being trained")));
            QVERIFY(std::filesystem::exists(elbo::toPath(a)));
        }
        table(fixture).setCurrent(b);  // the run in view
        fixture.click(QStringLiteral("compareTrash"));
        ELBO_TRY_COMPARE(table(fixture).rowCount(), 1);
        QVERIFY(!std::filesystem::exists(elbo::toPath(b)));
        QVERIFY(fixture.workspace().runFolder().empty());
        QVERIFY(fixture.log().contains(QStringLiteral("moved to the trash")));
    }

    void trainAgainLikeThisOpensTheForm()
    {
        WindowFixture fixture;
        const auto a = train(fixture, run(4));
        train(fixture, run(6));
        page(fixture);
        ELBO_TRY_COMPARE(table(fixture).rowCount(), 2);
        table(fixture).setCurrent(a);
        fixture.click(QStringLiteral("compareAgain"));
        QCOMPARE(fixture.window().currentPage()->id(), QStringLiteral("train"));
        QVERIFY(fixture.workspace().runFolder().empty());
        fixture.click(QStringLiteral("startRun"));
        ELBO_TRY_VERIFY(fixture.workspace().run() &&
                        fixture.workspace().run()->state == elbo::RunState::Completed);
        auto again = fixture.workspace().run()->config;
        QVERIFY(again.model == elbo::readRunInfo(elbo::toPath(a)).config.model);
    }

    void theReportIsWrittenFromTheChosenRuns()
    {
        WindowFixture fixture;
        train(fixture, run(4));
        page(fixture);
        ELBO_TRY_COMPARE(table(fixture).chosen().size(), 1);
        fixture.answers().folder = QStringLiteral("/proc/nowhere");
        fixture.click(QStringLiteral("compareReport"));
        ELBO_TRY_VERIFY(!fixture.error().isEmpty());
        fixture.answers().folder = toQt(fixture.path(QStringLiteral("report")));
        fixture.click(QStringLiteral("compareReport"));
        ELBO_TRY_VERIFY(fixture.log().contains(QStringLiteral("index.html")));
        QVERIFY(QFile::exists(fixture.answers().folder + QStringLiteral("/index.html")));
    }

    void aPlotIsNotWrittenToAReadOnlyPlace()
    {
        WindowFixture fixture;
        train(fixture, run(4));
        page(fixture);
        ELBO_TRY_COMPARE(table(fixture).chosen().size(), 1);
        fixture.answers().saveFile = QStringLiteral("/proc/nowhere/plot.svg");
        fixture.click(QStringLiteral("curveSave"));
        ELBO_TRY_VERIFY(!fixture.error().isEmpty());
        fixture.answers().saveFile = toQt(fixture.path(QStringLiteral("plot.svg")));
        fixture.click(QStringLiteral("curveSave"));
        ELBO_TRY_VERIFY(QFile::exists(fixture.answers().saveFile));
    }
};

QTEST_MAIN(ComparePageTest)
#include "tst_compare_page.moc"
