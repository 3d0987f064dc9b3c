// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/pages/data_inspector.h"
#include "app/window/pages/data_page.h"
#include "app/window/pages/problem_list.h"
#include "app/window/session/text.h"
#include "core/data/registry.h"
#include "core/io/fetch.h"
#include "core/io/images.h"
#include "tests/app/window/window_fixture.h"
#include "tests/support/file_server.h"
#include "widgets/histogram_view.h"
#include "widgets/image_grid.h"
#include "widgets/read_outs.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QFile>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QToolButton>

#include <fstream>

using elbo::tests::WindowFixture;

namespace {

/// What one side of a pair is like.
enum class Side { Varied, Constant, Empty, Broken, Absent };

/// NAME.color.png of width x 30 and NAME.depth.png of 40x30.
void writePair(const std::filesystem::path& folder, const std::string& name, Side color, Side depth,
               int width = 40)
{
    std::filesystem::create_directories(folder);
    const auto pixels = static_cast<std::size_t>(width) * 30;
    elbo::Image8 picture{width, 30, 3, std::vector<std::uint8_t>(3 * pixels, 90)};
    elbo::ImageF metres{40, 30, std::vector<float>(40 * 30, depth == Side::Constant ? 1500.0F : 0.0F)};
    for (std::size_t i = 0; color == Side::Varied && i < picture.pixels.size(); ++i) {
        picture.pixels[i] = static_cast<std::uint8_t>((i * 7 + name.size()) % 251);
    }
    for (std::size_t i = 0; depth == Side::Varied && i < metres.values.size(); ++i) {
        metres.values[i] = 1000.0F + static_cast<float>(i);
    }
    if (color == Side::Broken) {
        std::ofstream(folder / (name + ".color.png")) << "no picture";
    } else {
        elbo::writePng(folder / (name + ".color.png"), picture);
    }
    if (depth == Side::Broken) {
        std::ofstream(folder / (name + ".depth.png")) << "no picture";
    } else if (depth != Side::Absent) {
        elbo::writePng16(folder / (name + ".depth.png"), metres);
    }
}

/// The small digits of the fixture, offered by a server as the official ones are.
elbo::FetchSet digitsFrom(elbo::tests::FileServer& server, const std::filesystem::path& folder)
{
    static_cast<void>(WindowFixture::smallDigits(folder));
    elbo::FetchSet set{"mnist", {server.address()}, {}};
    for (const char* name : {"t10k-labels-idx1-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
                             "train-images-idx3-ubyte"}) {
        QFile file(elbo::toQt(folder / name));
        if (!file.open(QIODevice::ReadOnly)) {
            qFatal("the digits are not there");
        }
        const auto bytes = file.readAll();
        server.answer(QString::fromLatin1(name), {.body = bytes});
        set.files.push_back(
            {name, static_cast<std::uint64_t>(bytes.size()),
             QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex().toStdString()});
    }
    return set;
}

/// Lets the window fetch that set, where it fetches the official one.
void fetchFrom(WindowFixture& fixture, const elbo::FetchSet& set)
{
    qputenv("no_proxy", "*");
    fixture.workspace().setFetcher([set](const std::string& key, const elbo::JobContext& context) {
        const auto folder = elbo::fetchedFolder(key);
        elbo::fetchFiles(set, folder, {.progress = context.progress, .stop = context.stop});
        elbo::DataConfig config{key, {}};
        config.fields.set("path", folder.string());
        return config;
    });
}

/// Clicks on a kind of set in the list.
void pickKind(WindowFixture& fixture, const QString& key)
{
    auto* list = fixture.find<QListWidget>(QStringLiteral("dataSets"));
    for (int row = 0; row < list->count(); ++row) {
        auto* item = list->item(row);
        if (item->text() == elbo::toQt(elbo::findDataSet(key.toStdString()).title)) {
            list->scrollToItem(item);
            QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualItemRect(item).center());
            return;
        }
    }
    QFAIL("no such kind");
}

