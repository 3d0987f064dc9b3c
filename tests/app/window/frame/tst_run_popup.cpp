// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window/frame/run_popup.h"
#include "app/window/session/text.h"
#include "core/training/run_folder.h"
#include "tests/app/window/window_fixture.h"
#include "widgets/run_list.h"

#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QMenu>
#include <QtWidgets/QTableView>

#include <fstream>

using elbo::RunState;
using elbo::tests::WindowFixture;

namespace {

/// Trains a small run to its end; its folder.
std::filesystem::path trainRun(WindowFixture& fixture)
{
    fixture.workspace().closeRun();
    fixture.workspace().startTraining(WindowFixture::smallRun(2));
    const auto done = [&] {
        return fixture.workspace().run() && fixture.workspace().run()->state == RunState::Completed;
    };
    if (!QTest::qWaitFor(done, 60000)) {
        qWarning("the run did not end: %s", qPrintable(fixture.error()));
    }
    return fixture.workspace().runFolder();
}

elbo::RunPopup* openList(WindowFixture& fixture)
{
    fixture.window().showPage(QStringLiteral("train"));
    fixture.click(QStringLiteral("chip"));
    return fixture.find<elbo::RunPopup>(QStringLiteral("runPopup"));
}

}  // namespace

class RunPopupTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void runsAreListedAndOpened()
    {
        WindowFixture fixture;
        const auto first = trainRun(fixture);
        const auto second = trainRun(fixture);
        auto* popup = openList(fixture);
        auto* list = popup->list();
        QTRY_COMPARE(list->model()->rowCount(), 2);
        QTRY_COMPARE(list->current(), elbo::toQt(second));
        const auto* row = list->model()->run(elbo::toQt(first));
        QVERIFY(row != nullptr);
        QVERIFY(row->state == elbo::RunRowState::Completed);
        QCOMPARE(row->epochs, 2);
        QVERIFY(row->testMse.has_value() && *row->testMse > 0);
        QVERIFY(row->testElbo.has_value());
        auto* table = popup->findChild<QTableView*>();
        QTRY_VERIFY(table->hasFocus());
        list->setCurrent(elbo::toQt(first));
        QTest::keyClick(table, Qt::Key_Return);
        QTRY_COMPARE(fixture.workspace().runFolder(), first);
        QVERIFY(!popup->isVisible());
    }

    void aRunIsExportedFromItsMenu()
    {
        WindowFixture fixture;
        const auto run = trainRun(fixture);
        auto* popup = openList(fixture);
        QTRY_COMPARE(popup->list()->model()->rowCount(), 1);
        const auto exportTo = [&](const std::filesystem::path& file) {
            fixture.answers().saveFile = elbo::toQt(file);
            QMenu menu;
            Q_EMIT popup->list()->menuWanted(elbo::toQt(run), &menu);
            auto* action = menu.findChild<QAction*>(QStringLiteral("exportRun"));
            QVERIFY(action != nullptr);
            action->trigger();
        };
        const auto file = fixture.path(QStringLiteral("out.h5"));
        exportTo(file);
        ELBO_TRY_VERIFY(std::filesystem::exists(file));
        ELBO_TRY_VERIFY(fixture.log().contains(elbo::toQt(file)));
        QVERIFY(fixture.error().isEmpty());
        QVERIFY(!popup->isVisible());
        // A folder that is not there: one sentence, and a way on.
        exportTo(fixture.path(QStringLiteral("nowhere/out.h5")));
        ELBO_TRY_VERIFY(fixture.error().contains(QStringLiteral("nowhere")));
        QVERIFY(fixture.error().endsWith(QLatin1Char('.')));
    }

    void theRowThatWasChosenStaysWhenTheListLooksAgain()
    {
        WindowFixture fixture;
        const auto first = trainRun(fixture);
        const auto second = trainRun(fixture);
        auto* popup = openList(fixture);
        auto* list = popup->list();
        QTRY_COMPARE(list->current(), elbo::toQt(second));
        list->setCurrent(elbo::toQt(first));
        // A run that appears tells that the list has looked again.
        std::filesystem::copy(first, fixture.workspace().settings().runsFolder / "copy",
                              std::filesystem::copy_options::recursive);
        ELBO_TRY_COMPARE(list->model()->rowCount(), 3);
        QCOMPARE(list->current(), elbo::toQt(first));
        popup->hide();
    }

    void aDamagedRunIsSaidOnceAndTheOthersAreListed()
    {
        WindowFixture fixture;
        const auto first = trainRun(fixture);
        const auto damaged = fixture.workspace().settings().runsFolder / "damaged";
        std::filesystem::create_directories(damaged);
        std::ofstream(damaged / "run.json") << "{ torn";
        QSignalSpy messages(&fixture.workspace(), &elbo::Workspace::messageCame);
        auto* popup = openList(fixture);
        ELBO_TRY_COMPARE(popup->list()->model()->rowCount(), 1);
        std::filesystem::copy(first, fixture.workspace().settings().runsFolder / "copy",
                              std::filesystem::copy_options::recursive);
        ELBO_TRY_COMPARE(popup->list()->model()->rowCount(), 2);
        popup->hide();
        int said = 0;
        for (const auto& message : messages) {
            said += message.front().toString().contains(QStringLiteral("damaged")) ? 1 : 0;
        }
        QCOMPARE(said, 1);
    }

    void newEpochsOfAKnownRunAreRead()
    {
        WindowFixture fixture;
        const auto folder = trainRun(fixture);
        auto* popup = openList(fixture);
        const auto* model = popup->list()->model();
        ELBO_TRY_COMPARE(model->rowCount(), 1);
        std::ifstream in(folder / "history.jsonl");
        std::string line;
        std::string last;
        while (std::getline(in, line)) {
            last = line.find("\"epoch\"") != std::string::npos && line.find("\"test\"") != std::string::npos
                       ? line
                       : last;
        }
        const auto place = last.find("\"mse\":", last.find("\"test\":"));
        QVERIFY(place != std::string::npos);
        last.replace(place, last.find_first_of(",}", place) - place, "\"mse\":1234.5");
        std::ofstream(folder / "history.jsonl", std::ios::app) << last << '\n';
        ELBO_TRY_COMPARE(model->run(elbo::toQt(folder))->testMse.value_or(0), 1234.5);
        popup->hide();
    }
};

QTEST_MAIN(RunPopupTest)
#include "tst_run_popup.moc"
