// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/data_page.h"
#include "app/window/session/text.h"
#include "tests/app/window/window_fixture.h"
#include "tests/support/shared_folder.h"
#include "widgets/histogram_view.h"
#include "widgets/image_grid.h"
#include "widgets/read_outs.h"

#include <QtTest/QTest>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QStackedWidget>

#include <fstream>

using elbo::tests::WindowFixture;

class DataPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anEmptyPageOffersTheRooms()
    {
        WindowFixture fixture;
        QVERIFY(fixture.find<QWidget>(QStringLiteral("quickRooms"))->isVisible());
        QVERIFY(!fixture.find<QWidget>(QStringLiteral("trainOnThis"))->isVisible());
    }

    void roomsAreLoadedAndShown()
    {
        WindowFixture fixture;
        fixture.loadRooms();
        ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
        const auto* grid = fixture.find<elbo::ImageGrid>(QStringLiteral("imageGrid"));
        QCOMPARE(grid->shownCount(), 24);
        QTRY_VERIFY(grid->cachedBytes() > 0);
        const auto* numbers = fixture.find<elbo::ReadOuts>(QStringLiteral("dataNumbers"));
        QCOMPARE(numbers->valueText(QStringLiteral("images")), QStringLiteral("24"));
        QCOMPARE(numbers->valueText(QStringLiteral("size")), QStringLiteral("32 x 32"));
        QCOMPARE(numbers->valueText(QStringLiteral("train")), QStringLiteral("18"));
        QCOMPARE(numbers->valueText(QStringLiteral("test")), QStringLiteral("6"));
        QVERIFY(numbers->valueText(QStringLiteral("depth")).endsWith(QStringLiteral(" m")));
        QVERIFY(!fixture.find<elbo::HistogramView>(QStringLiteral("depthHistogram"))->empty());
        QVERIFY(fixture.find<QWidget>(QStringLiteral("trainOnThis"))->isVisible());
        QVERIFY(fixture.find<QWidget>(QStringLiteral("depthScale"))->isVisible());
    }

    void theGridIsFilteredByTheSplit()
    {
        WindowFixture fixture;
        fixture.loadRooms();
        ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
        auto* split = fixture.find<QComboBox>(QStringLiteral("gridSplit"));
        const auto* grid = fixture.find<elbo::ImageGrid>(QStringLiteral("imageGrid"));
        split->setCurrentIndex(split->findData(1));
        QCOMPARE(grid->shownCount(), 6);
        // Jumping to an image that the filter hides takes the filter away.
        auto hidden = fixture.workspace().data()->view->testIndices().front() == 0 ? 1 : 0;
        while (fixture.workspace().data()->view->place(hidden).second == 1) {
            ++hidden;
        }
        auto* jump = fixture.find<QSpinBox>(QStringLiteral("gridJump"));
        jump->setValue(hidden == 0 ? 1 : 0);
        jump->setValue(hidden);
        QCOMPARE(grid->shownCount(), 24);
        QCOMPARE(grid->current().value_or(-1), hidden);
    }

    void loadingCanBeCancelled()
    {
        WindowFixture fixture;
        auto many = WindowFixture::smallRooms();
        many.fields.set("count", std::int64_t{20000});
        fixture.workspace().loadData(many);
        QVERIFY(fixture.workspace().isLoadingData());
        fixture.workspace().cancelLoading();
        ELBO_TRY_VERIFY(!fixture.workspace().isLoadingData());
        QVERIFY(!fixture.workspace().data().has_value());
        QVERIFY(fixture.find<QWidget>(QStringLiteral("quickRooms"))->isVisible());
    }

    void badFoldersAndFilesAreSaidInOneSentence_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("missing") << QStringLiteral("gone");
        QTest::newRow("empty folder") << QStringLiteral("empty");
        QTest::newRow("empty file") << QStringLiteral("nothing.safetensors");
        QTest::newRow("foreign file") << QStringLiteral("letter.txt");
        QTest::newRow("truncated prepared file") << QStringLiteral("torn.safetensors");
    }

    void badFoldersAndFilesAreSaidInOneSentence()
    {
        QFETCH(QString, name);
        WindowFixture fixture;
        const auto file = fixture.path(name);
        std::filesystem::create_directories(fixture.path(QStringLiteral("empty")));
        std::ofstream(fixture.path(QStringLiteral("nothing.safetensors"))).flush();
        std::ofstream(fixture.path(QStringLiteral("letter.txt"))) << "Dear reader";
        std::ofstream(fixture.path(QStringLiteral("torn.safetensors")))
            << std::string("\x40\0\0\0\0\0\0\0{\"col", 13);
        fixture.window().openPaths({file});
        ELBO_TRY_VERIFY(!fixture.error().isEmpty());
        QVERIFY2(fixture.error().endsWith(QLatin1Char('.')), qPrintable(fixture.error()));
        QVERIFY(!fixture.workspace().data().has_value());
        // The program goes on: the rooms still load.
        fixture.loadRooms();
        ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
    }

    void pairsWithProblemsAreListed()
    {
        ELBO_SHARED_FOLDER_OR_SKIP(shared);
        WindowFixture fixture;
        const auto folder = fixture.path(QStringLiteral("pairs"));
        std::filesystem::create_directories(folder);
        const auto pairs = shared / "data" / "nyu_labeled_8bit" / "pairs";
        int copied = 0;
        for (const auto& entry : std::filesystem::directory_iterator(pairs)) {
            if (entry.path().extension() == ".jpg" && copied < 12) {
                const auto depth = std::filesystem::path(entry.path()).replace_extension(".png");
                std::filesystem::copy_file(entry.path(), folder / entry.path().filename());
                std::filesystem::copy_file(depth, folder / depth.filename());
                ++copied;
            }
        }
        std::ofstream(folder / "broken.jpg") << "no picture";
        std::ofstream(folder / "broken.png") << "no picture";
        fixture.window().openPaths({folder});
        ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
        const auto* problems = fixture.find<QListWidget>(QStringLiteral("dataProblems"));
        QVERIFY(problems->isVisible());
        QVERIFY(problems->item(0)->text().contains(QStringLiteral("broken")));
        QCOMPARE(fixture.workspace().data()->summary.images, 12);
    }
};

QTEST_MAIN(DataPageTest)
#include "tst_data_page.moc"
