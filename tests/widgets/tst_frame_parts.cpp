// SPDX-License-Identifier: GPL-3.0-or-later
// The small parts of the frame: bars, drawers, panels and read-outs.
#include "widgets/drop_overlay.h"
#include "widgets/empty_state.h"
#include "widgets/load_panel.h"
#include "widgets/log_drawer.h"
#include "widgets/message_bar.h"
#include "widgets/read_outs.h"
#include "widgets/resources.h"
#include "widgets/side_bar.h"

#include <QtCore/QMimeData>
#include <QtGui/QDragEnterEvent>
#include <QtGui/QDropEvent>
#include <QtTest/QtTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>

#include <thread>

using namespace elbo;

class FramePartsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { loadResources(); }

    void messagesHaveDetailsActionsAndAnEnd()
    {
        QWidget window;
        window.resize(600, 200);
        MessageBar bar(&window);
        bar.resize(600, 60);
        window.show();
        QVERIFY(!bar.isVisible());
        bar.showMessage(MessageKind::Error, QStringLiteral("It failed: retry."), QStringLiteral("errno 28"),
                        {{QStringLiteral("retry"), QStringLiteral("Retry")}});
        QVERIFY(bar.isVisible());
        auto* details = bar.findChild<QPlainTextEdit*>(QStringLiteral("message-details"));
        QVERIFY(!details->isVisible());
        bar.findChild<QToolButton*>(QStringLiteral("message-details-button"))->click();
        QVERIFY(details->isVisible());
        QCOMPARE(details->toPlainText(), QStringLiteral("errno 28"));
        QSignalSpy action(&bar, &MessageBar::actionTriggered);
        bar.findChild<QPushButton*>(QStringLiteral("message-action-retry"))->click();
        QCOMPARE(action.first().first().toString(), QStringLiteral("retry"));
        // The next one replaces it, actions included.
        bar.showMessage(MessageKind::Info, QStringLiteral("Done."));
        QVERIFY(bar.findChild<QPushButton*>(QStringLiteral("message-action-retry")) == nullptr);
        QVERIFY(!bar.findChild<QToolButton*>(QStringLiteral("message-details-button"))->isVisible());
        QSignalSpy closed(&bar, &MessageBar::closed);
        bar.findChild<QToolButton*>(QStringLiteral("message-close"))->click();
        QCOMPARE(closed.size(), 1);
        QVERIFY(!bar.isVisible());
        QVERIFY(bar.sentence().isEmpty());
    }

    void loadingIsCancelledOnceAndSaysSoAtOnce()
    {
        LoadPanel panel;
        panel.start(QStringLiteral("Reading"));
        auto* bar = panel.findChild<QProgressBar*>(QStringLiteral("load-bar"));
        panel.setProgress(35000, 70000);
        QCOMPARE(bar->value() * 2, bar->maximum());
        panel.setProgress(std::int64_t{3} << 40, std::int64_t{4} << 40);
        QCOMPARE(bar->value() * 4, bar->maximum() * 3);
        panel.setProgress(0, 0);
        QCOMPARE(bar->maximum(), 0);
        QSignalSpy cancelled(&panel, &LoadPanel::cancelled);
        auto* button = panel.findChild<QPushButton*>(QStringLiteral("load-cancel"));
        button->click();
        button->click();
        QCOMPARE(cancelled.size(), 1);
        QVERIFY(panel.isCancelling());
        QVERIFY(!button->isEnabled());
        panel.start(QStringLiteral("Again"));
        QVERIFY(button->isEnabled());
    }

    void theLogGathersLinesOfAnyThread()
    {
        LogDrawer log;
        std::thread other([&log] {
            for (int i = 0; i < 100; ++i) {
                log.append(LogLevel::Info, QStringLiteral("line %1").arg(i));
            }
        });
        other.join();
        QVERIFY(log.text().isEmpty());
        QTRY_VERIFY(log.text().contains(QStringLiteral("line 99")));
    }

    void errorsStayUntilTheyAreRead()
    {
        LogDrawer log;
        QSignalSpy unread(&log, &LogDrawer::unreadErrorsChanged);
        log.append(LogLevel::Error, QStringLiteral("disk full"));
        log.append(LogLevel::Info, QStringLiteral("<b>epoch 3</b>"));
        log.flush();
        QCOMPARE(log.unreadErrors(), 1);
        auto* last = log.findChild<QLabel*>(QStringLiteral("log-last"));
        QCOMPARE(last->text(), QStringLiteral("disk full"));
        log.findChild<QToolButton*>(QStringLiteral("log-fold"))->click();
        QVERIFY(log.isOpen());
        QCOMPARE(log.unreadErrors(), 0);
        QCOMPARE(unread.size(), 2);
        QVERIFY(log.text().contains(QStringLiteral("<b>epoch 3</b>")));
        log.setOpen(false);
        QCOMPARE(last->text(), QStringLiteral("<b>epoch 3</b>"));
    }

    void theLogForgetsTheOldest()
    {
        LogDrawer log;
        log.setMaximumLines(10);
        for (int i = 0; i < 50; ++i) {
            log.append(LogLevel::Info, QStringLiteral("[%1]").arg(i));
        }
        log.flush();
        QVERIFY(!log.text().contains(QStringLiteral("[39]")));
        QVERIFY(log.text().contains(QStringLiteral("[40]")));
    }

    void pagesAreChosenByClickAndShortcut()
    {
        QWidget window;
        SideBar bar(&window);
        bar.addPage(QStringLiteral("data"), QStringLiteral("data"), QStringLiteral("Data"), 1);
        bar.addPage(QStringLiteral("train"), QStringLiteral("train"), QStringLiteral("Train"), 2);
        bar.addTool(QStringLiteral("settings"), QStringLiteral("settings"), QStringLiteral("Settings"));
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QSignalSpy selected(&bar, &SideBar::pageSelected);
        QSignalSpy tool(&bar, &SideBar::toolTriggered);
        QCOMPARE(bar.current(), QStringLiteral("data"));
        QTest::keyClick(&window, Qt::Key_2, Qt::ControlModifier);
        QCOMPARE(bar.current(), QStringLiteral("train"));
        QVERIFY(bar.findChild<QToolButton*>(QStringLiteral("page-train"))->isChecked());
        auto* data = bar.findChild<QToolButton*>(QStringLiteral("page-data"));
        data->click();
        data->click();
        QVERIFY(data->isChecked());
        QCOMPARE(selected.size(), 2);
        bar.setCurrent(QStringLiteral("nowhere"));
        QCOMPARE(bar.current(), QStringLiteral("data"));
        bar.findChild<QToolButton*>(QStringLiteral("tool-settings"))->click();
        QCOMPARE(tool.size(), 1);
    }

    void emptyStatesOfferTheirButton()
    {
        EmptyState state(QStringLiteral("image"), QStringLiteral("Drop images here."),
                         QStringLiteral("Add..."));
        QSignalSpy clicked(&state, &EmptyState::clicked);
        QSignalSpy second(&state, &EmptyState::secondClicked);
        state.button()->click();
        QCOMPARE(clicked.size(), 1);
        auto* quieter = state.findChild<QPushButton*>(QStringLiteral("empty-second-button"));
        QVERIFY(quieter->isHidden());
        state.setSecondButtonText(QStringLiteral("Open a run..."));
        QVERIFY(!quieter->isHidden());
        quieter->click();
        QCOMPARE(second.size(), 1);
        QCOMPARE(state.sentence(), QStringLiteral("Drop images here."));
    }

    void readOutsShowValuesAndTheirChange()
    {
        ReadOuts values;
        const auto elbo = QStringLiteral("elbo");
        values.setRows({{elbo, QStringLiteral("ELBO"), QStringLiteral("nats"), GoodDirection::Up, {}},
                        {QStringLiteral("left"), QStringLiteral("Time left"), {}, GoodDirection::None, {}}});
        auto* arrow = values.findChild<QLabel*>(QStringLiteral("arrow-elbo"));
        values.setNumber(elbo, -58123.4);
        QCOMPARE(values.valueText(elbo), QStringLiteral("-58,123"));
        QVERIFY(arrow->text().isEmpty());
        values.setNumber(elbo, -57000.0);
        QCOMPARE(arrow->text(), QStringLiteral("▲"));
        values.setNumber(elbo, -57001.0);
        QCOMPARE(arrow->text(), QStringLiteral("▼"));
        values.setText(QStringLiteral("left"), QStringLiteral("3 min 20 s"));
        QCOMPARE(values.table(), QStringLiteral("ELBO\t-57,001\tnats\nTime left\t3 min 20 s\t\n"));
        values.clearValues();
        QVERIFY(arrow->text().isEmpty());
        // An unknown name is ignored.
        values.setNumber(QStringLiteral("nothing"), 1.0);
    }

    void theOverlaySaysWhatADropWillDo()
    {
        QWidget window;
        window.resize(400, 300);
        QLineEdit line(&window);
        DropOverlay overlay(&window);
        overlay.setDescribe([](const QList<QUrl>& urls) {
            return urls.front().fileName() == QStringLiteral("pairs") ? QStringLiteral("Open 795 pairs")
                                                                      : QString();
        });
        QSignalSpy dropped(&overlay, &DropOverlay::dropped);
        window.show();
        QMimeData good;
        good.setUrls({QUrl::fromLocalFile(QStringLiteral("/data/pairs"))});
        QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &good, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &enter);
        QVERIFY(enter.isAccepted());
        QVERIFY(overlay.isVisible());
        QCOMPARE(overlay.sentence(), QStringLiteral("Open 795 pairs"));
        QCOMPARE(overlay.size(), window.size());
        QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &good, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &drop);
        QCOMPARE(dropped.size(), 1);
        QVERIFY(!overlay.isVisible());
        QMimeData poor;
        poor.setUrls({QUrl::fromLocalFile(QStringLiteral("/data/song.mp3"))});
        QDragEnterEvent refused(QPoint(50, 50), Qt::CopyAction, &poor, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &refused);
        QVERIFY(!refused.isAccepted());
        QVERIFY(!overlay.isVisible());
        // With a sentence for it the refusal is seen until the drag leaves, and nothing is dropped.
        overlay.setRefusal(QStringLiteral("This cannot be opened"));
        QDragEnterEvent again(QPoint(50, 50), Qt::CopyAction, &poor, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &again);
        QVERIFY(overlay.isVisible());
        QCOMPARE(overlay.sentence(), QStringLiteral("This cannot be opened"));
        QDragMoveEvent over(QPoint(60, 60), Qt::CopyAction, &poor, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &over);
        QVERIFY(!over.isAccepted());
        QDropEvent unwanted(QPointF(50, 50), Qt::CopyAction, &poor, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &unwanted);
        QCOMPARE(dropped.size(), 1);
        QVERIFY(!overlay.isVisible());
        QApplication::sendEvent(&window, &again);
        QDragLeaveEvent leave;
        QApplication::sendEvent(&window, &leave);
        QVERIFY(!overlay.isVisible());
    }
};

QTEST_MAIN(FramePartsTest)
#include "tst_frame_parts.moc"
