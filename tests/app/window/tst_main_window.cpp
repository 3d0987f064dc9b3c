// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/frame/help_viewer.h"
#include "app/window/frame/run_popup.h"
#include "app/window/frame/settings_dialog.h"
#include "app/window/main_window.h"
#include "app/window/pages/page.h"
#include "app/window/session/text.h"
#include "core/training/run_folder.h"
#include "core/training/run_info.h"
#include "tests/app/window/window_fixture.h"
#include "widgets/log_drawer.h"
#include "widgets/message_bar.h"
#include "widgets/reconstruction_grid.h"
#include "widgets/run_list.h"
#include "widgets/theme.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QTextBrowser>

#include <fstream>

using elbo::tests::WindowFixture;

namespace {

/// Keys go to the active window; a screen of a test has no window manager to make one active.
void activate(WindowFixture& fixture)
{
    QVERIFY(QTest::qWaitForWindowExposed(&fixture.window()));
    fixture.window().activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&fixture.window()));
}

}  // namespace

class MainWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pagesAreReachedByTheirKeys()
    {
        WindowFixture fixture;
        activate(fixture);
        QCOMPARE(fixture.window().currentPage()->id(), QStringLiteral("data"));
        QTest::keyClick(&fixture.window(), Qt::Key_2, Qt::ControlModifier);
        QTRY_COMPARE(fixture.window().currentPage()->id(), QStringLiteral("train"));
        QTest::keyClick(&fixture.window(), Qt::Key_3, Qt::ControlModifier);
        QTRY_COMPARE(fixture.window().currentPage()->id(), QStringLiteral("reconstruct"));
        QCOMPARE(fixture.find<QLabel>(QStringLiteral("pageTitle"))->text(), QStringLiteral("Reconstruct"));
        QTest::keyClick(&fixture.window(), Qt::Key_1, Qt::ControlModifier);
        QTRY_COMPARE(fixture.window().currentPage()->id(), QStringLiteral("data"));
    }

    void pageGeometryAndSplittersAreKept()
    {
        auto home = std::make_shared<QTemporaryDir>();
        QList<int> sizes;
        {
            WindowFixture first(home);
            first.window().resize(1400, 820);
            first.window().showPage(QStringLiteral("train"));
            QVERIFY(QTest::qWaitForWindowExposed(&first.window()));
            auto* splitter = first.find<QSplitter>(QStringLiteral("trainSplitter"));
            splitter->setSizes({900, 400});
            QCoreApplication::processEvents();
            sizes = splitter->sizes();
            QVERIFY(first.window().close());
        }
        WindowFixture second(home);
        QVERIFY(QTest::qWaitForWindowExposed(&second.window()));
        QCOMPARE(second.window().currentPage()->id(), QStringLiteral("train"));
        QTRY_COMPARE(second.window().size(), QSize(1400, 820));
        QTRY_COMPARE(second.find<QSplitter>(QStringLiteral("trainSplitter"))->sizes(), sizes);
    }

    void theThemeIsChosenAndKept()
    {
        auto home = std::make_shared<QTemporaryDir>();
        {
            WindowFixture first(home);
            const bool dark = elbo::theme::isDark(first.window().palette());
            first.click(QStringLiteral("themeButton"));
            QTRY_COMPARE(elbo::theme::isDark(first.window().palette()), !dark);
            first.click(QStringLiteral("themeButton"));
            QTRY_COMPARE(elbo::theme::isDark(first.window().palette()), dark);
            if (!dark) {
                first.click(QStringLiteral("themeButton"));
            }
            first.window().close();
        }
        WindowFixture second(home);
        QVERIFY(elbo::theme::isDark(second.window().palette()));
        elbo::theme::applyScheme(elbo::theme::Scheme::System);
    }

    void anErrorHasASentenceDetailsAndActions()
    {
        WindowFixture fixture;
        int retried = 0;
        fixture.workspace().complain(
            {elbo::ErrorCode::DiskFull, "The disk is full: free some space.", "ENOSPC"},
            {{QStringLiteral("Retry"), [&] { ++retried; }}});
        QTRY_COMPARE(fixture.error(), QStringLiteral("The disk is full: free some space."));
        auto* bar = fixture.find<elbo::MessageBar>(QStringLiteral("messageBar"));
        Q_EMIT bar->actionTriggered(QStringLiteral("0"));
        QCOMPARE(retried, 1);
        QVERIFY(fixture.error().isEmpty());
        auto* log = fixture.find<elbo::LogDrawer>(QStringLiteral("log"));
        log->flush();
        QVERIFY(log->text().contains(QStringLiteral("ENOSPC")));
        QCOMPARE(fixture.answers().asked, 0);
    }

    void settingsAreChangedAndWritten()
    {
        WindowFixture fixture;
        fixture.click(QStringLiteral("tool-settings"));
        auto* dialog = fixture.find<elbo::SettingsDialog>(QStringLiteral("settingsDialog"));
        QVERIFY(dialog != nullptr);
        auto* runs = dialog->findChild<QLineEdit*>(QStringLiteral("runsFolder"));
        runs->setText(QStringLiteral("relative/folder"));
        dialog->findChild<QComboBox*>(QStringLiteral("depthMap"))->setCurrentIndex(1);
        const auto folder = elbo::toQt(fixture.path(QStringLiteral("elsewhere")));
        runs->setText(folder);
        dialog->accept();
        QCOMPARE(elbo::toQt(fixture.workspace().settings().runsFolder), folder);
        QCOMPARE(elbo::toQt(elbo::loadSettings().runsFolder), folder);
        QCOMPARE(fixture.workspace().depthMap(), QStringLiteral("viridis"));
    }

    void damagedSettingsAreSaid()
    {
        auto home = std::make_shared<QTemporaryDir>();
        {
            const WindowFixture first(home);
        }
        std::ofstream(elbo::toPath(home->filePath(QStringLiteral("config/elbo/settings.json")))) << "{ torn";
        elbo::Workspace workspace;
        QSignalSpy complaints(&workspace, &elbo::Workspace::complaintRaised);
        QTRY_COMPARE(complaints.size(), 1);
    }

    void everyPageHasHelp()
    {
        WindowFixture fixture;
        for (const auto& page : {"data", "train", "reconstruct"}) {
            fixture.window().showPage(QString::fromLatin1(page));
            fixture.click(QStringLiteral("helpButton"));
            auto* help = fixture.find<elbo::HelpViewer>(QStringLiteral("helpViewer"));
            QVERIFY(help != nullptr);
            QCOMPARE(help->topic(), QString::fromLatin1(page));
            QVERIFY(help->findChild<QTextBrowser*>(QStringLiteral("helpText"))->toPlainText().size() > 400);
        }
        auto* help = fixture.find<elbo::HelpViewer>(QStringLiteral("helpViewer"));
        for (const auto& topic : {"start", "figures", "shortcuts"}) {
            help->showTopic(QString::fromLatin1(topic));
            QVERIFY(help->findChild<QTextBrowser*>(QStringLiteral("helpText"))->toPlainText().size() > 400);
        }
    }

    void theListOfRunsIsEmptyAtFirst()
    {
        WindowFixture fixture;
        fixture.window().showPage(QStringLiteral("train"));
        fixture.click(QStringLiteral("chip"));
        auto* popup = fixture.find<elbo::RunPopup>(QStringLiteral("runPopup"));
        QTRY_VERIFY(popup->isVisible());
        QCOMPARE(popup->list()->model()->rowCount(), 0);
        popup->hide();
    }

    void theKeysOfTheFrameWork()
    {
        WindowFixture fixture;
        activate(fixture);
        auto* log = fixture.find<elbo::LogDrawer>(QStringLiteral("log"));
        const bool open = log->isOpen();
        QTest::keyClick(&fixture.window(), Qt::Key_L, Qt::ControlModifier);
        QCOMPARE(log->isOpen(), !open);
        QTest::keyClick(&fixture.window(), Qt::Key_L, Qt::ControlModifier);
        QCOMPARE(log->isOpen(), open);
        // A folder and files are asked for by keys of their own.
        std::filesystem::create_directories(fixture.path(QStringLiteral("empty")));
        fixture.answers().folder = elbo::toQt(fixture.path(QStringLiteral("empty")));
        QTest::keyClick(&fixture.window(), Qt::Key_O, Qt::ControlModifier);
        QCOMPARE(fixture.answers().asked, 1);
        ELBO_TRY_VERIFY(fixture.error().contains(QStringLiteral("empty")));
        const auto torn = fixture.path(QStringLiteral("torn.safetensors"));
        std::ofstream(torn) << "torn";
        fixture.answers().files = {elbo::toQt(torn)};
        QTest::keyClick(&fixture.window(), Qt::Key_O, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(fixture.answers().asked, 2);
        ELBO_TRY_VERIFY(fixture.error().contains(QStringLiteral("torn.safetensors")));
        QTest::keyClick(&fixture.window(), Qt::Key_F1);
        auto* help = fixture.find<elbo::HelpViewer>(QStringLiteral("helpViewer"));
        QVERIFY(help != nullptr && help->isVisible());
        help->close();
        fixture.window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&fixture.window()));
        QTest::keyClick(&fixture.window(), Qt::Key_Comma, Qt::ControlModifier);
        auto* dialog = fixture.find<elbo::SettingsDialog>(QStringLiteral("settingsDialog"));
        QVERIFY(dialog != nullptr && dialog->isVisible());
        dialog->reject();
    }

    void theInspectorFoldsOnEveryPageAndStaysSo()
    {
        auto home = std::make_shared<QTemporaryDir>();
        {
            WindowFixture first(home);
            activate(first);
            for (const auto& page : {"data", "train", "reconstruct"}) {
                const auto id = QString::fromLatin1(page);
                first.window().showPage(id);
                auto* inspector = first.find<QWidget>(id + QStringLiteral("Inspector"));
                QTRY_VERIFY(inspector->isVisible());
                first.click(id + QStringLiteral("Fold"));
                QVERIFY(!inspector->isVisible());
                QVERIFY(first.find<QWidget>(id + QStringLiteral("Fold"))->isVisible());
            }
            // The key means the page that is shown.
            QTest::keyClick(&first.window(), Qt::Key_I, Qt::ControlModifier);
            QVERIFY(first.find<QWidget>(QStringLiteral("reconstructInspector"))->isVisible());
            first.window().close();
        }
        WindowFixture second(home);
        second.window().showPage(QStringLiteral("train"));
        QVERIFY(!second.find<QWidget>(QStringLiteral("trainInspector"))->isVisible());
        second.window().showPage(QStringLiteral("reconstruct"));
        QVERIFY(second.find<QWidget>(QStringLiteral("reconstructInspector"))->isVisible());
    }

    /// Every text on every page, as the window starts and after each change of theme.
    void textsCanBeReadInBothThemes()
    {
        WindowFixture fixture;
        fixture.workspace().state().addRecentData(QStringLiteral("rooms:count=24"));
        fixture.loadRooms();
        ELBO_TRY_VERIFY(fixture.workspace().data().has_value());
        for (int change = 0; change < 3; ++change) {
            QCoreApplication::processEvents();
            const auto window = fixture.window().palette().color(QPalette::Active, QPalette::Window);
            int texts = 0;
            for (const auto* label : fixture.window().findChildren<QLabel*>()) {
                if (label->text().isEmpty() || label->backgroundRole() == QPalette::Base) {
                    continue;
                }
                const auto text = label->palette().color(QPalette::Active, label->foregroundRole());
                QVERIFY2(elbo::theme::contrast(text, window) >= 4.5,
                         qPrintable(label->objectName() + QLatin1Char(' ') + label->text()));
                ++texts;
            }
            QVERIFY(texts > 60);
            const auto* list = fixture.find<QListWidget>(QStringLiteral("dataSets"));
            const auto base = list->palette().color(QPalette::Active, QPalette::Base);
            QVERIFY(elbo::theme::contrast(list->item(0)->foreground().color(), base) >= 4.5);
            fixture.click(QStringLiteral("themeButton"));
        }
        elbo::theme::applyScheme(elbo::theme::Scheme::System);
    }

    void theSelectionInTheListOfRunsStays()
    {
        WindowFixture fixture;
        const auto runs = fixture.path(QStringLiteral("runs"));
        std::vector<std::filesystem::path> folders;
        for (int i = 0; i < 2; ++i) {
            folders.push_back(elbo::createRunFolder(runs, WindowFixture::smallRun()));
            elbo::RunInfo info;
            info.folder = folders.back();
            info.name = folders.back().filename().string();
            info.config = WindowFixture::smallRun();
            info.createdUtc = "2026-01-0" + std::to_string(i + 1) + "T00:00:00Z";
            elbo::writeRunInfo(info);
        }
        fixture.workspace().openRun(folders[0]);
        fixture.window().showPage(QStringLiteral("train"));
        fixture.click(QStringLiteral("chip"));
        auto* popup = fixture.find<elbo::RunPopup>(QStringLiteral("runPopup"));
        QTRY_COMPARE(popup->list()->model()->rowCount(), 2);
        QTRY_COMPARE(popup->list()->current(), elbo::toQt(folders[0]));
        QVERIFY(popup->list()->focusProxy()->hasFocus());
        popup->list()->setCurrent(elbo::toQt(folders[1]));
        // It is read again every two seconds: a third run comes, the selection stays.
        const auto third = elbo::createRunFolder(runs, WindowFixture::smallRun());
        elbo::RunInfo info;
        info.folder = third;
        info.name = third.filename().string();
        info.config = WindowFixture::smallRun();
        info.createdUtc = "2026-01-03T00:00:00Z";
        elbo::writeRunInfo(info);
        ELBO_TRY_COMPARE(popup->list()->model()->rowCount(), 3);
        QCOMPARE(popup->list()->current(), elbo::toQt(folders[1]));
        popup->hide();
    }

    void everythingFitsInto1280x720()
    {
        WindowFixture fixture;
        fixture.window().resize(1280, 720);
        QVERIFY(QTest::qWaitForWindowExposed(&fixture.window()));
        for (const auto& page : {"data", "train", "reconstruct"}) {
            fixture.window().showPage(QString::fromLatin1(page));
            QCoreApplication::processEvents();
            QVERIFY2(fixture.window().minimumSizeHint().width() <= 1280, page);
            QVERIFY2(fixture.window().minimumSizeHint().height() <= 720, page);
        }
    }

    /// With everything there is to see: data, a run, images, an error with actions, the log open.
    void aFullWindowFitsInto1280x720()
    {
        WindowFixture fixture;
        fixture.window().resize(1280, 720);
        fixture.workspace().startTraining(WindowFixture::smallRun(2));
        ELBO_TRY_VERIFY(fixture.workspace().run() &&
                        fixture.workspace().run()->state == elbo::RunState::Completed);
        fixture.window().showPage(QStringLiteral("reconstruct"));
        ELBO_TRY_VERIFY(fixture.find<QWidget>(QStringLiteral("addTestImages"))->isEnabled());
        fixture.click(QStringLiteral("addTestImages"));
        const auto* grid = fixture.find<elbo::ReconstructionGrid>(QStringLiteral("reconstructionGrid"));
        ELBO_TRY_VERIFY(!grid->items().empty() && grid->items().back().result.has_value());
        fixture.find<elbo::LogDrawer>(QStringLiteral("log"))->setOpen(true);
        fixture.workspace().complain(
            {elbo::ErrorCode::NoPermission,
             "Could not write /home/somebody/Documents/Elbo/runs/a-run: permission "
             "denied. Choose a folder in which you may write.",
             "EACCES"},
            {{QStringLiteral("Retry"), [] {}}, {QStringLiteral("Choose folder..."), [] {}}});
        for (const auto& page : {"data", "train", "reconstruct"}) {
            fixture.window().showPage(QString::fromLatin1(page));
            QCoreApplication::processEvents();
            const auto least = fixture.window().minimumSizeHint();
            const auto size =
                QStringLiteral("%1: %2 x %3").arg(QLatin1String(page)).arg(least.width()).arg(least.height());
            QVERIFY2(least.width() <= 1280 && least.height() <= 720, qPrintable(size));
            QTRY_COMPARE(fixture.window().size(), QSize(1280, 720));
        }
    }
};

QTEST_MAIN(MainWindowTest)
#include "tst_main_window.moc"