/// Twelve good pairs.
void writePairs(const std::filesystem::path& folder)
{
    for (int n = 0; n < 12; ++n) {
        writePair(folder, "good" + std::to_string(n), Side::Varied, Side::Varied);
    }
}

}  // namespace

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

    void pairsWithProblemsAreListed_data()
    {
        QTest::addColumn<int>("color");
        QTest::addColumn<int>("depth");
        QTest::addColumn<int>("width");
        QTest::addColumn<bool>("kept");
        const auto row = [](const char* name, Side color, Side depth, int width, bool kept) {
            QTest::newRow(name) << static_cast<int>(color) << static_cast<int>(depth) << width << kept;
        };
        row("unreadable", Side::Broken, Side::Broken, 40, false);
        row("sides that disagree", Side::Varied, Side::Varied, 64, false);
        row("a constant channel", Side::Constant, Side::Varied, 40, true);
        row("no valid depth", Side::Varied, Side::Empty, 40, false);
    }

    void pairsWithProblemsAreListed()
    {
        QFETCH(int, color);
        QFETCH(int, depth);
        QFETCH(int, width);
        QFETCH(bool, kept);
        WindowFixture fixture;
        const auto folder = fixture.path(QStringLiteral("pairs"));
        writePairs(folder);
        writePair(folder, "odd", static_cast<Side>(color), static_cast<Side>(depth), width);
        fixture.window().openPaths({folder});
        ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
        QVERIFY(fixture.find<QWidget>(QStringLiteral("dataProblems"))->isVisible());
        const auto& summary = fixture.workspace().data()->summary;
        QCOMPARE(summary.images, kept ? 13 : 12);
        QVERIFY(!summary.problems.empty());
        QVERIFY2(summary.problems.front().name.find("odd") != std::string::npos,
                 summary.problems.front().name.c_str());
        QVERIFY(!summary.problems.front().sentence.empty());
        QCOMPARE(summary.problems.front().leftOut, !kept);
    }

    void aFolderWithoutDepthIsSaid()
    {
        WindowFixture fixture;
        const auto folder = fixture.path(QStringLiteral("colour"));
        writePair(folder, "a", Side::Varied, Side::Absent);
        writePair(folder, "b", Side::Varied, Side::Absent);
        fixture.window().openPaths({folder});
        ELBO_TRY_VERIFY(!fixture.error().isEmpty());
        QVERIFY2(fixture.error().contains(QStringLiteral("depth")), qPrintable(fixture.error()));
        QVERIFY(!fixture.workspace().data().has_value());
    }

    void aLoadThatFailsLeavesTheForm()
    {
        WindowFixture fixture;
        fixture.loadRooms();
        ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
        elbo::DataConfig wanted;
        wanted.key = "rgbd-folder";
        const auto folder = fixture.path(QStringLiteral("empty"));
        std::filesystem::create_directories(folder);
        wanted.fields.set("path", folder.string());
        wanted.fields.set("size", std::string("64"));
        fixture.workspace().loadData(wanted);
        ELBO_TRY_VERIFY(!fixture.error().isEmpty());
        QVERIFY(!fixture.workspace().isLoadingData());
        QVERIFY(fixture.workspace().data()->summary.config == WindowFixture::smallRooms());
        QVERIFY(fixture.find<QWidget>(QStringLiteral("imageGrid"))->isVisible());
        const auto* form = fixture.window().findChild<elbo::DataInspector*>();
        const auto* path = form->findChild<QLineEdit*>(QStringLiteral("field-path"));
        QVERIFY(path != nullptr);
        QCOMPARE(path->text(), elbo::toQt(folder));
    }

    void theSetInUseIsHighlighted()
    {
        WindowFixture fixture;
        fixture.loadRooms();
        const auto* list = fixture.find<QListWidget>(QStringLiteral("dataSets"));
        ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
        QVERIFY(list->currentItem() != nullptr && list->currentItem()->isSelected());
        // The recent set itself rather than its kind.
        QVERIFY2(list->currentItem()->text().contains(QStringLiteral("count 24")),
                 qPrintable(list->currentItem()->text()));
    }

    void filesAreOpenedToo()
    {
        WindowFixture fixture;
        fixture.loadRooms();
        ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
        const auto file = fixture.path(QStringLiteral("mine.safetensors"));
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(fixture.path(QStringLiteral("cache")))) {
            if (entry.path().extension() == ".safetensors") {
                std::filesystem::copy_file(entry.path(), file);
                break;
            }
        }
        QVERIFY(std::filesystem::exists(file));
        fixture.answers().files = {elbo::toQt(file)};
        fixture.click(QStringLiteral("openData"));
        auto* menu = fixture.find<QMenu>(QStringLiteral("openDataMenu"));
        QVERIFY(menu != nullptr);
        QCOMPARE(menu->actions().size(), 2);
        menu->actions().at(1)->trigger();
        menu->close();
        QCOMPARE(fixture.answers().asked, 1);
        ELBO_TRY_VERIFY(fixture.workspace().data()->summary.config.key == "prepared");
        QCOMPARE(fixture.workspace().data()->summary.images, 24);
        // The option's own button asks for a file, too, through the same question.
        fixture.answers().files = {QStringLiteral("/elsewhere/other.safetensors")};
        fixture.answers().folder = QStringLiteral("/a/folder");
        fixture.click(QStringLiteral("browse-path"));
        QCOMPARE(fixture.answers().asked, 2);
        QCOMPARE(fixture.find<QLineEdit>(QStringLiteral("field-path"))->text(),
                 QStringLiteral("/elsewhere/other.safetensors"));
    }

    void whatIsBrowsedForIsWhatTheFieldNames()
    {
        WindowFixture fixture;
        fixture.loadRooms();
        ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
        fixture.answers().files = {QStringLiteral("/a/file")};
        fixture.answers().folder = QStringLiteral("/a/folder");
        auto* form = fixture.window().findChild<elbo::DataInspector*>();
        const auto chosen = [&](const char* key, const QString& field) {
            form->setConfig(elbo::DataConfig{key, {}});
            form->findChild<QToolButton*>(QStringLiteral("browse-") + field)->click();
            return form->findChild<QLineEdit*>(QStringLiteral("field-") + field)->text();
        };
        QCOMPARE(chosen("nyu-mat", QStringLiteral("path")), QStringLiteral("/a/file"));
        QCOMPARE(chosen("nyu-mat", QStringLiteral("splits")), QStringLiteral("/a/file"));
        QCOMPARE(chosen("frames-h5", QStringLiteral("path")), QStringLiteral("/a/folder"));
        QCOMPARE(chosen("official-splits", QStringLiteral("path")), QStringLiteral("/a/folder"));
        QCOMPARE(chosen("rgbd-folder", QStringLiteral("labels")), QStringLiteral("/a/file"));
    }

    void oneFileOfMnistStandsForItsFolder()
    {
        WindowFixture fixture;
        const auto folder = fixture.path(QStringLiteral("digits"));
        std::filesystem::create_directories(folder);
        std::ofstream(folder / "train-images-idx3-ubyte") << "torn";
        fixture.window().openPaths({folder / "train-images-idx3-ubyte"});
        // The reader of MNIST got it, rather than a refusal that asks for the folder.
        ELBO_TRY_VERIFY(!fixture.error().isEmpty());
        QVERIFY2(!fixture.error().contains(QStringLiteral("give the folder")), qPrintable(fixture.error()));
    }

    void picturesOfTheGridAreCopiedSavedAndSent()
    {
        WindowFixture fixture;
        fixture.loadRooms();
        ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
        auto* grid = fixture.find<elbo::ImageGrid>(QStringLiteral("imageGrid"));
        QMenu menu;
        Q_EMIT grid->menuWanted(3, &menu);
        QStringList texts;
        for (const auto* action : menu.actions()) {
            texts << action->text();
        }
        for (const auto& text : {"Copy picture", "Save picture as...", "Copy depth", "Save depth as...",
                                 "Send to Reconstruct"}) {
            QVERIFY2(texts.contains(QString::fromLatin1(text)), text);
        }
        const auto trigger = [&](const char* text) {
            menu.actions().at(texts.indexOf(QString::fromLatin1(text)))->trigger();
        };
        trigger("Copy picture");
        QCOMPARE(QGuiApplication::clipboard()->image().size(), QSize(32, 32));
        const auto saved = fixture.path(QStringLiteral("third"));
        fixture.answers().saveFile = elbo::toQt(saved);
        trigger("Save depth as...");
        ELBO_TRY_VERIFY(std::filesystem::exists(saved.string() + ".png"));
        fixture.answers().saveFile = elbo::toQt(fixture.path(QStringLiteral("no/such/folder/a.png")));
        trigger("Save picture as...");
        ELBO_TRY_VERIFY(fixture.error().contains(QStringLiteral("Could not save the picture")));
    }

    void problemsHaveNameAndReasonAndAreCopied()
    {
        elbo::ProblemList list;
        list.resize(300, 200);
        list.setProblems({{"kitchen/7", "its depth image has no valid value", true},
                          {"kitchen/8", "the red channel has one value everywhere", false}});
        list.show();
        QVERIFY(QTest::qWaitForWindowExposed(&list));
        QCOMPARE(list.count(), 2);
        QVERIFY(list.visualItemRect(list.item(0)).height() >= 2 * list.fontMetrics().height());
        list.item(1)->setSelected(true);
        QTest::keyClick(&list, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(),
                 QStringLiteral("kitchen/8\tKept: the red channel has one value everywhere\n"));
        QTest::keyClick(&list, Qt::Key_Escape);
        QCOMPARE(list.asText().split(QLatin1Char('\n'), Qt::SkipEmptyParts).size(), 2);
        QVERIFY(list.asText().startsWith(QStringLiteral("kitchen/7\tLeft out: ")));
    }

    // The whole way through the button, from a server of the test's own.
    void digitsAreFetchedAndLoaded()
    {
        WindowFixture fixture;
        elbo::tests::FileServer server;
        const auto set = digitsFrom(server, fixture.path(QStringLiteral("official")));
        fetchFrom(fixture, set);
        auto* fetch = fixture.find<QPushButton>(QStringLiteral("fetchData"));
        QVERIFY(!fetch->isVisible());  // rooms need no files
        pickKind(fixture, QStringLiteral("mnist"));
        QVERIFY(fetch->isVisible());
        QCOMPARE(fetch->text(), QStringLiteral("Fetch MNIST"));
        QVERIFY(!fixture.find<QPushButton>(QStringLiteral("loadData"))->isEnabled());
        fetch->click();
        QVERIFY(fixture.find<QWidget>(QStringLiteral("load-bar"))->isVisible());
        QCOMPARE(fixture.find<QLabel>(QStringLiteral("load-text"))->text(), QStringLiteral("Fetching MNIST"));
        ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
        QCOMPARE(fixture.workspace().data()->summary.images, 40);
        QVERIFY(!fetch->isVisible());
        // Another time the kind alone finds them.
        pickKind(fixture, QStringLiteral("rooms"));
        pickKind(fixture, QStringLiteral("mnist"));
        QVERIFY(!fetch->isVisible());
        // And of the other set nothing is there yet.
        pickKind(fixture, QStringLiteral("fashion-mnist"));
        QVERIFY(fetch->isVisible());
        QCOMPARE(fetch->text(), QStringLiteral("Fetch Fashion-MNIST"));
    }

    void fetchingCanBeCancelled()
    {
        WindowFixture fixture;
        elbo::tests::FileServer server;
        const auto set = digitsFrom(server, fixture.path(QStringLiteral("official")));
        server.answer(QString::fromStdString(set.files.back().name), {.body = {}, .silent = true});
        fetchFrom(fixture, set);
        pickKind(fixture, QStringLiteral("mnist"));
        auto* fetch = fixture.find<QPushButton>(QStringLiteral("fetchData"));
        fetch->click();
        ELBO_TRY_VERIFY(server.requests().size() == 4);
        QVERIFY(!fetch->isEnabled());
        fixture.click(QStringLiteral("load-cancel"));
        ELBO_TRY_VERIFY(fetch->isEnabled());
        QVERIFY(fixture.find<QWidget>(QStringLiteral("quickRooms"))->isVisible());
        QCOMPARE(fixture.error(), QString());
        QVERIFY(!fixture.workspace().data().has_value());
        // What came before is kept: only the last file is asked for again.
        static_cast<void>(digitsFrom(server, fixture.path(QStringLiteral("official"))));
        fetch->click();
        ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
        QCOMPARE(server.requests().size(), 5);
    }

    void withoutNetworkASentenceSaysSo()
    {
        WindowFixture fixture;
        elbo::FetchSet set;
        {
            elbo::tests::FileServer gone;
            set = digitsFrom(gone, fixture.path(QStringLiteral("official")));
        }
        fetchFrom(fixture, set);
        pickKind(fixture, QStringLiteral("mnist"));
        fixture.click(QStringLiteral("fetchData"));
        ELBO_TRY_VERIFY(fixture.error().contains(QStringLiteral("no server could be reached")));
        QVERIFY(fixture.find<QPushButton>(QStringLiteral("fetchData"))->isEnabled());
        QVERIFY(fixture.find<QWidget>(QStringLiteral("quickRooms"))->isVisible());
    }

    void theFiltersAreReadWhole()
    {
        WindowFixture fixture;
        fixture.window().resize(1280, 800);
        fixture.loadRooms();
        ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
        for (const auto& name : {"gridContent", "gridMap", "gridSplit"}) {
            const auto* box = fixture.find<QComboBox>(QString::fromLatin1(name));
            QTRY_VERIFY2(box->width() >= box->sizeHint().width(), name);
        }
    }
};

QTEST_MAIN(DataPageTest)
#include "tst_data_page.moc"
