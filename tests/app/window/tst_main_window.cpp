// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/frame/help_viewer.h"
#include "app/window/frame/run_popup.h"
#include "app/window/frame/settings_dialog.h"
#include "app/window/main_window.h"
#include "app/window/pages/page.h"
#include "app/window/session/text.h"
#include "tests/app/window/window_fixture.h"
#include "widgets/log_drawer.h"
#include "widgets/message_bar.h"
#include "widgets/run_list.h"
#include "widgets/theme.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
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
};

QTEST_MAIN(MainWindowTest)
#include "tst_main_window.moc"
